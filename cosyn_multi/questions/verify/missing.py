"""Pairs of which one half is missing: what `unanswerable` and "can't be told" rest on. Not a kind itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from cosyn_multi.model import Column, Sheet, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import literal, q
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


def gaps(views: Views) -> Iterator[Gap]:
    """Rows that exist in one image but not in its sibling.

    Only where a missing row can't be taken for zero: prices, rates, and whatever belongs to a stretch of time.
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
    return rate or words.is_period(sheet)


def _elsewhere(views: Views, sheet: Sheet, label: Value) -> bool:
    """Whether another part of the same image names the row."""
    return any(row_of(s, label) is not None for s in grids(views) if s.image == sheet.image and s.name != sheet.name)
