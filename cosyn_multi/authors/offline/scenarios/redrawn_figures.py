"""Charts of one figure for several years or places, and a table that repeats one of them without saying which."""

from collections.abc import Sequence
from random import Random

from cosyn_multi.authors.offline.aside import with_aside
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import (
    Measure,
    distinct,
    levels,
    pick_metrics,
    pick_segments,
)
from cosyn_multi.authors.offline.tables import Forms, allowed, figure, numbered, slug
from cosyn_multi.model import Plan, Table, Value, View, World, part_of

NAME = "redrawn_figures"
ABOUT = "Charts of one figure by segment, one per year, and a data sheet with the figures of one of the years beside another figure."
IMAGES = (3, 5)
ARTIFACTS = frozenset({"chart", "table"})
SHEETS = ("Data sheet", "Working table", "Source table", "Table of figures")
"""Titles that don't say which year it is."""


def propose(setting: Setting) -> Plan:
    forms, rng = Forms.draw(setting), setting.rng
    metrics = pick_metrics(setting.domain, rng, 2)
    told, beside = (Measure.of(m, forms, rng, months=12) for m in metrics)
    count = rng.randint(5, 8)
    noun, names = pick_segments(setting.domain, rng, count + 1, metrics)
    names, others = names[:count], names[count:]
    years = setting.images - 1
    first = rng.randint(2014, 2025 - years)
    tables = _tables(setting, forms, (told, beside), noun, names, range(first, first + years))
    world = with_aside(World(tables=tuple(tables), locale=forms.locale), tables[0].columns[0], others)
    charts = [_chart(setting, forms, world, told, noun, first + k) for k in range(years)]
    views = [*charts, _sheet(setting, forms, world, noun, rng.choice(tables).name)]
    return Plan(
        scenario=NAME, domain=setting.domain.name, persona="", topic="", world=world, views=numbered(views, rng, 0.6)
    )


def _tables(
    setting: Setting, forms: Forms, measures: Sequence[Measure], noun: str, names: Sequence[str], years: Sequence[int]
) -> list[Table]:
    """A table per year, of both figures. Years lie near each other: a glance doesn't tell them apart."""
    rng = setting.rng
    columns = [forms.category("segment", noun.capitalize(), noun=noun)]
    for m in measures:
        columns.append(m.column(forms, slug(m.metric.name, [c.name for c in columns])))
    level = [levels(m.metric, len(names), rng) for m in measures]
    tables: list[Table] = []
    for year in years:
        figures = [distinct([m.printed(v) for v in ls], m.step, rng) for m, ls in zip(measures, level, strict=True)]
        rows: list[tuple[Value, ...]] = list(zip(names, *figures, strict=True))
        tables.append(Table(name=f"year_{year}", columns=tuple(columns), rows=tuple(rows), row_noun=noun))
        level = [[_moved(v, m, rng) for v in ls] for m, ls in zip(measures, level, strict=True)]
    return tables


def _moved(value: float, measure: Measure, rng: Random) -> float:
    return value * max(0.6, 1 + rng.uniform(*measure.metric.growth) + rng.gauss(0, 0.09))


def _chart(setting: Setting, forms: Forms, world: World, told: Measure, noun: str, year: int) -> View:
    """One year's figures: as a chart, or as a table where only tables are asked for."""
    name = told.metric.name
    title = setting.rng.choice((f"{name} by {noun}, {{year}}", f"{{year}}: {name} by {noun}")).format(year=year)
    table = world.table(f"year_{year}")
    part = part_of(world, table.name, "series", (table.columns[0].name, table.columns[1].name))
    kind = "chart" if "chart" in allowed(setting, ARTIFACTS) else "table"
    return figure(part, kind, forms, title, str(year), "year")


def _sheet(setting: Setting, forms: Forms, world: World, noun: str, name: str) -> View:
    """The figures of one year again, and another figure; the rows in an order of their own."""
    rng, table = setting.rng, world.table(name)
    rows = list(range(len(table.rows)))
    rng.shuffle(rows)
    kind = "table" if "table" in allowed(setting, ARTIFACTS) else "chart"
    columns = tuple(c.name for c in table.columns)[: 3 if kind == "table" else 2]
    title = rng.choice(SHEETS)
    part = part_of(world, name, "series", columns, tuple(rows))
    return figure(part, kind, forms, title, title, "sheet", subtitle=f"One year's figures by {noun}")
