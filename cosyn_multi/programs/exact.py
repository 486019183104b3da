"""Numbers in programs: one rule, on decimals.

SQLite's own rounding and summing work on binary floats and differ between its versions. Ours take a float as the
decimal that its 15 significant digits print, calculate exactly, and round half away from zero. The same rule holds in
display formats (`model.quantize`), so `round(2.675, 2)` is 2.68 everywhere.
"""

from datetime import date, timedelta
from decimal import Decimal, DecimalException
from fractions import Fraction
from typing import Final

from cosyn_multi.model import quantize

Cell = int | float | str | None
"""What SQLite holds in a cell of ours."""

MOST_DIGITS: Final = 12
"""Most digits after the point that `round` takes."""


class Misuse(ValueError):
    """A function of ours was called with what it does not take; the message is for the program's writer."""


def decimal(value: float) -> Decimal:
    """The decimal that a float of SQLite's stands for: its 15 significant digits."""
    return Decimal(value) if isinstance(value, int) else Decimal(format(value, ".15g"))


def rounded(*arguments: Cell) -> float | None:
    """round(x) and round(x, digits): half away from zero, on the decimal. NULL stays NULL."""
    if len(arguments) not in (1, 2):
        raise Misuse("round takes a number and perhaps a number of digits")
    value, digits = arguments[0], arguments[1] if len(arguments) == 2 else 0
    if value is None:
        return None
    if not isinstance(value, int | float) or not isinstance(digits, int) or not 0 <= digits <= MOST_DIGITS:
        raise Misuse(f"round takes a number and 0 to {MOST_DIGITS} digits, not {value!r}, {digits!r}")
    try:
        return float(quantize(decimal(value), digits))
    except DecimalException as error:
        raise Misuse(f"{value!r} is too large to be rounded") from error


class Sum:
    """sum(x): exact; an int if all are ints; NULL if there are none. Also a window function."""

    def __init__(self) -> None:
        self.sum: Decimal = Decimal(0)
        self.count = 0
        self.reals = 0

    def step(self, value: Cell) -> None:
        self._add(value, 1)

    def inverse(self, value: Cell) -> None:
        self._add(value, -1)

    def _add(self, value: Cell, sign: int) -> None:
        if value is None:
            return
        if not isinstance(value, int | float):
            raise Misuse(f"{value!r} can't be added up")
        self.count += sign
        self.reals += sign if isinstance(value, float) else 0
        self.sum += sign * decimal(value)

    def value(self) -> float | None:
        if not self.count:
            return None
        return float(self.sum) if self.reals else int(self.sum)

    def finalize(self) -> float | None:
        return self.value()


class Total(Sum):
    """total(x): the sum as a float; 0.0 if there are none."""

    def value(self) -> float | None:
        return float(self.sum)


class Mean(Sum):
    """avg(x): the exact sum over the count; NULL if there are none."""

    def value(self) -> float | None:
        return float(Fraction(self.sum) / self.count) if self.count else None


def julian_day(*arguments: Cell) -> int | None:
    """julianday(date): a whole number, at midday (SQLite's own is half a day less). NULL stays NULL."""
    if len(arguments) != 1:
        raise Misuse("julianday takes one date")
    found = _date(arguments[0])
    return None if found is None else found.toordinal() + 1721425


def shifted(*arguments: Cell) -> str | None:
    """date(x) and date(x, '+30 days'). Months are refused: 31 January + 1 month has no one answer."""
    if len(arguments) not in (1, 2):
        raise Misuse("date takes a date and perhaps a number of days")
    found = _date(arguments[0])
    if found is None:
        return None
    if len(arguments) == 1:
        return found.isoformat()
    number, _, word = str(arguments[1]).partition(" ")
    if word not in ("day", "days") or not number.lstrip("+-").isascii() or not number.lstrip("+-").isdigit():
        raise Misuse(f"date takes days as in '+30 days', not {arguments[1]!r}")
    try:
        return (found + timedelta(days=int(number))).isoformat()
    except OverflowError as error:
        raise Misuse(f"{arguments[1]!r} is too far") from error


def part_of_date(*arguments: Cell) -> str | None:
    """strftime(format, date) with %Y, %m, %d and %j only."""
    if len(arguments) != 2 or not isinstance(arguments[0], str):
        raise Misuse("strftime takes a format and one date")
    found = _date(arguments[1])
    if found is None:
        return None
    text = arguments[0]
    values = {"%Y": f"{found.year:04d}", "%m": f"{found.month:02d}", "%d": f"{found.day:02d}", "%j": f"{found:%j}"}
    for token, value in values.items():
        text = text.replace(token, value)
    if "%" in text:
        raise Misuse(f"strftime takes %Y, %m, %d and %j, not {arguments[0]!r}")
    return text


def _date(value: Cell) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise Misuse(f"{value!r} is not a date") from error
