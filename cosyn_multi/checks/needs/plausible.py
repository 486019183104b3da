"""What a hidden cell could plausibly hold, for someone who sees the other images."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from cosyn_multi.checks.case import Bench, label_of
from cosyn_multi.model import Column, Sheet, Value, quantize

from .known import Known, resolution

WIDEN = Decimal("0.25")
"""Ranges reach so far beyond the values that are drawn: as a share of their span, or of their size if that is more."""


LEAST_DAYS = 45
NEAR_SHARE = 0.6
NEAR = 0.3
"""How far a value may be from that of the same row in another image, as a share."""


class Plausible:
    """Ranges and names of a set's columns."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def span(self, sheet: Sheet, column: Column) -> tuple[Decimal, Decimal]:
        """Lowest and highest plausible number: around what this column and its like in other images hold."""
        return self.bench.once(("span", sheet.name, column.name), lambda: self._span(sheet, column))

    def _span(self, sheet: Sheet, column: Column) -> tuple[Decimal, Decimal]:
        numbers = [Decimal(v) for v in self._alike(sheet, column) if isinstance(v, int | Decimal)]
        if not numbers:
            return Decimal(0), Decimal(100)
        low, high = min(numbers), max(numbers)
        room = WIDEN * max(high - low, abs(high), abs(low))
        wide = (low - room, high + room)
        if low >= 0:
            wide = (max(wide[0], Decimal(1) if low >= 1 and column.kind == "count" else Decimal(0)), wide[1])
        if column.kind == "percent" and low >= 0 and high <= 100:
            wide = (wide[0], min(wide[1], Decimal(100)))
        return wide

    def _alike(self, sheet: Sheet, column: Column) -> list[Value]:
        """Values of the column here, and of the columns of that name in other images, or if there are none, of the
        same kind and unit."""
        own = list(sheet.values(column.name))
        others = [(s, c) for s in self.bench.sheets.values() if s.name != sheet.name for c in s.columns]
        named = [v for s, c in others if c.name == column.name and c.kind == column.kind for v in s.values(c.name)]
        if named or not column.numeric:
            return own + named
        kin = [v for s, c in others if (c.kind, c.unit) == (column.kind, column.unit) for v in s.values(c.name)]
        return own + kin

    def number(
        self, sheet: Sheet, column: Column, own: Value, rng: Random, at: float | None = None, label: Value = None
    ) -> Value:
        """A plausible number; `at` places it in the range, 0 lowest and 1 highest.

        Else most of them lie near what the row of that label holds in another image: prices of one item are alike.
        """
        like = self.kin(sheet, column).get(label, []) if at is None else []
        if like and rng.random() < NEAR_SHARE:
            return rounded(rng.choice(like) * Decimal(str(round(rng.uniform(1 - NEAR, 1 + NEAR), 6))), column, own)
        low, high = self.span(sheet, column)
        share = Decimal(str(round(rng.random() if at is None else at, 9)))
        return rounded(low + (high - low) * share, column, own)

    def kin(self, sheet: Sheet, column: Column) -> dict[Value, list[Decimal]]:
        """What the column of that name holds in other images, by row label; under None for facts."""
        return self.bench.once(("kin", sheet.name, column.name), lambda: self._kin(sheet, column))

    def _kin(self, sheet: Sheet, column: Column) -> dict[Value, list[Decimal]]:
        found: dict[Value, list[Decimal]] = {}
        for other in self.bench.sheets.values():
            if other.image == sheet.image or all(c.name != column.name for c in other.columns):
                continue
            names = [None] * len(other.rows) if other.part == "facts" else other.values(label_of(other).name)
            for name, value in zip(names, other.values(column.name), strict=True):
                if isinstance(value, int | Decimal):
                    found.setdefault(name, []).append(Decimal(value))
        return found

    def near(self, known: Known, column: Column, own: Value, rng: Random) -> Value:
        """A number that another image shows only roughly."""
        middle = known.value if isinstance(known.value, int | Decimal) else Decimal(0)
        return rounded(middle + known.slack * Decimal(str(round(rng.uniform(-1, 1), 9))), column, own)

    def day(self, sheet: Sheet, column: Column, rng: Random) -> date:
        """A date in the range of this column and its like in other images, widened; at the day, month or year that is
        printed."""
        days = sorted(v for v in self._alike(sheet, column) if isinstance(v, date)) or [date(2024, 1, 1)]
        room = max(LEAST_DAYS, int((days[-1] - days[0]).days * WIDEN))
        drawn = days[0] + timedelta(days=rng.randint(-room, (days[-1] - days[0]).days + room))
        pattern = column.format.pattern or "d"
        return drawn if "d" in pattern else drawn.replace(day=1) if "M" in pattern else drawn.replace(month=1, day=1)

    def names(self, sheet: Sheet, column: Column) -> list[str]:
        """Texts that stand in this column's like, in other images and in the world."""
        return self.bench.once(("names", sheet.name, column.name), lambda: self._names(sheet, column))

    def _names(self, sheet: Sheet, column: Column) -> list[str]:
        found = [v for v in self._alike(sheet, column) if isinstance(v, str)]
        for table in self.bench.views.world.tables:
            if any(c.name == column.name and c.kind == column.kind for c in table.columns):
                found += [v for v in table.values(column.name) if isinstance(v, str)]
        return list(dict.fromkeys(found))

    def name(self, sheet: Sheet, column: Column, taken: Sequence[Value], own: str, rng: Random) -> str:
        """Another name, not among those taken: from other rows and images, or a made-up one of the same form."""
        free = [n for n in self.names(sheet, column) if n not in taken]
        if free and rng.random() < 0.8:
            return rng.choice(free)
        if re.search(r"\d", own):
            return re.sub(r"\d", lambda m: str(rng.randrange(10)), own)
        return f"{own} {rng.choice(('North', 'Plus', 'Classic', 'Nova', 'Prime', 'Extra'))}"


def rounded(number: Decimal | int, column: Column, own: Value) -> Value:
    """A number as its column would hold it."""
    if column.kind == "count":
        return int(quantize(Decimal(number), 0))
    step = resolution(own if own is not None else Decimal(number), column.format)
    places = max(0, -int(step.adjusted())) if step else 2
    return quantize(Decimal(number), places)


def later(day: date, steps: int, column: Column) -> date:
    """A date moved by days, or where only months or years are printed, by those."""
    pattern = column.format.pattern or "d"
    if "d" in pattern:
        return day + timedelta(days=steps)
    months = steps * (1 if "M" in pattern else 12)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
