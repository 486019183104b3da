"""What the texts of a plotly picture say, compared with what a cell, a header or a unit would print."""

from cosyn_multi.model import Column, Value, show
from cosyn_multi.renderers.bound import Bound
from cosyn_multi.renderers.plotly_report import Text, fold


def said_of(text: str) -> set[str]:
    """What a caption names, in lower case: the whole, and the two parts of 'Spending (EUR) by item', 'Points: van'."""
    whole = fold(text).casefold()
    return {whole} | {part for word in (" by ", ": ") for part in (whole.split(word) if whole.count(word) == 1 else [])}


def tells(text: str, unit: str) -> bool:
    """Whether a text names a unit: as a word of its own, in any case."""
    padded = "".join(c if c.isalnum() or c in "%€$£¥₹/²³" else " " for c in f" {text.casefold()} ")
    wanted = "".join(c if c.isalnum() or c in "%€$£¥₹/²³" else " " for c in unit.casefold())
    return bool(unit) and f" {fold(wanted)} " in f" {fold(padded)} "


def shown_line(text: Text, cell: Bound) -> str:
    plain = fold(str.__str__(cell))
    return plain if plain in text.lines else fold(text.text)


def line_of(text: Text, value: Value, column: Column, locale: str) -> str:
    plain = fold(show(value, column.format, locale))
    return plain if plain in text.lines or plain in fold(text.text) else fold(text.text)
