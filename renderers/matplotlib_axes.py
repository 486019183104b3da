"""The axes of a drawn matplotlib figure, and what marks on them say."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from cosyn_multi.model import Box, Column
from cosyn_multi.renderers.marks import Axis, MarkValue, read_angle, read_length, read_position, ticks_tell
from cosyn_multi.renderers.matplotlib_marks import Place


def frame_of(axes: Any, height: int) -> Box:
    """The axes' own rectangle in image pixels."""
    b = axes.get_window_extent()
    return Box(x0=b.x0, y0=height - b.y1, x1=b.x1, y1=height - b.y0)


class Axes:
    """Reads marks on the axes of one drawn figure. `drawn`: ids of the Text artists that were drawn."""

    def __init__(self, figure: Any, drawn: frozenset[int], height: int, locale: str) -> None:
        self._figure, self._drawn, self._height, self._locale = figure, drawn, height, locale
        self.axis: Callable[[Any, str], tuple[Axis | None, list[tuple[str, float]]]] = cache(self._axis)

    def read(self, place: Place, column: Column) -> MarkValue | str:
        """What a reader takes from a mark, or why they can't."""
        if place.direction == "angle":
            degrees = abs(place.end - (place.start or 0.0))
            return read_angle(degrees, column) if column.kind == "percent" else "a slice without a printed value"
        axis, labels = self.axis(place.axes, place.direction)
        if axis is None or not axis.readable:
            return "its axis has no two labelled ticks, or a scale that isn't read here"
        if not ticks_tell(labels, column, self._locale):
            return "the labels of its axis don't tell its values"
        if not axis.within(place.end):
            return "cut off at the edge of the axes"
        if place.start is None or self._from_baseline(axis, place.start):
            return read_position(axis, place.end, column)
        return read_length(axis, place.start, place.end, column)

    def name(self, place: Place) -> str:
        if place.direction == "angle":
            return "angle"
        axis, _ = self.axis(place.axes, place.direction)
        return axis.name if axis else place.direction

    @staticmethod
    def _from_baseline(axis: Axis, start: float) -> bool:
        """Whether a bar starts at zero, or at or beyond an end of its axis: then only its end has to be placed."""
        beyond = start <= min(axis.pixels) + 0.75 or start >= max(axis.pixels) - 0.75
        return axis.log or beyond or abs(axis.pixel(0) - start) < 0.75

    def _axis(self, axes: Any, direction: str) -> tuple[Axis | None, list[tuple[str, float]]]:
        side = axes.yaxis if direction == "y" else axes.xaxis
        if side.get_scale() not in ("linear", "log"):
            return None, []
        low, high = axes.get_ylim() if direction == "y" else axes.get_xlim()
        frame = axes.get_window_extent()
        ends = (self._height - frame.y0, self._height - frame.y1) if direction == "y" else (frame.x0, frame.x1)
        labels = [
            (label.get_text(), float(tick.get_loc()))
            for tick in (*side.get_major_ticks(), *side.get_minor_ticks())
            for label in (tick.label1, tick.label2)
            if id(label) in self._drawn
        ]
        ticks = tuple(sorted({v for _, v in labels}))
        return Axis(self._axis_name(axes, direction), ends, (low, high), ticks, side.get_scale() == "log"), labels

    def _axis_name(self, axes: Any, direction: str) -> str:
        """'y2' or 'x2' for an axis on the far side of axes that share their rectangle with others."""
        side = axes.yaxis if direction == "y" else axes.xaxis
        shared = any(o is not axes and np.allclose(o.bbox.bounds, axes.bbox.bounds) for o in self._figure.axes)
        return f"{direction}2" if shared and side.get_ticks_position() in ("right", "top") else direction
