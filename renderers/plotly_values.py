"""What a mark of a plotly figure tells by its place: the pixels that its value lies between, and the value from them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from cosyn_multi.model import NUMERIC, Column, Value, read
from cosyn_multi.model.formats import Unreadable as BadText
from cosyn_multi.renderers.bound import Bound
from cosyn_multi.renderers.marks import (
    LEAST_PX,
    Axis,
    MarkValue,
    agrees,
    read_angle,
    read_length,
    read_position,
    ticks_tell,
)
from cosyn_multi.renderers.plotly_bind import Marks
from cosyn_multi.renderers.plotly_report import Mark, Report, Text, fold

BARS: Final = ("bar", "waterfall", "funnel")
SLICES: Final = ("pie", "funnelarea")
AREAS: Final = ("treemap", "sunburst", "icicle")
BASE_PX: Final = 0.75
LABEL_PX: Final = 40.0


class Unreadable(Exception):
    """No value can be taken from the mark; the message says why."""


@dataclass(frozen=True)
class Span:
    """A mark and what its value is read from.

    axis: the measured one, 'angle' for slices, '' where only text tells. start, end: pixels along it. position: its
    pixel along the axis of names; named: whether names stand there, so that two marks of a trace may not share a place.
    """

    mark: Mark
    cell: Bound | None
    kind: str
    axis: str = ""
    names_axis: str = ""
    start: float = 0.0
    end: float = 0.0
    position: float | None = None
    named: bool = False
    total: float = 0.0

    @property
    def across(self) -> str:
        """For a bar, the direction of its thickness; else ''."""
        return {"y": "x", "x": "y"}[self.axis[0]] if self.kind in BARS and self.axis else ""


def spans(report: Report, marks: Marks) -> list[Span]:
    """The drawn marks of a trace, with what their values are read from. Marks without ink are there for a zero only."""
    trace = report.trace(marks.trace)
    if not trace["visible"]:
        return []
    if trace["type"] == "heatmap":
        return _heat(report, marks, trace)
    points = [i for i, c in enumerate(marks.cells) if c is not None and c.value is not None]
    drawn = [m for m in report.marks(marks.trace, points) if 0 <= m.point < len(marks.cells)]
    if trace["type"] in SLICES + AREAS:
        return _slices(marks, drawn, trace["type"])
    measured = marks.axis or ("x" if trace["type"] in BARS and trace["orientation"] == "h" else "y")
    if trace["type"] not in BARS and not marks.axis and report.is_category(trace["yaxis"]):
        measured = "x"
    own, other = (trace["xaxis"], trace["yaxis"]) if measured == "x" else (trace["yaxis"], trace["xaxis"])
    if trace["type"] in BARS:
        return [_bar(report, marks, m, own, other, trace["type"]) for m in drawn if _is_drawn(m, marks)]
    below = _below(report, marks, trace) if trace["stack"] else {}
    return [_point(report, marks, m, own, other, below) for m in drawn if m.at is not None]


def _is_drawn(mark: Mark, marks: Marks) -> bool:
    cell = marks.cells[mark.point]
    return mark.quad is not None or (cell is not None and cell.value == 0)


def _bar(report: Report, marks: Marks, mark: Mark, own: str, other: str, kind: str) -> Span:
    box, cell, across = mark.box, marks.cells[mark.point], own.startswith("y")
    if box is None:
        place = _tick_place(report, mark, other)
        return Span(mark, cell, kind, own, other, position=place)
    low, high = (box.y0, box.y1) if across else (box.x0, box.x1)
    middle = (box.x0 + box.x1) / 2 if across else (box.y0 + box.y1) / 2
    base = _base(report, own)
    start, end = (low, high) if abs(low - base) < abs(high - base) else (high, low)
    return Span(mark, cell, kind, own, other, start, end, middle, report.is_category(other))


def _tick_place(report: Report, mark: Mark, axis: str) -> float | None:
    places = [t.at for t in report.ticks(axis) if t.value == mark.point]
    return places[0] if places else None


def _base(report: Report, axis: str) -> float:
    """The pixel where bars of this axis start: at zero, or, on a log axis, infinitely far towards the small values."""
    a = report.axis(axis)
    if a.log:
        return a.pixels[0] + (a.pixels[0] - a.pixels[1]) * 1e6
    return a.pixel(0)


def _point(report: Report, marks: Marks, mark: Mark, own: str, other: str, below: dict[int, float]) -> Span:
    x, y = mark.at or (0.0, 0.0)
    end, place = (y, x) if own.startswith("y") else (x, y)
    start = below.get(round(place), _base(report, own) if below else end)
    cell = marks.cells[mark.point]
    kind = "stack" if below else "point"
    return Span(mark, cell, kind, own, other, start, end, place, report.is_category(other))


def _below(report: Report, marks: Marks, trace: dict[str, Any]) -> dict[int, float]:
    """Per place, the pixel of the stacked line just below; the base of the axis under the first one."""
    own = trace["yaxis"] if trace["orientation"] != "h" else trace["xaxis"]
    lower = [t for t in report.raw["traces"][: marks.trace] if t.get("stack") == trace["stack"] and t["visible"]]
    if not lower:
        return {-1: _base(report, own)}
    points = [m.at for m in report.marks(lower[-1]["index"]) if m.at is not None]
    return {round(x if own.startswith("y") else y): (y if own.startswith("y") else x) for x, y in points}


def _slices(marks: Marks, drawn: Sequence[Mark], kind: str) -> list[Span]:
    total = sum(float(c) for c in marks.cells if c is not None and c.value is not None)
    axis = "angle" if kind == "pie" else ""
    return [Span(m, marks.cells[m.point], kind, axis, total=total) for m in drawn]


def _heat(report: Report, marks: Marks, trace: dict[str, Any]) -> list[Span]:
    """One span per cell of the matrix that holds a value; its text is the one whose middle lies in it."""
    rows, columns = trace["heat"]["shape"]
    quad = trace["heat"]["quad"]
    if quad is None or rows * columns != len(marks.cells):
        return []
    x0, x1 = sorted((quad[0][0], quad[1][0]))
    y0, y1 = sorted((quad[0][1], quad[3][1]))
    width, height = (x1 - x0) / columns, (y1 - y0) / rows
    x_turned, y_turned = (_turned(report, trace[a]) for a in ("xaxis", "yaxis"))
    texts = [report.texts[n] for t in trace["heat"]["texts"] for n in t["texts"]]
    out: list[Span] = []
    for point, cell in enumerate(marks.cells):
        row, column = divmod(point, columns)
        left = x0 + width * (columns - 1 - column if x_turned else column)
        top = y0 + height * (row if y_turned else rows - 1 - row)
        corners = ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
        inside = tuple(t.number for t in texts if _holds(left, top, width, height, t))
        mark = Mark(point, corners, "", inside)
        out.append(Span(mark, cell, "heatmap", "", trace["yaxis"], position=top + height / 2))
    return out


def _turned(report: Report, axis: str) -> bool:
    """Whether an axis runs against its usual direction: rightwards and upwards."""
    first, last = report.raw["axes"][axis]["range"]
    return bool(first > last)


def _holds(left: float, top: float, width: float, height: float, text: Text) -> bool:
    box = text.box
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return left <= x < left + width and top <= y < top + height


def value_of(report: Report, span: Span, column: Column, locale: str) -> MarkValue:
    """What a reader takes from a mark without a printed value.

    Raises: Unreadable.
    """
    if span.kind in SLICES:
        return _slice_value(span, column)
    if span.kind in AREAS or span.kind in ("heatmap", "funnel"):
        raise Unreadable(f"a {span.kind} tells no value without a label")
    if span.mark.quad is None:
        raise Unreadable("no ink: zero can't be told from nothing")
    axis = report.axis(span.axis)
    labels = [(t.text, t.value) for t in report.ticks(span.axis) if t.value is not None]
    if not axis.readable or not ticks_tell(labels, column, locale):
        raise Unreadable(f"axis {span.axis} has no two tick labels that tell values")
    if not axis.within(span.end):
        raise Unreadable(f"ends outside of axis {span.axis}")
    return _along(report, span, axis, column)


def _along(report: Report, span: Span, axis: Axis, column: Column) -> MarkValue:
    if span.kind == "point":
        return read_position(axis, span.end, column)
    if abs(span.end - span.start) < LEAST_PX:
        raise Unreadable("too short to be told from nothing")
    base = _base(report, span.axis)
    if axis.log or (span.kind != "waterfall" and abs(span.start - base) <= BASE_PX):
        return read_position(axis, span.end, column)
    length = read_length(axis, span.start, span.end, column)
    if span.kind != "waterfall":
        return length
    falls = span.cell is not None and span.cell < 0  # up or down is told by its colour
    return length if falls == (length.value < 0) else MarkValue(-length.value, length.tolerance)


def _slice_value(span: Span, column: Column) -> MarkValue:
    """Raises: Unreadable for anything but shares that make a hundred."""
    if span.kind == "pie" and span.cell is not None and span.total > 0:
        drawn, meant = span.mark.angle / 3.6, 100 * float(span.cell) / span.total
        if abs(drawn - meant) > 0.5:
            raise Unreadable(f"slice of {drawn:.1f} % for a share of {meant:.1f} %")
    if span.kind != "pie" or column.kind != "percent" or abs(span.total - 100) > 1.5:
        raise Unreadable("a slice tells a share, not a value")
    return read_angle(span.mark.angle, column)


def label_of(
    report: Report, span: Span, cell: Bound, column: Column, locale: str, measured: MarkValue | None
) -> tuple[Text, Value] | None:
    """The value label of a mark and what it says: the mark's own text, else an annotation right beside it."""
    own = [report.texts[n] for n in span.mark.texts]
    wanted = fold(str.__str__(cell))
    for text in [*own, *_beside(report, span)]:
        if wanted and (wanted == fold(text.text) or wanted in text.lines or _last_word(text, wanted)):
            return text, read(wanted, column.kind, column.format, locale)
    for text in own:
        for line in text.lines:
            told = _told(line, column, locale)
            if told is not None and measured is not None and agrees(measured, told):
                return text, told
    return None


def _last_word(text: Text, wanted: str) -> bool:
    """'Rent: 1,200' and 'Rent 1,200' say 1,200 of Rent; '1,200' within '11,200' says nothing."""
    plain = fold(text.text)
    return plain.endswith(wanted) and bool(re.search(r"[:\s(]$", plain[: -len(wanted)]))


def _told(line: str, column: Column, locale: str) -> Value:
    if column.kind not in NUMERIC:
        return None
    try:
        return read(line, column.kind, column.format, locale)
    except BadText:
        return None


def _beside(report: Report, span: Span) -> list[Text]:
    """Annotations within reach of the mark's end, nearest first."""
    box = span.mark.box
    if box is None:
        return []
    x, y = span.mark.at or ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
    if span.kind == "bar":
        x, y = (x, span.end) if span.axis.startswith("y") else (span.end, y)
    near = [(abs((t.box.x0 + t.box.x1) / 2 - x) + abs((t.box.y0 + t.box.y1) / 2 - y), t.number, t)
            for t in report.texts if t.kind == "annotation"]  # fmt: skip
    return [t for distance, _, t in sorted(near, key=lambda n: n[:2]) if distance <= LABEL_PX]
