"""Marks: what a reader takes from a bar, point, segment or slice without a printed value, and how far off they may be.

Pure: pixels and axes in, values and tolerances out. Both chart renderers use it.

How far off: a reader places the end of a mark to about 1.5 pixels, and interpolates between labelled ticks to about a
tenth of their distance (the usual rule for analogue scales); the worse of the two counts. That position on a common
scale is what readers judge best, length next, angle much worse, is Cleveland and McGill 1984, JASA 79(387), 531-554:
hence a segment that doesn't start at the baseline has two ends to place, and a slice two percentage points.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from cosyn_multi.model import Box, Column, Format, Look, Unreadable, Value, read

SLACK_PX: Final = 1.5
"""Placing error of a careful reader, in pixels."""
TICK_SHARE: Final = 0.1
"""Interpolation error, as a share of the distance between labelled ticks."""
ANGLE_POINTS: Final = 2.0
"""Error of judging a slice without a printed share, in percentage points."""
LEAST_PX: Final = 2.0
"""A bar or segment shorter than this can't be told from nothing."""
LEAST_DELTA_E: Final = 12.0
"""Two colours nearer than this (CIEDE2000) are one to a reader who goes back and forth between mark and legend."""


@dataclass(frozen=True)
class Axis:
    """How pixels along one direction become values: two anchors and the ticks whose labels are drawn.

    name: 'x', 'y', 'x2', 'y2'. pixels, values: two places, as pixels and as data values; an inverted axis is just that.
    ticks: values of the labelled ticks in the frame, in any order. log: values grow by factors (all values > 0).
    """

    name: str
    pixels: tuple[float, float]
    values: tuple[float, float]
    ticks: tuple[float, ...]
    log: bool = False

    def value(self, px: float) -> float:
        """The data value at a pixel position."""
        a, b = (self._scaled(v) for v in self.values)
        scaled = a + (px - self.pixels[0]) * (b - a) / (self.pixels[1] - self.pixels[0])
        return 10.0**scaled if self.log else scaled

    def pixel(self, value: float) -> float:
        """The pixel position of a data value. Raises: ValueError for a value <= 0 on a log axis."""
        a, b = (self._scaled(v) for v in self.values)
        return self.pixels[0] + (self._scaled(value) - a) * (self.pixels[1] - self.pixels[0]) / (b - a)

    def within(self, px: float, slack: float = 1.0) -> bool:
        """Whether a pixel position lies between the two anchors, which are the ends of the drawn axis."""
        return min(self.pixels) - slack <= px <= max(self.pixels) + slack

    @property
    def readable(self) -> bool:
        """An axis without two labelled ticks gives no values."""
        return len(set(self.ticks)) >= 2

    def slack(self, px: float) -> float:
        """Half-width of the reading interval at a pixel position, in data units; on a log axis the wider side.

        Raises: ValueError if the axis has fewer than two labelled ticks.
        """
        if not self.readable:
            raise ValueError(f"axis {self.name} has fewer than two labelled ticks")
        off = max(SLACK_PX, TICK_SHARE * self._tick_distance(px))
        here = self.value(px)
        return max(abs(self.value(px + off) - here), abs(self.value(px - off) - here))

    def _tick_distance(self, px: float) -> float:
        """Pixels between the two labelled ticks about a position, or the two nearest to it."""
        places = sorted(self.pixel(t) for t in set(self.ticks))
        return min(
            ((b - a) for a, b in pairwise(places) if a - 1 <= px <= b + 1), default=self._end_distance(places, px)
        )

    @staticmethod
    def _end_distance(places: Sequence[float], px: float) -> float:
        first, last = places[:2], places[-2:]
        near = first if px < places[0] else last
        return near[1] - near[0] + min(abs(px - places[0]), abs(px - places[-1]))

    def _scaled(self, value: float) -> float:
        return math.log10(value) if self.log else value


class MarkValue(NamedTuple):
    """What a reader takes from a mark. An int for a count. The truth lies within value +- tolerance."""

    value: Decimal | int
    tolerance: Decimal


def read_position(axis: Axis, px: float, column: Column) -> MarkValue:
    """The value of a mark that starts at the axis' baseline, or is a point: where its end stands.

    Raises: ValueError if the axis can't be read (see `Axis.readable`).
    """
    at = round(px)
    return rounded(axis.value(at), axis.slack(at), column)


def read_length(axis: Axis, start_px: float, end_px: float, column: Column) -> MarkValue:
    """The value of a stacked segment: two ends to place, so twice the error; negative below its start.

    Raises: ValueError as `read_position`; also on a log axis, where lengths are ratios.
    """
    if axis.log:
        raise ValueError("a segment on a log axis has no length that could be read")
    start, end = round(start_px), round(end_px)
    return rounded(axis.value(end) - axis.value(start), axis.slack(start) + axis.slack(end), column)


