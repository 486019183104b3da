"""Models of equipment compared: a sheet per maker, or the same models with a different figure in each image."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from cosyn_multi.authors.offline.aside import with_aside
from cosyn_multi.authors.offline.parties import cast
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import distinct
from cosyn_multi.authors.offline.tables import Forms, figure, kinds, numbered, slug
from cosyn_multi.model import Column, Plan, Table, Value, View, World, part_of, quantize

NAME = "product_comparison"
ABOUT = "Specifications of models by several makers, or several figures of the same models, one image each."
IMAGES = (2, 5)
ARTIFACTS = frozenset({"chart", "table"})


@dataclass(frozen=True)
class Spec:
    """One figure of a data sheet: unit, usual range, step. 'EUR' is the set's currency."""

    label: str
    unit: str
    low: float
    high: float
    step: float


CLASSES: dict[str, tuple[Spec, ...]] = {
    "Label printers": (
        Spec("Price", "EUR", 180, 1400, 5), Spec("Print speed", "mm/s", 80, 360, 5), Spec("Weight", "kg", 1.2, 14, 0.1),
        Spec("Roll diameter", "mm", 100, 210, 5), Spec("Warranty", "months", 12, 60, 6),
    ),
    "Pallet trucks": (
        Spec("Price", "EUR", 320, 4200, 10), Spec("Load capacity", "kg", 1200, 3000, 50), Spec("Own weight", "kg", 62, 310, 1),
        Spec("Lift height", "mm", 110, 240, 5), Spec("Fork length", "mm", 800, 1500, 10),
    ),
    "Air compressors": (
        Spec("Price", "EUR", 240, 3900, 10), Spec("Air delivery", "l/min", 120, 980, 5), Spec("Tank volume", "litres", 24, 300, 2),
        Spec("Noise level", "dB", 58, 97, 1), Spec("Weight", "kg", 21, 190, 1),
    ),
    "Office laptops": (
        Spec("Price", "EUR", 540, 2300, 10), Spec("Battery life", "hours", 6, 21, 0.5), Spec("Weight", "kg", 0.95, 2.6, 0.05),
        Spec("Storage", "GB", 240, 2000, 10), Spec("Brightness", "nits", 250, 620, 5),
    ),
    "Meeting room projectors": (
        Spec("Price", "EUR", 420, 3600, 10), Spec("Brightness", "lumens", 2600, 7400, 50), Spec("Lamp life", "hours", 3500, 20000, 250),
        Spec("Weight", "kg", 1.6, 8.9, 0.1), Spec("Power use", "W", 140, 460, 5),
    ),
    "Delivery vans": (
        Spec("Price", "EUR", 26000, 58000, 250), Spec("Payload", "kg", 620, 1480, 10), Spec("Load volume", "m³", 3.2, 17, 0.1),
        Spec("Range", "km", 180, 520, 5), Spec("Charging time", "minutes", 28, 95, 1),
    ),
    "Dehumidifiers": (
        Spec("Price", "EUR", 150, 1900, 5), Spec("Daily extraction", "litres", 8, 72, 1), Spec("Power use", "W", 180, 1150, 10),
        Spec("Noise level", "dB", 34, 61, 1), Spec("Tank volume", "litres", 1.8, 9, 0.1),
    ),
    "Water heaters": (
        Spec("Price", "EUR", 190, 2400, 5), Spec("Capacity", "litres", 30, 300, 5), Spec("Power use", "W", 1500, 6000, 100),
        Spec("Standing loss", "kWh/day", 0.4, 2.6, 0.05), Spec("Height", "mm", 520, 1780, 10),
    ),
}  # fmt: skip


def propose(setting: Setting) -> Plan:
    forms, rng = Forms.draw(setting), setting.rng
    product = rng.choice(sorted(CLASSES))
    by_maker = rng.random() < 0.55
    world, views = (_by_maker if by_maker else _by_spec)(setting, forms, product)
    return Plan(
        scenario=NAME, domain=setting.domain.name, persona="", topic=f"choosing among {product.lower()}", world=world,
        views=numbered(views, rng),
    )  # fmt: skip


def _column(spec: Spec, forms: Forms, taken: Sequence[str]) -> Column:
    name, digits = slug(spec.label, taken), max(0, -int(Decimal(str(spec.step)).normalize().as_tuple().exponent))
    if spec.unit == "EUR":
        return forms.money(name, spec.label, additive=False, decimals=0, in_cell=False)
    if digits == 0:
        return forms.count(name, spec.label, spec.unit, additive=False)
    return forms.amount(name, spec.label, spec.unit, digits, additive=False)


