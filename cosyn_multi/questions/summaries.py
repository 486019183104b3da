"""Summaries: the highest, lowest, sum or mean of a column, image by image. What siblings with other rows can be compared by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from cosyn_multi.model import Column, Sheet, Views

from . import words
from .base import q
from .fields import shared_measures, siblings
from .sheets import Cell, column_cells, exact_number, meant, own, whole

How = Literal["max", "min", "sum", "avg"]
LEAST_ROWS = 3


@dataclass(frozen=True)
class Summary:
    """One number that stands for a column of one image."""

    sheet: Sheet
    column: Column
    how: How

    @property
    def image(self) -> int:
        return self.sheet.image

    @property
    def cells(self) -> tuple[Cell, ...]:
        return column_cells(self.sheet, self.column.name)

    @property
    def number(self) -> Fraction:
        return _summed(self.how, [Fraction(c.number) for c in self.cells])

    @property
    def slack(self) -> Decimal:
        """What reading error may make of it."""
        errors = [c.tolerance for c in self.cells]
        total = sum(errors, Decimal(0))
        return total if self.how == "sum" else total / len(errors) if self.how == "avg" else max(errors)

    @property
    def sql(self) -> str:
        return f"(SELECT {self.how}({q(self.column.name)}) FROM {q(self.sheet.name)})"

    def truth(self, views: Views) -> Fraction:
        """The same of what the image means to show, for witnesses."""
        return _summed(self.how, [Fraction(exact_number(row[self.column.name])) for row in meant(views, self.sheet)])

    @property
    def noun(self) -> str:
        """'the highest print speed', 'the sum of the store takings over all months'."""
        measure = words.measure(self.sheet, self.column)
        if self.how in ("max", "min"):
            return f"the {words.extreme(self.column, self.how == 'max')} {measure}"
        rows = words.plural(words.row_noun(self.sheet))
        return f"the {'sum' if self.how == 'sum' else 'mean'} of the {measure} over all {rows}"

    def told(self, views: Views) -> str:
        """For explanations: where it stands, or what it is made of."""
        if self.how in ("max", "min"):
            best = max(self.cells, key=lambda c: c.number if self.how == "max" else -c.number)
            return (
                f"in {words.image(self.image)} {self.noun} is {words.value(views, best)}, for {words.row(views, best)}"
            )
        values = words.listing(words.value(views, c) for c in self.cells)
        return f"in {words.image(self.image)} {self.noun} is made of {values}"


def _summed(how: How, numbers: Sequence[Fraction]) -> Fraction:
    if how in ("max", "min"):
        return max(numbers) if how == "max" else min(numbers)
    total = sum(numbers, Fraction(0))
    return total if how == "sum" else total / len(numbers)


def summaries(views: Views, *hows: How) -> Iterator[tuple[Summary, ...]]:
    """Per group of siblings, measure and way of summing up: a summary of each image. No cell stands in two images."""
    for group in siblings(views):
        for column in shared_measures(group):
            readable = all(whole(views, s, column.name) and len(s.rows) >= LEAST_ROWS for s in group)
            if readable and own(views, column.name, *group):
                adds = column.additive and column.kind != "percent"
                yield from (tuple(Summary(s, column, h) for s in group) for h in hows if h != "sum" or adds)


def clear(found: Sequence[Summary]) -> bool:
    """Whether no two of them are so near that reading error could swap them."""
    order = sorted(found, key=lambda s: s.number)
    return all(b.number - a.number > Fraction(2 * (a.slack + b.slack)) for a, b in pairwise(order))


def story(views: Views, found: Sequence[Summary]) -> str:
    return f"{words.sentence('; '.join(s.told(views) for s in found))}."
