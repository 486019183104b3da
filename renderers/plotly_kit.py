"""What plotly chart templates share: measured text, rooms for it, axes with round ticks, titles, legends, notes.

Everything around the plot is measured before it is drawn, so that nothing has to be shrunk, skipped or cut off.
All sizes are pixels.
"""

import math
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import plotly.graph_objects as go
from PIL import ImageColor, ImageFont

from cosyn_multi.model import Column, Style, show
from cosyn_multi.renderers import fonts
from cosyn_multi.renderers.bound import BoundColumn, BoundView
from cosyn_multi.renderers.ink import contrast

STANDOFF = 4
"""Pixels between an axis or its tick marks and the tick texts: the 0 of one axis must not touch a name of the other."""
LINE = 1.3
"""Line height, in font sizes."""
INK_ON_COLOR = ("#ffffff", "#000000")


@lru_cache(maxsize=64)
def _face(family: str, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.face(family, bold)), 100)


def mix(a: str, b: str, share: float) -> str:
    """A colour between two: `share` of b in a."""
    pairs = zip(ImageColor.getrgb(a)[:3], ImageColor.getrgb(b)[:3], strict=True)
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in pairs)


def ratio(a: str, b: str) -> float:
    """WCAG contrast of two hex colours."""
    one, two = (ImageColor.getrgb(c)[:3] for c in (a, b))
    return contrast((one[0], one[1], one[2]), (two[0], two[1], two[2]))


def _moved(color: str, towards: str, ground: str, least: float) -> str:
    """A colour moved towards another one, as far as it takes to reach a contrast."""
    for share in (0.0, 0.15, 0.3, 0.45, 0.6, 0.75):
        moved = mix(color, towards, share)
        if ratio(moved, ground) >= least:
            return moved
    return towards