def _values(spec: Spec, column: Column, forms: Forms, count: int, rng: Random) -> list[Decimal]:
    """Figures on the spec's steps, all different; prices at the currency's magnitude."""
    factor = forms.rate if spec.unit == "EUR" else Decimal(1)
    step = Decimal(str(spec.step)) * (Decimal(10) ** max(0, factor.adjusted()))
    low, high = (int(Decimal(str(v)) * factor / step) for v in (spec.low, spec.high))
    drawn = distinct([step * rng.randint(max(1, low), high) for _ in range(count)], step, rng)
    return [quantize(v, column.format.decimals) for v in drawn]


def _models(count: int, rng: Random) -> list[str]:
    """Model names unlike each other: 'KX 320', 'Tora 45'."""
    heads = rng.sample(("KX", "Tora", "Vela", "PR", "Nimbo", "Astra", "DL", "Corvo", "Mira", "Zeta", "HT", "Lumo",
                        "Brisa", "Quanta", "GS", "Orla", "Ferro", "Sabre", "TW", "Pavo",
                        "Juno", "BX", "Delfi", "Rondo", "VM", "Tempo", "Calix", "FN", "Ilex", "Ostro"), 30)  # fmt: skip
    numbers = rng.sample(range(12, 99), count)
    return [f"{heads[i % len(heads)]} {n * (10 if i % 3 else 1)}" for i, n in enumerate(numbers)]


def _specs(product: str, count: int, rng: Random) -> list[Spec]:
    specs = list(CLASSES[product])
    keep = sorted(rng.sample(range(len(specs)), min(count, len(specs))))
    return [specs[i] for i in keep]


def _by_maker(setting: Setting, forms: Forms, product: str) -> tuple[World, list[View]]:
    """One image per maker: its own models, all with the same figures."""
    rng, entities = setting.rng, cast(setting)
    kind = kinds(setting, ARTIFACTS, setting.images, mixed=0.0)
    specs = _specs(product, 1 if "chart" in kind else rng.randint(3, 5), rng)
    makers = [entities.company(rng.choice(("Technik", "Systems", "Engineering", "Works"))) for _ in kind]
    each = [rng.randint(4, 6) for _ in kind]
    names = _models(sum(each), rng)
    columns = [forms.key("model", "Model")]
    for spec in specs:
        columns.append(_column(spec, forms, [c.name for c in columns]))
    figures = [_values(s, c, forms, len(names), rng) for s, c in zip(specs, columns[1:], strict=True)]
    rows: list[tuple[Value, ...]] = list(zip(names, *figures, strict=True))
    table = Table(name="models", columns=tuple(columns), rows=tuple(rows), row_noun="model")
    world = World(tables=(table,), locale=forms.locale)
    told = product if len(specs) > 1 else f"{product}: {specs[0].label.lower()}"
    views, start = [], 0
    for maker, count, k in zip(makers, each, kind, strict=True):
        part = part_of(world, "models", "series", tuple(c.name for c in columns), tuple(range(start, start + count)))
        start += count
        views.append(figure(part, k, forms, told, maker, "maker", subtitle=maker))
    return world, views


def _by_spec(setting: Setting, forms: Forms, product: str) -> tuple[World, list[View]]:
    """One image per figure: the same models in each."""
    rng = setting.rng
    specs = _specs(product, setting.images, rng)
    *names, other = _models(rng.randint(6, 10), rng)
    columns = [forms.key("model", "Model")]
    for spec in specs:
        columns.append(_column(spec, forms, [c.name for c in columns]))
    figures = [_values(s, c, forms, len(names), rng) for s, c in zip(specs, columns[1:], strict=True)]
    rows: list[tuple[Value, ...]] = list(zip(names, *figures, strict=True))
    table = Table(name="models", columns=tuple(columns), rows=tuple(rows), row_noun="model")
    world = with_aside(World(tables=(table,), locale=forms.locale), columns[0], [other])
    views = []
    for column, k in zip(columns[1:], kinds(setting, ARTIFACTS, len(specs)), strict=True):
        order = list(range(len(names)))
        if rng.random() < 0.4:
            rng.shuffle(order)
        part = part_of(world, "models", "series", ("model", column.name), tuple(order))
        views.append(figure(part, k, forms, f"{product}: {column.label.lower()}", column.label.lower(), "figure"))
    return world, views
