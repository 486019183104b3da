"""Points as text, and back: what a model is to write.

    <points coords="1 1 205 330 2 641 118;3 3 077 902">label</points>

An image's number, then running point number, x and y of each of its points; images ascending, points of an image by
(x, y); x and y in thousandths of width and height, three digits at least. Images without points don't appear; nothing
at all is "There are none."
"""

import html
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final, Literal, NamedTuple

Style = Literal["point", "count", "point_then_count", "count_then_point"]
Separator = Literal[";", "\t"]
STYLES: Final[tuple[Style, ...]] = ("point", "count", "point_then_count", "count_then_point")
NONE: Final = "There are none."
MOST: Final = 1000
POINTS: Final = re.compile(r'<points coords="([^"]*)">(.*?)</points>', re.DOTALL)
COUNT: Final = re.compile(r"(?:shows a total of|total count is|^)\s*(\d+)\b")
Grid = tuple[int, int]


class Parsed(NamedTuple):
    """What a text says. `points`: image number -> points in thousandths; `total`: their number as told, None if it tells none."""

    points: dict[int, tuple[Grid, ...]]
    total: int | None
    label: str


def thousandths(percent: float) -> int:
    """A percent as a whole thousandth, 0 to 1000: half to even on the decimal as written, what lies outside clamped."""
    exact = Decimal(str(percent)) * 10
    return min(max(int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)), 0), MOST)


def write(
    images: Sequence[Sequence[tuple[float, float]]], label: str, style: Style = "point", separator: Separator = ";"
) -> str:
    """The text for points in percent, a list per image in their order."""
    grids = [sorted((thousandths(x), thousandths(y)) for x, y in points) for points in images]
    total = sum(len(g) for g in grids)
    if total == 0:
        return NONE
    if style == "count":
        return str(total)
    tag = f'<points coords="{_coords(grids, separator)}">{html.escape(label, quote=False)}</points>'
    if style == "point_then_count":
        return f"Counting the {tag} shows a total of {total}."
    return f"The total count is {total}: {tag}" if style == "count_then_point" else tag


def _coords(grids: list[list[Grid]], separator: Separator) -> str:
    running, told = 0, []
    for number, grid in enumerate(grids, 1):
        if grid:
            parts = [f"{running + i} {x:03d} {y:03d}" for i, (x, y) in enumerate(grid, 1)]
            told.append(f"{number} " + " ".join(parts))
            running += len(grid)
    return separator.join(told)


def parse(text: str) -> Parsed:
    """What `write` wrote. Raises: ValueError naming what is off."""
    text = text.strip()
    if text == NONE:
        return Parsed({}, 0, "")
    tag = POINTS.search(text)
    counted = COUNT.search(POINTS.sub("", text) if tag else text)
    count = int(counted.group(1)) if counted else None
    if tag is None:
        if count is None:
            raise ValueError(f"neither points nor a count: {text[:80]!r}")
        return Parsed({}, count, "")
    points = _points(tag.group(1))
    total = sum(len(p) for p in points.values())
    if count is not None and count != total:
        raise ValueError(f"counts {count}, but points to {total}")
    return Parsed(points, count, html.unescape(tag.group(2)))


def _points(coords: str) -> dict[int, tuple[Grid, ...]]:
    found: dict[int, tuple[Grid, ...]] = {}
    running, last = 0, 0
    for part in re.split(r"[;\t]", coords):
        words = part.split()
        if len(words) < 4 or len(words) % 3 != 1 or not all(re.fullmatch(r"\d{1,7}", w) for w in words):
            raise ValueError(f"{part!r}: an image's number, then threes of point number, x and y")
        numbers = [int(w) for w in words]
        if numbers[0] <= last:
            raise ValueError(f"image {numbers[0]} comes after image {last}")
        last = numbers[0]
        made = []
        for start in range(1, len(numbers), 3):
            running += 1
            number, x, y = numbers[start : start + 3]
            if number != running or x > MOST or y > MOST:
                raise ValueError(f"point {number} at {x} {y}: {running} is due, within 0 to {MOST}")
            made.append((x, y))
        found[last] = tuple(made)
    return found