class Kit:
    """One chart in the making.

    Options it reads, where a template declares them: `theme` (white, grid, band, tinted, dark), `title` (left, center),
    `legend` (top, right, bottom).
    """

    def __init__(self, view: BoundView, style: Style) -> None:
        self.view, self.style = view, style
        option = style.options.get
        self.theme, self.title_place = str(option("theme", "white")), str(option("title", "left"))
        self.legend_place = str(option("legend", "top"))
        self.width, self.height = style.width_px, style.height_px
        self.px = max(11.5, min(style.font_px, self.width / 46, self.height / 28))
        self.small = max(11.0, self.px * 0.88)
        self.pad = 0.022 * self.width + 8
        self._colors()
        self.left = self.right = self.pad
        self.top = self.bottom = self.pad * 0.9
        self.layout: dict[str, Any] = {"template": "none", "annotations": [], "shapes": []}

    def _colors(self) -> None:
        s, dark = self.style, self.theme == "dark"
        self.paper = mix(s.ink, s.accent, 0.18) if dark else s.band if self.theme == "tinted" else s.paper
        self.ink = "#f3f4f6" if dark else s.ink
        self.muted = "#c9cdd4" if dark else s.muted
        self.plot = s.band if self.theme == "band" else self.paper
        self.rule = mix(self.plot, self.ink, 0.14)
        self.palette = [self._against_plot(c) for c in s.palette]

    def _against_plot(self, color: str) -> str:
        """A colour that stands out from the plot: moved away from it as far as needed."""
        towards = "#ffffff" if self.theme == "dark" else "#000000"
        return _moved(color, towards, self.plot, 3.4 if self.theme == "dark" else 2.8)

    def text_color(self, color: str) -> str:
        """A series' colour, made strong enough for text on the paper."""
        return _moved(color, self.ink, self.paper, 4.8)

    def color(self, index: int) -> str:
        """Colour of a series. A palette that is used up goes on in lighter and darker tones."""
        base = self.palette[index % len(self.palette)]
        return mix(base, self.ink, 0.45) if index >= len(self.palette) else base

    def on(self, color: str) -> str:
        """The ink, light or dark, that reads better on a colour."""
        return max(INK_ON_COLOR, key=lambda ink: ratio(ink, color))

    # --- text ---

    def measure(self, text: str, px: float, bold: bool = False, family: str = "") -> float:
        """Width of the widest line of a text."""
        face = _face(family or self.style.font, bold)
        return max(face.getlength(line) for line in text.split("\n")) * px / 100

    def tall(self, px: float, bold: bool = False, family: str = "") -> float:
        """Height that one line takes in this face, at least the usual line height."""
        return max(LINE, sum(_face(family or self.style.font, bold).getmetrics()) / 100) * px

    def wrap(self, text: str, room: float, px: float, bold: bool = False, family: str = "") -> str:
        """The text broken at spaces, so that lines fit a room where words allow it."""
        lines: list[str] = []
        for word in str.__str__(text).split():
            joined = f"{lines[-1]} {word}" if lines else word
            if lines and self.measure(joined, px, bold, family) <= room:
                lines[-1] = joined
            else:
                lines.append(word)
        return "\n".join(lines)

    def font(self, px: float, color: str = "", bold: bool = False, family: str = "") -> dict[str, Any]:
        return {
            "size": px, "color": color or self.ink, "family": family or self.style.font,
            "weight": "bold" if bold else "normal",
        }  # fmt: skip

    def caption(self, columns: Sequence[BoundColumn], label: BoundColumn) -> str:
        """'Spending (EUR) by item': what is measured, and what the names are."""
        name = str.__str__(label.label)
        return f"{self.unit_title(columns)} by {name if name[:2].isupper() else name[:1].lower() + name[1:]}"

    # --- what stands around the plot, from outside in ---

    def head(self, more: str = "") -> None:
        """Title, subtitle and one more line (what is measured, say) at the top; takes its room from the plot."""
        family, px, room = self.style.heading_font, self.px * 1.35, self.width - 2 * self.pad
        x, anchor = (0.5, "center") if self.title_place == "center" else (self.pad / self.width, "left")
        y = self.top
        for text, size, color, bold in (
            (self.view.title, px, self.ink, True), (self.view.subtitle, self.px, self.muted, False),
            (more, self.px, self.muted, False),
        ):  # fmt: skip
            if not text:
                continue
            wrapped = self.wrap(text, room, size, bold, family)
            self._label(wrapped, x * self.width, y, anchor, "top", self.font(size, color, bold, family))
            y += wrapped.count("\n") * size * LINE + self.tall(size, bold, family) + 0.1 * self.px
        self.top = y + self.px * 0.9

    def notes(self) -> None:
        """Small print at the foot; takes its room from the plot."""
        y = self.height - self.bottom
        for text in reversed([*self.view.notes, *([self.view.page] if self.view.page else [])]):
            wrapped = self.wrap(text, self.width - 2 * self.pad, self.small)
            y -= wrapped.count("\n") * self.small * LINE + self.tall(self.small)
            self._label(wrapped, self.pad, y, "left", "top", self.font(self.small, self.muted))
        self.bottom = self.height - y + (self.px * 0.5 if y < self.height - self.bottom else 0)

    def _label(self, text: str, x: float, y: float, xanchor: str, yanchor: str, font: dict[str, Any]) -> None:
        """A text at a place of the picture; turned into paper coordinates once the plot's own room is known."""
        self.layout["annotations"].append(
            {
                "text": text, "x": x, "y": y, "xanchor": xanchor, "yanchor": yanchor, "font": font, "align": xanchor,
                "showarrow": False, "borderpad": 0, "xref": "picture", "yref": "picture",
            }
        )  # fmt: skip

    def legend(self, names: Sequence[str], stacked: bool = False) -> None:
        """Room and place for a legend of these entries: above, below or right of the plot.

        Args: stacked: a legend at the right lists the topmost first.
        """
        widths = [self.measure(n, self.px) + 52 for n in names]
        place = self.legend_place
        if place == "right" and max(widths) > 0.3 * self.width:
            place = "bottom"
        legend: dict[str, Any] = {
            "font": self.font(self.px), "bgcolor": "rgba(0,0,0,0)", "borderwidth": 0, "tracegroupgap": 0,
            "xref": "container", "yref": "container", "itemsizing": "trace",
            "traceorder": "reversed" if stacked and place == "right" else "normal",
        }  # fmt: skip
        if place == "right":
            self.right += max(widths) + 8
            legend |= {"x": 1 - self.pad / self.width, "xanchor": "right", "y": 1 - self.top / self.height}
            legend |= {"yanchor": "top"}
        else:
            rows = self._legend_rows(widths)
            room = rows * (self.tall(self.px) + 7) + 6
            middle = self.title_place == "center"
            legend |= {"orientation": "h", "x": 0.5 if middle else self.pad / self.width}
            legend |= {"xanchor": "center" if middle else "left", "entrywidth": max(widths) - 42}
            if place == "top":
                legend |= {"y": 1 - self.top / self.height, "yanchor": "top"}
                self.top += room + self.px * 0.4
            else:
                self.bottom += room
                legend |= {"y": (self.bottom - room) / self.height, "yanchor": "bottom"}
        self.layout["legend"] = legend
        self.layout["showlegend"] = True

    def _legend_rows(self, widths: Sequence[float]) -> int:
        across = max(1, int((self.width - 2 * self.pad) // (max(widths) + 12)))
        return math.ceil(len(widths) / across)

    # --- axes ---

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

    # --- all together ---

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
