"""Rules on what the image itself settles: numeric dates, series that are told by their look."""

import re
from datetime import date
from functools import lru_cache

from coloraide import Color

from cosyn_multi.checks.case import Bench, Case
from cosyn_multi.model import Look, Reading, Rendering

from .base import Broken

LEAST_DELTA_E = 12.0
"""CIEDE2000 between two series' colours, below which they need another dash or marker."""

_ORDER_LINE = re.compile(
    r"\b(dd|mm|tt|jj)\s?[./-]\s?(mm|dd|tt)\s?[./-]\s?(yy|jj)|day[ /.-]month|month[ /.-]day", re.IGNORECASE
)


def numeric_date_order(case: Case) -> Broken | None:
    """'03/04/2024' is read only where the image settles its order: a day over 12, a month's name, a format line."""
    for sheet, column in case.columns:
        pattern = column.format.pattern
        if column.kind != "date" or "d" not in pattern or "MMM" in pattern or pattern.startswith("y"):
            continue
        unclear = [v for v in sheet.values(column.name) if isinstance(v, date) and v.day <= 12 and v.day != v.month]
        if unclear and not _order_settled(case.bench, sheet.image, pattern):
            return (
                "numeric_date_order",
                f"image {sheet.image} prints {unclear[0]} in numbers and does not settle their order",
            )
    return None


def _order_settled(bench: Bench, image: int, pattern: str) -> bool:
    if _ORDER_LINE.search(bench.drawn(image)):
        return True
    for sheet in bench.views.read:
        for column in sheet.columns:
            if sheet.image == image and column.kind == "date" and column.format.pattern == pattern:
                days = [v for v in sheet.values(column.name) if isinstance(v, date)]
                if any(d.day > 12 for d in days):
                    return True
    return False


def series_by_color(case: Case) -> Broken | None:
    """A series that is known by its look has a colour, dash or marker unlike all others in its image."""
    for sheet, column in case.columns:
        rendering = case.bench.views.renderings[sheet.image - 1]
        entries = entries_of(rendering)
        used = {k for r in case.bench.cells(sheet, column) for k in r.keys} | {f"{sheet.part}.{column.name}"}
        for ref in sorted(used & entries.keys()):
            for other, look in entries.items():
                if other != ref and alike(entries[ref], look):
                    return "series_by_color", f"in image {sheet.image}, {ref} and {other} look alike"
    return None


def entries_of(rendering: Rendering) -> dict[str, Look]:
    """What is told by its look, by ref: legend entries; the label cells of a pie's legend."""
    keyed: list[Reading] = [k for k in (*rendering.keys, *rendering.cells) if k.look is not None and k.role == "legend"]
    keyed += [c for c in rendering.cells if c.look is not None and c.shown and c.kind in ("key", "category", "text")]
    if not keyed:
        keyed = [k for k in rendering.keys if k.look is not None]
    return {k.ref: k.look for k in keyed if k.look is not None}


def alike(one: Look, other: Look) -> bool:
    """Whether two looks can't be told apart."""
    return one.dash == other.dash and one.marker == other.marker and delta_e(one.color, other.color) < LEAST_DELTA_E


@lru_cache(maxsize=4096)
def delta_e(one: str, other: str) -> float:
    """CIEDE2000 of two CSS colours."""
    return float(Color(one).delta_e(Color(other), method="2000"))
