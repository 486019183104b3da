"""The one text form of a value that programs, witnesses and scoring are compared in."""

from datetime import date
from decimal import Decimal

from .formats import quantize
from .values import Value


def canonical(value: Value | bool, decimals: int | None = None) -> str:
    """The text form of one value.

    bool: 'Yes' or 'No'. int: digits. Decimal: plain digits, at `decimals` places if given, else without trailing
    zeros. date: ISO. str: with white space folded.
    """
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int) and decimals is None:
        return str(value)
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        if decimals is not None:
            return _plain(quantize(number, decimals), keep=True)
        return _plain(number, keep=False)
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).split())


def _plain(number: Decimal, keep: bool) -> str:
    text = f"{number:f}"
    if not keep and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text
