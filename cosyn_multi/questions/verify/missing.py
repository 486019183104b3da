"""Pairs of which one half is missing: what `unanswerable` and "can't be told" rest on. Not a kind itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from cosyn_multi.model import Column, Sheet, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import literal, q
from cosyn_multi.questions.links import targets
from cosyn_multi.questions.sheets import (
    Cell,
    at,
    comparable,
    grids,
    label_of,
    labels,
    measures,
    named_by,
    row_of,
    whole,
)

ASIDE = "aside"
"""The world's table of names that no image shows."""


@dataclass(frozen=True)
class Gap:
    """A cell that image `there` gives, and a sibling image, `gone`, that has the column but not the row."""

    cell: Cell
    gone: Sheet

    @property
    def images(self) -> tuple[int, int]:
        return self.cell.image, self.gone.image

    def value_sql(self, sheet: Sheet) -> str:
        """A SELECT that yields the figure, or no row."""
        return (
            f"SELECT {q(self.cell.column.name)} AS x FROM {q(sheet.name)} "
            f"WHERE {q(named_by(sheet).name)} = {literal(self.cell.label)}"
        )


@dataclass(frozen=True)
class Stranger:
    """A name for a row that no image has, and a column that each of two images gives for its rows."""

    name: Value
    a: Sheet
    first: Column
    b: Sheet
    second: Column

    @property
    def images(self) -> tuple[int, ...]:
        return tuple(sorted((self.a.image, self.b.image)))

    def value_sql(self, second: bool) -> str:
        """A SELECT that yields no row, as the image has none of that name."""
        sheet, column = (self.b, self.second) if second else (self.a, self.first)
        where = f"WHERE {q(named_by(sheet).name)} = {literal(self.name)}"
        return f"SELECT {q(column.name)} AS x FROM {q(sheet.name)} {where}"


def strangers(views: Views) -> Iterator[Stranger]:
    """For pairs of images that give one measure for their rows, or a plan and what came of it: names that neither has."""
    pairs = [
        (a, c, b, d)
        for a, b in permutations(grids(views), 2)
        if a.image != b.image and label_of(a) == label_of(b) and whole(views, a) and whole(views, b)
        for c in measures(a)
        for d in measures(b)
        if comparable(c, d)
    ]
    pairs += [(k.b, k.asked, k.a, k.lead) for k in targets(views)]
    for a, first, b, second in pairs:
        for name in _names_aside(views, a):
            yield Stranger(name, a, first, b, second)


def _names_aside(views: Views, sheet: Sheet) -> Iterator[Value]:
    """Names for rows that the world holds but no image shows."""
    column = named_by(sheet)
    shown = [v for s in grids(views) if named_by(s).name == column.name for v in labels(s)]
    for table in views.world.tables:
        if table.name == ASIDE and table.columns[0].name == column.name:
            yield from (row[0] for row in table.rows if row[0] not in shown)


def gaps(views: Views) -> Iterator[Gap]:
    """Rows that exist in one image but not in its sibling.

    Only where a missing row can't be taken for zero: prices, rates, charts and tables of figures, and whatever belongs
    to a stretch of time. A line that an order lacks was not ordered: that is an answer.
    """
    for a, b in permutations(grids(views), 2):
        if a.image == b.image or label_of(a) != label_of(b) or not whole(views, b):
            continue
        for column in (c for c in measures(a) if _means_unknown(a, c) and any(comparable(c, d) for d in measures(b))):
            for label in labels(a):
                cell = at(a, label, column.name)
                if cell and row_of(b, label) is None and not _elsewhere(views, b, label):
                    yield Gap(cell, b)


def _means_unknown(sheet: Sheet, column: Column) -> bool:
    rate = column.kind == "percent" or (column.kind == "amount" and not column.additive)
    return rate or sheet.part == "series" or words.is_period(sheet)


def _elsewhere(views: Views, sheet: Sheet, label: Value) -> bool:
    """Whether another part of the same image names the row."""
    return any(row_of(s, label) is not None for s in grids(views) if s.image == sheet.image and s.name != sheet.name)
