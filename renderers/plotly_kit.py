"""What plotly chart templates share: axes with round ticks and rooms for their names, on a `Sheet`.

Everything around the plot is measured before it is drawn, so that nothing has to be shrunk, skipped or cut off.
All sizes are pixels.
"""

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from cosyn_multi.model import Column, show
from cosyn_multi.renderers.bound import BoundColumn
from cosyn_multi.renderers.plotly_sheet import LINE, Sheet, mix

__all__ = ["Kit", "mix"]

STANDOFF = 4
"""Pixels between an axis or its tick marks and the tick texts: the 0 of one axis must not touch a name of the other."""


class Kit(Sheet):
    """One chart in the making.

    Options it reads, where a template declares them: `theme` (white, grid, band, tinted, dark), `title` (left, center),
    `legend` (top, right, bottom).
    """

    def value_axis(
        self, columns: Sequence[BoundColumn], values: Sequence[float], *, horizontal: bool = False,
        second: bool = False, from_zero: bool = True, room: float = 0.06, title: str | None = None,
        most_ticks: int = 6,
    ) -> dict[str, Any]:  # fmt: skip
        """An axis of values with round, written-out ticks; its tick texts and title get room beside the plot.

        Args: room: share of the axis left free beyond the largest value. title: instead of the columns' common one.
        """
        low, high, step = _nice(min(values), max(values), from_zero, room, most_ticks)
        column = columns[0].column
        if column.kind == "percent" and max(values) <= 100 < high:
            high = 100.0
        if column.kind == "count" and step < 1:
            step, low, high = 1.0, math.floor(low), math.ceil(high)
        ticks = [low + step * i for i in range(round((high - low) / step) + 1)]
        texts = [self.number(t, step, column) for t in ticks]
        name = self.unit_title(columns) if title is None else title
        turned = self.wrap(name, 0.62 * (self.width if horizontal else self.height), self.px)
        band = (turned.count("\n") + 1) * self.px * LINE + 8 if name else 0
        if horizontal:
            self.bottom += self.small * LINE + 8 + STANDOFF + band
            self.right = max(self.right, self.measure(texts[-1], self.small) / 2 + 6)
        elif second:
            self.right += max(self.measure(t, self.small) for t in texts) + 10 + STANDOFF + band
        else:
            self.left += max(self.measure(t, self.small) for t in texts) + 10 + STANDOFF + band
        return self._axis(turned, band) | {
            "range": [low, high], "tickmode": "array", "tickvals": ticks, "ticktext": texts,
            "showgrid": self.theme != "white" and not second, "zeroline": low <= 0 <= high,
        }  # fmt: skip

    def _axis(self, title: str, band: float) -> dict[str, Any]:
        lined = self.theme == "white"
        return {
            "title": {"text": title, "font": self.font(self.px, self.muted), "standoff": 8},
            "tickfont": self.font(self.small, self.ink), "gridcolor": self.rule, "zerolinecolor": self.muted,
            "zerolinewidth": 1, "showline": lined, "linecolor": self.muted, "ticks": "outside" if lined else "",
            "ticklen": 4, "ticklabelstandoff": STANDOFF, "tickcolor": self.muted, "automargin": False, "fixedrange": True,
        }  # fmt: skip

    def clear(self, *axes: dict[str, Any]) -> None:
        """No grid lines: value labels would stand on them."""
        for axis in axes:
            axis["showgrid"] = False

    def unit_title(self, columns: Sequence[BoundColumn]) -> str:
        """What an axis of these columns is called: the one column's name with its unit, else their unit."""
        if len(columns) == 1:
            column = columns[0].column
            return column.model_copy(update={"format": column.format.model_copy(update={"unit_in": "header"})}).header
        units = list(dict.fromkeys(c.unit for c in columns))
        return units[0] if len(units) == 1 else ""

    def caption(self, columns: Sequence[BoundColumn], label: BoundColumn) -> str:
        """'Spending (EUR) by item': what is measured, and what the names are."""
        name = str.__str__(label.label)
        return f"{self.unit_title(columns)} by {name if name[:2].isupper() else name[:1].lower() + name[1:]}"

    def number(self, value: float, step: float, column: Column) -> str:
        """A tick text: as the column prints, at the digits that the step needs."""
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        fmt = column.format.model_copy(update={"decimals": digits, "negative": "minus", "suffix": ""})
        if fmt.style == "compact":
            fmt = fmt.model_copy(update={"style": "number"})
        return show(Decimal(repr(round(value, digits + 2))), fmt, self.view.locale)

    def name_axis(self, names: Sequence[str], *, title: str = "") -> tuple[list[str], dict[str, Any]]:
        """Names below the plot: on one line, wrapped, or turned, whichever fits first. Returns the texts to plot."""
        room = (self.width - self.left - self.right) / len(names)
        shown, angle = [str.__str__(n) for n in names], 0
        if max(self.measure(n, self.small) for n in shown) > room - 8:
            shown = [self.wrap(n, room - 8, self.small) for n in names]
            if max(self.measure(n, self.small) for n in shown) > room - 4 or max(n.count("\n") for n in shown) > 2:
                shown, angle = [self.wrap(n, 0.3 * self.height, self.small) for n in names], -40
                if max(n.count("\n") + 1 for n in shown) * self.small * LINE > 0.62 * room:
                    angle = -90
        tall = self._name_room(shown, angle)
        band = self.px * LINE + 6 if title else 0
        self.bottom += tall + 8 + STANDOFF + band
        axis = self._axis(title, band) | {
            "type": "category", "tickangle": angle, "showgrid": False, "tickmode": "linear", "dtick": 1, "tick0": 0,
            "range": [-0.5, len(names) - 0.5], "zeroline": False,
        }  # fmt: skip
        if self.theme == "white":
            axis["ticks"] = ""
        return shown, axis

    def _name_room(self, shown: Sequence[str], angle: int) -> float:
        """Height that the names take; names that lean out at the left get room there."""
        wide = max(self.measure(n, self.small) for n in shown)
        tall = max(n.count("\n") + 1 for n in shown) * self.small * LINE
        if angle == 0:
            return tall
        turn = math.radians(-angle)
        if angle == -40:
            self.left = max(self.left, self.measure(shown[0], self.small) * math.cos(turn) * 0.9)
        return wide * math.sin(turn) + tall * math.cos(turn)

    def side_axis(
        self, names: Sequence[str], *, title: str = "", most: float = 0.36
    ) -> tuple[list[str], dict[str, Any]]:
        """Names left of the plot, the first on top; wrapped to a share of the picture's width."""
        tall = self.plot_height / len(names)
        for share in (most, 0.46, 0.54):
            shown = [self.wrap(n, share * self.width, self.small) for n in names]
            if max(n.count("\n") + 1 for n in shown) * self.small * LINE <= tall:
                break
        band = self.px * LINE + 8 if title else 0
        self.left += max(self.measure(n, self.small) for n in shown) + 10 + STANDOFF + band
        axis = self._axis(title, band) | {
            "type": "category", "autorange": False, "range": [len(names) - 0.5, -0.5], "showgrid": False,
            "tickmode": "linear", "dtick": 1, "tick0": 0, "ticks": "", "zeroline": False,
        }  # fmt: skip
        return shown, axis

    def round_ticks(self, low: float, high: float, column: Column, most: int = 5) -> tuple[list[float], list[str]]:
        """Round numbers within two ends, and how they are written."""
        start, end, step = _nice(low, high, False, 0.0, most)
        inside = [v for i in range(round((end - start) / step) + 1) if low <= (v := start + step * i) <= high]
        return inside, [self.number(v, step, column) for v in inside]

    @property
    def plot_width(self) -> float:
        return self.width - self.left - self.right

    @property
    def plot_height(self) -> float:
        return self.height - self.top - self.bottom

    def figure(self, traces: Sequence[Any], **layout: Any) -> go.Figure:
        """The figure, with margins as measured."""
        given: dict[str, Any] = {
            **self.layout, "paper_bgcolor": self.paper, "plot_bgcolor": self.plot, "font": self.font(self.px),
            "showlegend": self.layout.get("showlegend", False), "colorway": self.palette,
            "margin": {"l": self.left, "r": self.right, "t": self.top, "b": self.bottom, "pad": 0, "autoexpand": False},
        } | layout  # fmt: skip
        given["annotations"] = [self._on_paper(a) for a in given["annotations"]]
        return go.Figure(data=list(traces), layout=given)

    def _on_paper(self, annotation: dict[str, Any]) -> dict[str, Any]:
        """Picture pixels as plotly's paper coordinates, which are shares of the plot."""
        if annotation.get("xref") != "picture":
            return annotation
        x = (annotation["x"] - self.left) / self.plot_width
        y = 1 - (annotation["y"] - self.top) / self.plot_height
        return annotation | {"x": x, "y": y, "xref": "paper", "yref": "paper"}


def _nice(low: float, high: float, from_zero: bool, room: float, most_ticks: int) -> tuple[float, float, float]:
    """Round ends and step of an axis: from zero, or, where asked, from a round number below the least value."""
    if from_zero or low < 0 < high:
        low, high = min(low, 0.0), max(high, 0.0)
    span = (high - low) or abs(high) or 1.0
    top, bottom = high + room * span * (high > 0), low - (room * span if low < 0 else 0.0 if from_zero else 0.03 * span)
    if not from_zero and low > 0:
        bottom = max(0.0, bottom)
    rough = (top - bottom) / most_ticks
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
    start, end = math.floor(bottom / step + 1e-9) * step, math.ceil(top / step - 1e-9) * step
    return start, end, step