def read_angle(degrees: float, column: Column) -> MarkValue:
    """The share of a slice without a printed value, in percent; for columns of kind percent whose rows make 100."""
    return rounded(degrees / 3.6, ANGLE_POINTS, column)


def rounded(value: float, slack: float, column: Column) -> MarkValue:
    """Round to the step that a reader can tell: the largest 1, 2 or 5 times a power of ten within half the slack.

    A count is read as a whole number, so its tolerance is whole too: 0 where the nearest one can't be mistaken.
    """
    if column.kind == "count":
        return MarkValue(round(value), Decimal(math.floor(slack + 0.5)))
    step = nice_step(float(slack) / 2)
    steps = (Decimal(repr(float(value))) / step).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    return MarkValue((steps * step).normalize() + Decimal(0), _two_digits(slack))


def nice_step(slack: float) -> Decimal:
    """The largest of 1, 2, 5 times a power of ten that is not above `slack` (> 0)."""
    power = Decimal(1).scaleb(math.floor(math.log10(slack)))
    return max(power * m for m in (1, 2, 5) if m == 1 or float(power * m) <= slack)


def agrees(mark: MarkValue, bound: Value) -> bool:
    """Whether the bound value lies within the reading's interval."""
    return isinstance(bound, int | Decimal) and abs(Decimal(mark.value) - Decimal(bound)) <= mark.tolerance


def _two_digits(slack: float) -> Decimal:
    """Round a tolerance up to two digits: the interval never shrinks."""
    unit = Decimal(1).scaleb(math.floor(math.log10(slack)) - 1)
    return (
        (Decimal(repr(float(slack))) / unit).to_integral_value(rounding="ROUND_CEILING") * unit
    ).normalize() + Decimal(0)


def tick_value(text: str, column: Column, locale: str) -> Decimal | None:
    """The number that a tick label tells: '1,200', '€ 40', '20 %', '1.5 M'. None if it tells none."""
    fmt = Format(style="compact", currency=column.format.currency, suffix=column.format.suffix)
    try:
        number = read(text, "amount", fmt, locale)
    except Unreadable:
        return None
    return Decimal(number) if isinstance(number, int | Decimal) else None


def ticks_tell(labels: Iterable[tuple[str, float]], column: Column, locale: str) -> bool:
    """Whether every tick label (text, value) tells the value of its place: no offset or scale that stands elsewhere."""
    for text, value in labels:
        told = tick_value(text, column, locale)
        if told is None or abs(float(told) - value) > 1e-6 * max(1.0, abs(value)):
            return False
    return True


SPARE: Final = (
    "#1f5a94", "#d1702a", "#3b8651", "#8c4a86", "#a8383b", "#7a7a7a", "#c2a020", "#2f9aa0", "#e377c2", "#6b4a2b", "#1a1a1a",
    "#8fa8ff",
)  # fmt: skip
"""Colours for palettes that hold too few different ones."""


@lru_cache(maxsize=4096)
def color_distance(a: str, b: str) -> float:
    """CIEDE2000 of two CSS colours; alpha is ignored."""
    from coloraide import Color

    return float(Color(a).delta_e(Color(b), method="2000"))


def apart(colors: Sequence[str], grounds: Sequence[str] = ()) -> list[str]:
    """Those of the colours that can be told well from the grounds and from those before them; then those that can just
    be told apart, for a picture that needs more."""
    found: list[str] = []
    for least in (1.5 * LEAST_DELTA_E, LEAST_DELTA_E + 0.5):
        for color in colors:
            if all(color_distance(color, other) >= least for other in (*found, *grounds)):
                found.append(color)
    return found


def alike(a: Look, b: Look) -> bool:
    """Whether two series can be mistaken for each other: same dash, same marker, and near colours."""
    return a.dash == b.dash and a.marker == b.marker and color_distance(a.color, b.color) < LEAST_DELTA_E


def inside_share(boxes: Sequence[Box], width: float, height: float) -> float:
    """Share of the boxes' area inside the frame; 0 for no area."""
    frame, area = Box(x0=0, y0=0, x1=width, y1=height), sum(b.area for b in boxes)
    return sum(b.overlap(frame) for b in boxes) / area if area else 0.0


def overlap_share(boxes: Sequence[Box], others: Iterable[Box]) -> float:
    """Largest share of one of the boxes that one of the others shares."""
    found = list(others)
    return max((b.overlap(o) / b.area for b in boxes if b.area for o in found), default=0.0)
