"""Column widths of a printed table: numbers and dates never wrap, text shares what is left."""

from collections.abc import Sequence
from dataclasses import dataclass

from .pdf_text import Overflow, Text

COMPACT = 0.55
"""The share of the room that a table which isn't stretched takes at least."""


@dataclass(frozen=True)
class Need:
    """What a column asks for, in pixels without padding: the narrowest that works and the width it would like."""

    least: float
    natural: float
    wraps: bool


def need(cells: Sequence[Text], head: Text, wraps: bool) -> Need:
    """Of one column: its body cells and its header, which may always wrap between words."""
    natural = max((c.natural for c in cells), default=0.0)
    roomy = 2 * natural + 6 * head.look.size
    least = max((c.least for c in cells), default=0.0) if wraps else natural
    return Need(max(least, head.least), max(natural, head.least, min(head.natural, roomy)), wraps)


def widths(needs: Sequence[Need], room: float, padding: float, stretch: bool) -> list[float]:
    """Column widths with padding on both sides; together at most `room`, and all of it with `stretch`.

    Raises: Overflow if even the narrowest columns don't fit.
    """
    inner = room - 2 * padding * len(needs)
    least, natural = sum(n.least for n in needs), sum(n.natural for n in needs)
    if least > inner + 0.01:
        raise Overflow(f"a table of {len(needs)} columns needs {least:.0f} px and has {inner:.0f}")
    if natural > inner:
        share = (inner - least) / (natural - least)
        sized = [n.least + (n.natural - n.least) * share for n in needs]
    else:
        spare = inner - natural if stretch else max(0.0, COMPACT * inner - natural)
        weights = [(2.0 if n.wraps else 1.0) * (n.natural + 20) for n in needs]
        sized = [n.natural + spare * w / sum(weights) for n, w in zip(needs, weights, strict=True)]
    return [s + 2 * padding + 0.02 for s in sized]


def label_widths(labels: Sequence[Text], room: float, gap: float) -> list[float]:
    """Two columns, labels and values: labels on one line where that leaves the values half of the room.

    Raises: Overflow if a label's longest word takes more than that.
    """
    natural, least = max(t.natural for t in labels), max(t.least for t in labels)
    wide = min(natural + gap + 0.02, max(room / 2, least + gap + 0.02))
    if wide > 0.7 * room:
        raise Overflow(f"a label needs {least:.0f} px and the field has {room:.0f}")
    return [wide, room - wide]
