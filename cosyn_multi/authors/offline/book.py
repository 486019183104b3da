"""A year of one organisation: segments, metrics, this year's figures and last year's, and their totals.

Reports, tables and charts of one set are cut from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cosyn_multi.model import Column, Origin, Relation, Table, Value, World

from .aside import with_aside
from .domain import Metric
from .scenario import Setting
from .series import Measure, called_metric, distinct, levels, pick_segments
from .tables import Forms, slug, total_of


@dataclass(frozen=True)
class Told:
    """One metric in the book: the names of its columns."""

    measure: Measure
    now: str
    before: str
    change: str
    total: str
    total_before: str

    @property
    def metric(self) -> Metric:
        return self.measure.metric


@dataclass(frozen=True)
class Book:
    """`segments`: one row per segment. `totals`: one row; only additive metrics have totals."""

    noun: str
    year: int
    told: tuple[Told, ...]
    world: World

    @property
    def additive(self) -> tuple[Told, ...]:
        return tuple(t for t in self.told if t.metric.additive)


def write_book(setting: Setting, forms: Forms, metrics: Sequence[Metric], rows: int) -> Book:
    """Tables 'segments' (segment, then per metric: now, before, change) and 'totals', and what holds between them."""
    rng = setting.rng
    measures = [Measure.of(m, forms, rng, months=12) for m in metrics]
    noun, names = pick_segments(setting.domain, rng, rows + 1, metrics)
    names, others = names[:rows], names[rows:]
    year = rng.randint(2016, 2025)
    told: list[Told] = []
    columns, totals = [forms.category("segment", noun.capitalize(), noun=noun)], [forms.year("year", "Reporting year")]
    figures: list[list[Value]] = [list(names)]
    sums: list[Value] = [date(year, 1, 1)]
    for m in measures:
        name = slug(m.metric.name, [t.now for t in told])
        told.append(Told(m, name, f"{name}_before", f"{name}_change", f"total_{name}", f"total_{name}_before"))
        now, before = _two_years(m, len(names), setting)
        columns += _columns(told[-1], forms, year)
        figures += [list(now), list(before), [a - b for a, b in zip(now, before, strict=True)]]
        if m.metric.additive:
            totals += _total_columns(told[-1], forms, noun, year)
            sums += [sum(now, Decimal(0)), sum(before, Decimal(0))]
    table = Table(name="segments", columns=tuple(columns), rows=tuple(zip(*figures, strict=True)), row_noun=noun)
    whole = Table(name="totals", columns=tuple(totals), rows=(tuple(sums),), row_noun="year")
    relations = [r for t in told for r in _relations(t, len(names))]
    world = World(tables=(table, whole), relations=tuple(relations), locale=forms.locale)
    return Book(noun, year, tuple(told), with_aside(world, table.column("segment"), others))


def _two_years(measure: Measure, count: int, setting: Setting) -> tuple[list[Decimal], list[Decimal]]:
    rng, metric = setting.rng, measure.metric
    level = levels(metric, count, rng)
    before = distinct([measure.printed(v) for v in level], measure.step, rng)
    moved = [v * max(0.5, 1 + rng.uniform(*metric.growth) + rng.gauss(0, max(metric.noise, 0.05))) for v in level]
    now = distinct([measure.printed(v) for v in moved], measure.step, rng)
    return [n + measure.step if n == b else n for n, b in zip(now, before, strict=True)], before


def _columns(told: Told, forms: Forms, year: int) -> list[Column]:
    name, called = told.metric.name, called_metric(told.metric)
    m = told.measure
    change = m.column(forms, told.change, "Change", noun=f"change in {called}")
    if m.unit == "%":
        change = change.model_copy(update={"unit": "percentage points"})
    return [
        m.column(forms, told.now, name, noun=f"{called} in {year}"),
        m.column(forms, told.before, f"{name}, {year - 1}", noun=f"{called} in {year - 1}"),
        change,
    ]


def _total_columns(told: Told, forms: Forms, noun: str, year: int) -> list[Column]:
    m, name = told.measure, told.metric.name
    return [
        m.fact(forms, told.total, f"{name}, total"),
        m.fact(forms, told.total_before, f"{name}, total {year - 1}"),
    ]


def _relations(told: Told, rows: int) -> list[Relation]:
    digits = told.measure.decimals
    found = [
        total_of(
            Origin("segments", r, told.change),
            (Origin("segments", r, told.now), Origin("segments", r, told.before)), digits, (1, -1),
        )
        for r in range(rows)
    ]  # fmt: skip
    if told.metric.additive:
        for total, column in ((told.total, told.now), (told.total_before, told.before)):
            sources = [Origin("segments", r, column) for r in range(rows)]
            found.append(total_of(Origin("totals", 0, total), sources, digits))
    return found
