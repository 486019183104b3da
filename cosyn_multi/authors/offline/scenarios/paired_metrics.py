"""Different metrics of one organisation over the same months, an image each: cause and effect to be read together."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from cosyn_multi.authors.offline.domain import Metric
from cosyn_multi.authors.offline.parties import cast
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import (
    Measure,
    called_metric,
    levels,
    month_list,
    over_months,
    pick_metrics,
    pick_segments,
    shared_noise,
    start_month,
)
from cosyn_multi.authors.offline.tables import Forms, figure, kinds, numbered, slug
from cosyn_multi.model import Plan, Table, Value, View, World, part_of

NAME = "paired_metrics"
ABOUT = "Different metrics over the same months, one image each: what happened to one when another moved."
IMAGES = (2, 4)
ARTIFACTS = frozenset({"chart", "table"})


def propose(setting: Setting) -> Plan:
    forms, rng = Forms.draw(setting), setting.rng
    metrics = pick_metrics(setting.domain, rng, setting.images)
    months = month_list(start_month(rng), rng.choice((6, 8, 9, 10, 12, 12, 12, 24)))
    split = rng.random() < 0.5 and len(months) <= 12
    _, names = pick_segments(setting.domain, rng, rng.randint(2, 3), metrics) if split else ("", [])
    common = shared_noise(len(months), rng)
    tables = [_table(setting, forms, m, months, names, common) for m in metrics]
    world = World(tables=tuple(tables), locale=forms.locale)
    organisation = cast(setting).company(rng.choice(setting.domain.operators)) if rng.random() < 0.6 else ""
    kind = kinds(setting, ARTIFACTS, len(tables))
    ending = rng.choice(("by month", "per month", "month by month"))
    views: list[View] = []
    for i, (metric, table) in enumerate(zip(metrics, tables, strict=True)):
        part = part_of(world, table.name, "series", tuple(c.name for c in table.columns))
        title = f"{metric.name} {ending}"
        views.append(figure(part, kind[i], forms, title, metric.name, "metric", subtitle=organisation))
    return Plan(
        scenario=NAME, domain=setting.domain.name, persona="", topic="", world=world, views=numbered(views, rng, 0.3)
    )


def _table(
    setting: Setting,
    forms: Forms,
    metric: Metric,
    months: Sequence[date],
    names: Sequence[str],
    common: Sequence[float],
) -> Table:
    """Months as rows; one column, or one per segment. Half of the metrics move against the common noise."""
    rng = setting.rng
    measure = Measure.of(metric, forms, rng)
    sign = rng.choice((1.0, 1.0, -1.0))
    noise = [sign * n for n in common]
    columns = [forms.month()]
    if names:
        for name in names:
            taken = [c.name for c in columns]
            columns.append(measure.column(forms, slug(name, taken), name, noun=f"{called_metric(metric)} for {name}"))
    else:
        columns.append(measure.column(forms, slug(metric.name, ["month"])))
    series: list[list[Decimal]] = [
        over_months(measure, months, level, rng, noise) for level in levels(metric, len(columns) - 1, rng)
    ]
    rows: list[tuple[Value, ...]] = [(month, *(s[r] for s in series)) for r, month in enumerate(months)]
    return Table(name=slug(metric.name), columns=tuple(columns), rows=tuple(rows), row_noun="month")
