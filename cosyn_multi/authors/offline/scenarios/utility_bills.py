"""Bills for several meters, month after month: each reading starts from the last one; prices may change."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from cosyn_multi.authors.offline.codes import numbered_codes
from cosyn_multi.authors.offline.lines import Tax
from cosyn_multi.authors.offline.parties import (
    Field,
    cast,
    columns_of,
    dates_within,
    firm,
    letterhead,
    place_of,
    rows_of,
    same,
)
from cosyn_multi.authors.offline.planting import plant
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import distinct, month_list, on_weekday, start_month
from cosyn_multi.authors.offline.tables import Forms, allowed, cells, numbered, same_as, share_of, tabled, total_of
from cosyn_multi.model import Origin, Plan, Relation, Table, Value, View, World, part_of, quantize

NAME = "utility_bills"
ABOUT = "Electricity, gas or water bills of successive months: meter readings carry over, consumption times price."
IMAGES = (2, 5)
ARTIFACTS = frozenset({"doc", "table"})
PLANTED = 0.4
"""Share of the sets in which a reading to start from is misprinted."""
KINDS = (
    ("Electricity", "kWh", 900, 6200, 0.24, ("Power", "Energy", "Electric Works")),
    ("Natural gas", "kWh", 1500, 9000, 0.09, ("Gas", "Energy", "Gas Works")),
    ("Water", "m³", 12, 190, 2.10, ("Water", "Water Board", "Waterworks")),
    ("District heating", "kWh", 1200, 8800, 0.13, ("Heat", "Heating Works", "Energy")),
)


def propose(setting: Setting) -> Plan:
    forms, rng = Forms.draw(setting), setting.rng
    name, unit, low, high, euros, trades = rng.choice(KINDS)
    months = month_list(start_month(rng), setting.images)
    meters = _meters(setting, rng)
    used = [_used(len(meters), low, high, rng) for _ in months]
    prices = _prices(euros, len(months), forms, rng)
    readings = _readings(meters, used, prices, unit, forms, rng)
    fields = _fields(setting, forms, months, name, unit, trades, prices)
    bills = _bills(setting, forms, fields, readings)
    relations = _relations(bills, len(meters), forms)
    world = World(tables=(bills, readings), relations=tuple(relations), locale=forms.locale)
    views = [_view(forms, world, k, month, len(meters), name) for k, month in enumerate(months)]
    if "doc" not in allowed(setting, ARTIFACTS):
        views = [
            tabled(v, ("number", "unit_price", "subtotal", "total"), f"{name}: readings for {v.subject}") for v in views
        ]
    told = numbered(views, rng, 0.4)
    carried = [r for r in relations if r.target.column == "previous"]
    told, planted = plant(told, rng, carried) if rng.random() < PLANTED else (told, ())
    return Plan(
        scenario=NAME, domain=setting.domain.name, persona="", topic=f"{name.lower()} bills of {bills.rows[0][1]}",
        world=world, views=told, planted=planted,
    )  # fmt: skip


def _meters(setting: Setting, rng: Random) -> list[tuple[str, str]]:
    """Meter numbers, and where they hang."""
    entities, count = cast(setting), rng.randint(4, 7)
    places: list[str] = []
    while len(places) < count:
        if (street := entities.street()) not in places:
            places.append(street)
    letters = rng.choice(("M", "E-", "MT", "Z"))
    return list(zip(numbered_codes(count, rng, f"{letters}{rng.randint(10, 99)}"), places, strict=True))


def _used(count: int, low: float, high: float, rng: Random) -> list[int]:
    drawn = [Decimal(round(rng.uniform(low, high))) for _ in range(count)]
    return [int(v) for v in distinct(drawn, Decimal(1), rng)]


def _prices(euros: float, count: int, forms: Forms, rng: Random) -> list[Decimal]:
    """Per unit, with four digits; it changes at most once or twice."""
    price = quantize(Decimal(str(euros * rng.uniform(0.85, 1.2))) * forms.rate, 4)
    found = []
    for k in range(count):
        if k and rng.random() < 0.35:
            price = quantize(price * Decimal(str(rng.choice((0.94, 0.97, 1.04, 1.07, 1.11)))), 4)
        found.append(price)
    return found


def _readings(
    meters: Sequence[tuple[str, str]], used: Sequence[Sequence[int]], prices: Sequence[Decimal], unit: str, forms: Forms,
    rng: Random,
) -> Table:  # fmt: skip
    state = [rng.randint(2_000, 88_000) for _ in meters]
    rows: list[tuple[Value, ...]] = []
    for month, price in zip(used, prices, strict=True):
        for i, (meter, place) in enumerate(meters):
            before, state[i] = state[i], state[i] + month[i]
            rows.append((meter, place, before, state[i], month[i], quantize(month[i] * price, forms.cents)))
    spent, used_label = rng.choice(("Charge", "Amount", "Cost")), rng.choice(("Consumption", "Quantity used"))
    columns = (
        forms.key("meter", rng.choice(("Meter", "Meter no.", "Meter ID")), noun="meter"),
        forms.text("place", rng.choice(("Site", "Location", "Address"))),
        forms.count("previous", "Previous reading", unit, additive=False),
        forms.count("current", "Current reading", unit, additive=False),
        forms.count("used", used_label, unit),
        forms.money("charge", spent, "amount"),
    )
    return Table(name="readings", columns=columns, rows=tuple(rows), row_noun="meter")


def _fields(
    setting: Setting, forms: Forms, months: Sequence[date], name: str, unit: str, trades: Sequence[str],
    prices: Sequence[Decimal],
) -> list[Field]:  # fmt: skip
    rng, count, entities = setting.rng, len(months), cast(setting)
    supplier = firm(entities, trades, rng, months[0].year)
    customer = firm(entities, setting.domain.operators, rng, months[0].year)
    issued = [on_weekday(d + timedelta(days=30)) for d in dates_within(rng, months, 1, 20)]
    fields = letterhead(forms, rng, [supplier] * count, customer)
    numbers = entities.references("bill", tuple(d.year for d in issued), supplier.name)
    fields.append(Field(forms.key("number", "Bill no.", "number", noun="bill number"), numbers))
    if rng.random() < 0.6:
        fields.append(
            same(
                forms.text("customer", forms.word("customer"), "customer", noun=forms.noun("customer")),
                supplier.reference,
                count,
            )
        )
    fields.append(Field(forms.date("period", "Billing period", "period", pattern="MMMM yyyy"), tuple(months)))
    fields.append(Field(forms.date("issued", "Date", "date", noun="bill date"), tuple(issued)))
    fields.append(
        Field(
            forms.date("due", forms.word("due"), "due", noun=forms.noun("due")),
            tuple(on_weekday(d + timedelta(days=14)) for d in issued),
        )
    )
    price = forms.money(
        "unit_price", f"Price per {unit}", decimals=4, in_cell=True, additive=False, noun=f"price per {unit}"
    )
    fields.append(Field(price, tuple(prices)))
    return fields


def _bills(setting: Setting, forms: Forms, fields: list[Field], readings: Table) -> Table:
    """Charges, a standing charge, tax and total below the readings."""
    rng, tax = setting.rng, Tax.draw(setting, place_of(fields))
    count = len(fields[0].values)
    each = len(readings.rows) // count
    standing = forms.round(Decimal(str(rng.randint(18, 95))) * forms.rate)
    nets = [
        sum((Decimal(str(readings.cell(k * each + i, "charge"))) for i in range(each)), standing) for k in range(count)
    ]
    taxes = [quantize(n * tax.rate / 100, forms.cents) for n in nets]
    fields += [
        same(forms.sum_of_money("standing", "Standing charge"), standing, count),
        Field(forms.sum_of_money("subtotal", forms.word("subtotal"), "subtotal"), tuple(nets)),
        same(
            forms.percent("tax_rate", f"{tax.name} rate", tax.digits, "tax_rate", noun=f"{tax.noun} rate"),
            tax.rate,
            count,
        ),
        Field(forms.sum_of_money("tax", tax.name, "tax", noun=f"{tax.noun} amount"), tuple(taxes)),
        Field(
            forms.sum_of_money("total", forms.word("total"), "total"),
            tuple(n + t for n, t in zip(nets, taxes, strict=True)),
        ),
    ]
    return Table(name="bills", columns=columns_of(fields), rows=rows_of(fields), row_noun="bill")


def _relations(bills: Table, meters: int, forms: Forms) -> list[Relation]:
    found = []
    for k in range(len(bills.rows)):
        rows = range(k * meters, (k + 1) * meters)
        for r in rows:
            previous, current, used, charge = (
                Origin("readings", r, c) for c in ("previous", "current", "used", "charge")
            )
            found.append(total_of(used, (current, previous), 0, (1, -1)))
            found.append(
                Relation(target=charge, sources=(used, Origin("bills", k, "unit_price")), decimals=forms.cents)
            )
            if k:
                found.append(total_of(previous, (Origin("readings", r - meters, "current"),), 0))
        subtotal, tax, total, standing = (Origin("bills", k, c) for c in ("subtotal", "tax", "total", "standing"))
        rate = Decimal(str(bills.cell(k, "tax_rate")))
        if k:
            found.append(same_as(standing, Origin("bills", 0, "standing"), forms.cents))
            found.append(same_as(Origin("bills", k, "tax_rate"), Origin("bills", 0, "tax_rate"), 3))
        found += [
            total_of(subtotal, (standing, *cells("readings", "charge", rows)), forms.cents),
            share_of(tax, subtotal, rate, forms.cents),
            total_of(total, (subtotal, tax), forms.cents),
        ]
    return found


def _view(forms: Forms, world: World, k: int, month: date, meters: int, name: str) -> View:
    columns = tuple(c.name for c in world.table("bills").columns)
    shown = tuple(c.name for c in world.table("readings").columns)
    return View(
        image=1, artifact="doc", document="bill", title=f"{name} bill", subject=f"{month:%B %Y}", family="bill",
        parts=(
            part_of(world, "bills", "facts", columns, (k,)),
            part_of(world, "readings", "readings", shown, tuple(range(k * meters, (k + 1) * meters))),
        ),
        notes=forms.date_note(), locale=forms.locale,
    )  # fmt: skip
