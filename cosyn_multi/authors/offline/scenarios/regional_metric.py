"""One metric of several branches or regions: a chart for each, or one for each year over all of them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from cosyn_multi.authors.offline.aside import with_aside
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import (
    Measure,
    called_metric,
    distinct,
    levels,
    month_list,
    over_months,
    pick_metrics,
    pick_segments,
    plural,
    shared_noise,
    start_month,
)
from cosyn_multi.authors.offline.tables import Forms, figure, kinds, numbered, slug, total_of
from cosyn_multi.model import Origin, Plan, Relation, Table, Value, View, World, part_of

NAME = "regional_metric"
ABOUT = "The same metric for several branches or regions: one image each, or one per year over all."
IMAGES = (2, 5)
ARTIFACTS = frozenset({"chart", "table"})
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip


def propose(setting: Setting) -> Plan:
    forms = Forms.draw(setting)
    make = setting.rng.choice((by_segment, by_segment, by_year, by_year_and_month))
    world, views = make(setting, forms)
    return Plan(
        scenario=NAME, domain=setting.domain.name, persona="", topic="", world=world,
        views=numbered(views, setting.rng),
    )  # fmt: skip


def by_segment(setting: Setting, forms: Forms) -> tuple[World, list[View]]:
    """One image per segment, months as rows; now and then one more for all segments together."""
    rng, domain = setting.rng, setting.domain
    metrics = pick_metrics(domain, rng, 2)
    measures = [Measure.of(m, forms, rng) for m in metrics]
    alike = len({m.unit for m in measures}) == 1
    measures = measures[: 2 if alike or rng.random() < 0.2 else 1]
    adds = all(m.metric.additive for m in measures)
    together = adds and setting.images >= 3 and rng.random() < 0.4
    noun, names = pick_segments(domain, rng, setting.images + together, metrics[: len(measures)])
    together = together and len(names) > setting.images
    months = month_list(start_month(rng), rng.choice((6, 6, 8, 9, 10, 12, 12, 12)))
    tables = _segment_tables(setting, forms, measures, names, months)
    relations: list[Relation] = []
    shown = [(name, table) for name, table in zip(names, tables, strict=True)][: setting.images - together]
    hidden = tables[len(shown) :]
    if together:  # over two more than are shown: else any one image would follow from the others
        whole, relations = _sum_table(tables, measures, forms)
        shown.append((f"all {plural(noun)}", whole))
    world = World(tables=(*(t for _, t in shown), *hidden), relations=tuple(relations), locale=forms.locale)
    title = rng.choice(("{metric}: {name}", "{metric} by month, {name}", "{name}: {metric} per month"))
    subtitle = rng.choice(("", "", f"{noun.capitalize()} report", f"Monthly figures by {noun}"))
    kind = kinds(setting, ARTIFACTS, len(shown))
    views = [
        figure(
            part_of(world, table.name, "series", tuple(c.name for c in table.columns)), kind[i], forms,
            title=title.format(metric=" and ".join(m.metric.name for m in measures), name=name),
            subject=name, family="all segments" if name.startswith("all ") else "segment", subtitle=subtitle,
        )
        for i, (name, table) in enumerate(shown)
    ]  # fmt: skip
    return world, views


def _segment_tables(
    setting: Setting, forms: Forms, measures: Sequence[Measure], names: Sequence[str], months: Sequence[date]
) -> list[Table]:
    rng = setting.rng
    common = shared_noise(len(months), rng)
    base = [levels(m.metric, len(names), rng) for m in measures]
    used: list[str] = ["month"]
    columns = [forms.month()]
    for m in measures:
        columns.append(m.column(forms, slug(m.metric.name, used)))
        used.append(columns[-1].name)
    tables: list[Table] = []
    for i, name in enumerate(names):
        figures = [over_months(m, months, base[k][i], rng, common) for k, m in enumerate(measures)]
        rows = tuple((month, *(f[r] for f in figures)) for r, month in enumerate(months))
        taken = [t.name for t in tables]
        tables.append(Table(name=slug(name, taken), columns=tuple(columns), rows=rows, row_noun="month"))
    return tables


def _sum_table(tables: Sequence[Table], measures: Sequence[Measure], forms: Forms) -> tuple[Table, list[Relation]]:
    first, name = tables[0], slug("all", [t.name for t in tables])
    rows: list[tuple[Value, ...]] = []
    relations = []
    for r, row in enumerate(first.rows):
        sums: list[Value] = [row[0]]
        for k, column in enumerate(first.columns[1:]):
            sums.append(sum((Decimal(str(t.rows[r][k + 1])) for t in tables), Decimal(0)))
            sources = [Origin(t.name, r, column.name) for t in tables]
            relations.append(total_of(Origin(name, r, column.name), sources, measures[k].decimals))
        rows.append(tuple(sums))
    return Table(name=name, columns=first.columns, rows=tuple(rows), row_noun="month"), relations


def by_year(setting: Setting, forms: Forms) -> tuple[World, list[View]]:
    """One image per year, segments as rows."""
    rng, domain = setting.rng, setting.domain
    kind = kinds(setting, ARTIFACTS, setting.images)
    wide = all(k == "table" for k in kind)
    metrics = pick_metrics(domain, rng, rng.randint(2, 3) if wide else 1)
    measures = [Measure.of(m, forms, rng, months=12) for m in metrics]
    count = rng.randint(5, 8)
    noun, names = pick_segments(domain, rng, count + 1, metrics)
    names, others = names[:count], names[count:]
    years = _years(setting)
    used = ["segment"]
    columns = [forms.category("segment", noun.capitalize(), noun=noun)]
    for m in measures:
        columns.append(m.column(forms, slug(m.metric.name, used)))
        used.append(columns[-1].name)
    figures = [_yearly(m, len(names), len(years), setting) for m in measures]
    tables = tuple(
        Table(
            name=f"year_{year}", columns=tuple(columns), row_noun=noun,
            rows=tuple((name, *(f[y][i] for f in figures)) for i, name in enumerate(names)),
        )
        for y, year in enumerate(years)
    )  # fmt: skip
    world = with_aside(World(tables=tables, locale=forms.locale), columns[0], others)
    told = (
        " and ".join([metrics[0].name, *(called_metric(m) for m in metrics[1:])]) if len(metrics) < 3 else "Key figures"
    )
    title = rng.choice((f"{told} by {noun}, {{year}}", f"{{year}}: {told} by {noun}", f"{told} per {noun} in {{year}}"))
    orders = _row_orders(len(names), len(years), setting)
    views = [
        figure(
            part_of(world, t.name, "series", tuple(c.name for c in columns), orders[y]), kind[y], forms,
            title=title.format(year=years[y]), subject=str(years[y]), family="year",
        )
        for y, t in enumerate(tables)
    ]  # fmt: skip
    return world, views


def _years(setting: Setting) -> list[int]:
    first = setting.rng.randint(2014, 2025 - setting.images)
    return list(range(first, first + setting.images))


def _row_orders(rows: int, tables: int, setting: Setting) -> list[tuple[int, ...]]:
    """The same order everywhere, or sometimes another one in each image; now and then a row is not in all of them."""
    orders = [list(range(rows)) for _ in range(tables)]
    if setting.rng.random() < 0.25:
        for order in orders:
            setting.rng.shuffle(order)
    if tables > 2 and setting.rng.random() < 0.5:
        for order in setting.rng.sample(orders, setting.rng.randint(1, tables - 2)):
            order.pop(setting.rng.randrange(len(order)))
    return [tuple(order) for order in orders]


def _yearly(measure: Measure, segments: int, years: int, setting: Setting) -> list[list[Decimal]]:
    """Per year, one figure per segment; each segment goes its own way from its own level."""
    rng, metric = setting.rng, measure.metric
    level = levels(metric, segments, rng)
    found = []
    for _ in range(years):
        found.append(distinct([measure.printed(v) for v in level], measure.step, rng))
        level = [v * max(0.5, 1 + rng.uniform(*metric.growth) + rng.gauss(0, max(metric.noise, 0.06))) for v in level]
    return found


def by_year_and_month(setting: Setting, forms: Forms) -> tuple[World, list[View]]:
    """One image per year: months as rows, two to four segments as series."""
    rng, domain = setting.rng, setting.domain
    measure = Measure.of(rng.choice(domain.metrics), forms, rng)
    noun, names = pick_segments(domain, rng, rng.randint(2, 4), [measure.metric])
    years = _years(setting)
    used = ["month"]
    columns = [forms.category("month", "Month")]
    for name in names:
        columns.append(
            measure.column(forms, slug(name, used), name, noun=f"{called_metric(measure.metric)} for {name}")
        )
        used.append(columns[-1].name)
    base = levels(measure.metric, len(names), rng)
    months = [month_list(date(y, 1, 1), 12) for y in years]
    growth = rng.uniform(*measure.metric.growth)
    tables: list[Table] = []
    for y, year in enumerate(years):
        common = shared_noise(12, rng)
        figures = [over_months(measure, months[y], b * (1 + growth) ** y, rng, common) for b in base]
        rows = tuple((MONTHS[r], *(f[r] for f in figures)) for r in range(12))
        tables.append(Table(name=f"year_{year}", columns=tuple(columns), rows=rows, row_noun="month"))
    world = World(tables=tuple(tables), locale=forms.locale)
    last = rng.choice((6, 6, 8, 12))
    kind = kinds(setting, ARTIFACTS, len(years))
    title = rng.choice((f"{measure.metric.name} by {noun}, {{year}}", f"{measure.metric.name} {{year}}"))
    views = [
        figure(
            part_of(world, t.name, "series", tuple(c.name for c in columns), tuple(range(last))), kind[y], forms,
            title=title.format(year=years[y]), subject=str(years[y]), family="year",
        )
        for y, t in enumerate(tables)
    ]  # fmt: skip
    return world, views
