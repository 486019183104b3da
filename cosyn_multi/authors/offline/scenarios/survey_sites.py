"""Sites known by their codes: one image says what the codes stand for, the others chart figures by code."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random

from cosyn_multi.authors.offline.aside import with_aside
from cosyn_multi.authors.offline.codes import numbered_codes
from cosyn_multi.authors.offline.domain import Metric
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import BUILDINGS, Measure, distinct, levels, pick_metrics, pick_segments
from cosyn_multi.authors.offline.tables import Forms, allowed, figure, kinds, numbered, slug
from cosyn_multi.model import Column, Plan, Table, Value, World, part_of

NAME = "survey_sites"
ABOUT = "Charts and tables by site code, and in another image the legend that says which site a code stands for."
IMAGES = (2, 5)
ARTIFACTS = frozenset({"chart", "table"})
CLASSES = (
    ("Tenure", ("owned", "leased", "shared")),
    ("Priority", ("high", "medium", "low")),
    ("Condition", ("good", "fair", "poor")),
)


def propose(setting: Setting) -> Plan:
    forms, rng = Forms.draw(setting), setting.rng
    legend = "table" in allowed(setting, ARTIFACTS)
    figures = setting.images - legend
    metrics = pick_metrics(setting.domain, rng, rng.choice((1, 2)) if figures > 1 else 1)
    noun, names = pick_segments(setting.domain, rng, rng.randint(5, 8), metrics, places=True)
    *codes, other = numbered_codes(len(names) + 1, rng)
    year = rng.randint(2016, 2026 - figures)
    tables, titles = _figures(setting, forms, metrics, codes, figures, year)
    shown = list(tables)
    if legend:
        shown.append(_legend(forms, rng, noun, codes, names, rich=figures < 3))
    world = with_aside(World(tables=tuple(shown), locale=forms.locale), tables[0].column("site"), [other])
    views = []
    for table, title, kind in zip(tables, titles, kinds(setting, ARTIFACTS, figures, 0.3), strict=True):
        if kind == "table" and legend and rng.random() < 0.7 and "chart" in allowed(setting, ARTIFACTS):
            kind = "chart"
        part = part_of(world, table.name, "series", tuple(c.name for c in table.columns), _order(len(codes), rng))
        views.append(figure(part, kind, forms, title, title, "by code"))
    if legend:
        title = rng.choice(("List of sites", "Key to the site codes", "Register of sites"))
        part = part_of(world, "sites", "sites", tuple(c.name for c in world.table("sites").columns))
        views.append(figure(part, "table", forms, title, title, "legend"))
    return Plan(
        scenario=NAME, domain=setting.domain.name, persona="", topic="", world=world, views=numbered(views, rng, 0.4)
    )


def _order(count: int, rng: Random) -> tuple[int, ...]:
    """In order of the codes, or now and then in another; some figures miss a site."""
    rows = list(range(count))
    if rng.random() < 0.25:
        rng.shuffle(rows)
    if rng.random() < 0.25:
        rows.pop(rng.randrange(count))
    return tuple(rows)


def _figures(
    setting: Setting, forms: Forms, metrics: Sequence[Metric], codes: Sequence[str], count: int, year: int
) -> tuple[list[Table], list[str]]:
    """A table per image: the metrics in turn, then the next year's figures of them."""
    rng = setting.rng
    measures = [Measure.of(m, forms, rng, months=12) for m in metrics]
    level = [levels(m, len(codes), rng) for m in metrics]
    tables, titles = [], []
    for k in range(count):
        which, later = k % len(metrics), k // len(metrics)
        m = measures[which]
        base = [v * max(0.5, 1 + rng.gauss(0, 0.09)) for v in level[which]]
        values = distinct([m.printed(v) for v in base], m.step, rng)
        name = f"{slug(m.metric.name)}_{year + later}"
        columns = (forms.key("site", "Site code", noun="site code"), m.column(forms, slug(m.metric.name, ["site"])))
        rows = tuple(zip(codes, values, strict=True))
        tables.append(Table(name=name, columns=columns, rows=rows, row_noun="site"))
        title = rng.choice((f"{m.metric.name} by site, {year + later}", f"{m.metric.name} per site in {year + later}"))
        titles.append(title)
    return tables, titles


def _legend(
    forms: Forms, rng: Random, noun: str, codes: Sequence[str], names: Sequence[str], rich: bool = False
) -> Table:
    """What each code stands for, with a class that repeats, its staff, when it opened, and its size.

    rich: with figures in any case: beside few charts there is little to compare otherwise.
    """
    label, classes = rng.choice(CLASSES if BUILDINGS.search(noun) else CLASSES[1:2])
    opened = [date(y, 1, 1) for y in rng.sample(range(1968, 2015), len(codes))]
    sizes = [int(v) for v in distinct([Decimal(rng.randint(8, 240) * 10) for _ in codes], Decimal(10), rng)]
    columns: list[Column] = [
        forms.key("site", "Site code", noun="site code"),
        forms.text("name", noun.capitalize(), noun=noun),
        forms.text("site_class", label),
        forms.count("staff", "Staff", "people", noun="number of staff"),
        forms.date("opened", "In use since", pattern="yyyy", noun="year of first use"),
        forms.count("floor_area", "Floor area", "m²"),
    ]
    drawn = [classes[i % len(classes)] for i in range(len(codes))]
    rng.shuffle(drawn)
    staff = [int(v) for v in distinct([Decimal(rng.randint(2, 64)) for _ in codes], Decimal(1), rng)]
    rows: list[tuple[Value, ...]] = list(zip(codes, names, drawn, staff, opened, sizes, strict=True))
    keep = rng.choice((6, 6, 5, 4)) if BUILDINGS.search(noun) else 4
    keep = max(keep, 4) if rich else min(keep, rng.choice((3, 6)))
    order = list(range(len(codes)))
    if rng.random() < 0.3:
        rng.shuffle(order)
    return Table(
        name="sites", columns=tuple(columns[:keep]), rows=tuple(rows[i][:keep] for i in order), row_noun="site"
    )
