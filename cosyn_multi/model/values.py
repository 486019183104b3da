"""What a cell can hold.

Four things are kept apart from world to export: an absent cell (`None`), zero, the text "None", and the answer
`Not answerable`.
"""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

Kind = Literal["key", "category", "count", "amount", "percent", "date", "text"]
"""The kind of a column.

key: identifies its row (an invoice number, a name that is unique in the table). category: a label that may repeat or
names a class. count: an int. amount: a Decimal with a unit. percent: a Decimal in percent as displayed (52.8 for
"52.8 %"), never a fraction. date: a `datetime.date` (a month is its first day, a year its 1 January). text: free text.
"""

Value = Decimal | int | date | str | None
"""A cell's value; None means absent: not drawn, or not there."""

NUMERIC: Final[frozenset[str]] = frozenset({"count", "amount", "percent"})
LABELS: Final[frozenset[str]] = frozenset({"key", "category", "date"})
NOT_ANSWERABLE: Final = "Not answerable"


def coerce(kind: Kind, raw: Any) -> Value:
    """Bring a value, possibly fresh from JSON, into the Python type of its kind.

    Raises: ValueError if it can't be brought there without loss.
    """
    if raw is None:
        return None
    if kind == "count":
        return _whole(raw)
    if kind in ("amount", "percent"):
        return _decimal(raw)
    if kind == "date":
        return raw if isinstance(raw, date) else date.fromisoformat(str(raw))
    if not isinstance(raw, str):
        raise ValueError(f"{raw!r} is not text, as kind {kind} asks")
    return raw


def _whole(raw: Any) -> int:
    number = _decimal(raw)
    if number != int(number):
        raise ValueError(f"{raw!r} is not a whole number")
    return int(number)


def _decimal(raw: Any) -> Decimal:
    if isinstance(raw, bool):
        raise ValueError(f"{raw!r} is not a number")
    try:
        number = raw if isinstance(raw, Decimal) else Decimal(str(raw))
    except InvalidOperation as error:
        raise ValueError(f"{raw!r} is not a number") from error
    if not number.is_finite():
        raise ValueError(f"{raw!r} is not finite")
    return number
