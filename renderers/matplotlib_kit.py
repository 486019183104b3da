"""What chart templates for matplotlib share: headings, legends and axes that fit into the page, measured in pixels.

A template makes a `Layout`, puts its heading, legend and notes on it, draws into `layout.axes()`, names and dresses the
axes, and calls `layout.settle(...)`, which moves the axes so that all their labels lie inside what is left of the page.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import MaxNLocator

from cosyn_multi.model import Column, Format, Style, show
from cosyn_multi.renderers.bound import Bound, BoundColumn, BoundPart, BoundView
from cosyn_multi.renderers.marks import LEAST_DELTA_E, color_distance
from cosyn_multi.renderers.matplotlib_canvas import points

LEAST_TEXT_PX: Final = 10.0
SPARE: Final = ("#1f5a94", "#d1702a", "#3b8651", "#8c4a86", "#a8383b", "#7a7a7a", "#c2a020", "#2f9aa0")
"""Colours for palettes that hold too few different ones."""


def wrap(text: str, width_px: float, measure: Callable[[str], float], lines: int = 99) -> str:
    """Break at spaces so that each line fits, as far as words allow; a Bound stays bound."""
    out: list[str] = []
    for word in str(text).split():
        joined = f"{out[-1]} {word}" if out else word
        if out and (measure(joined) <= width_px or len(out) >= lines):
            out[-1] = joined
        else:
            out.append(word)
    wrapped = "\n".join(out)
    return text.with_text(wrapped) if isinstance(text, Bound) else wrapped


class Layout:
    """The page of one chart. left, top, right, bottom: what is still free, in pixels, y down."""

    def __init__(self, fig: Any, style: Style) -> None:
        self.fig, self.style = fig, style
        self.width, self.height = style.width_px, style.height_px
        pad = round(20 * style.density)
        self.left, self.top, self.right, self.bottom = pad, pad, self.width - pad, self.height - pad
        self._renderer = fig.canvas.get_renderer()

    def measure(self, size_px: float, bold: bool = False, family: str = "") -> Callable[[str], float]:
        """A function from a text of one line to its width in pixels."""
        font = FontProperties(
            family=family or self.style.font, size=points(size_px), weight="bold" if bold else "normal"
        )
        return lambda text: float(self._renderer.get_text_width_height_descent(str(text), font, False)[0])

    def write(
        self, text: str, size_px: float, align: str = "left", bold: bool = False, color: str = "", family: str = "",
        from_top: bool = True,
    ) -> None:  # fmt: skip
        """A paragraph over the free width, at the upper or lower end of what is free."""
        wrapped = wrap(text, self.right - self.left, self.measure(size_px, bold, family))
        x = {"left": self.left, "center": (self.left + self.right) / 2, "right": self.right}[align]
        y = self.top if from_top else self.bottom
        made = self.fig.text(
            x / self.width, 1 - y / self.height, wrapped, ha=align, va="top" if from_top else "bottom",
            multialignment=align, fontsize=points(size_px), fontweight="bold" if bold else "normal",
            fontfamily=family or self.style.font, color=color or self.style.ink,
        )  # fmt: skip
        height = made.get_window_extent(self._renderer).height
        if from_top:
            self.top += round(height + 5 * self.style.density)
        else:
            self.bottom -= round(height + 5 * self.style.density)

    def heading(self, view: BoundView, align: str = "left", scale: float = 1.4, bold: bool = True) -> None:
        """Title, subtitle and the part's own title, from the top."""
        style = self.style
        self.write(view.title, max(15.0, style.font_px * scale), align, bold, family=style.heading_font)
        for text in (view.subtitle, view.main.title):
            if text and str(text) != str(view.title):
                self.write(text, style.font_px * 1.02, align, color=style.muted)
        self.top += round(14 * style.density)

    def footing(self, view: BoundView) -> None:
        """Page number and notes, from the bottom."""
        small = max(LEAST_TEXT_PX, self.style.font_px * 0.85)
        self.bottom += round(self.style.font_px * 0.3)
        if view.page:
            self.write(view.page, small, "right", color=self.style.muted, from_top=False)
        for note in reversed(view.notes):
            self.write(note, small, color=self.style.muted, from_top=False)
        if view.page or view.notes:
            self.bottom -= round(self.style.font_px * 0.9)

    def rule(self, thickness_px: float, color: str) -> None:
        """A line over the full width at the upper end of what is free."""
        self.fig.add_artist(_rectangle(self, self.left, self.top, self.right, self.top + thickness_px, color))
        self.top += round(thickness_px + 9 * self.style.density)

    def legend(self, handles: Sequence[Any], labels: Sequence[str], place: str = "top", framed: bool = False) -> None:
        """A legend above ('top'), below ('bottom') or beside ('right') the axes; it takes its room from the page."""
        size = max(LEAST_TEXT_PX, self.style.font_px * 0.95)
        measure, room = self.measure(size), self.right - self.left
        width = min(room * 0.3 if place == "right" else room * 0.8, 260.0)
        texts = [wrap(label, width, measure) for label in labels]
        widest = max(measure(line) for t in texts for line in str(t).split("\n")) + size * 3.8
        columns = 1 if place == "right" else max(1, min(len(texts), int(room // widest)))
        x, y, loc = {
            "top": (self.left, self.top, "upper left"), "bottom": (self.left, self.bottom, "lower left"),
            "right": (self.right, self.top, "upper right"),
        }[place]  # fmt: skip
        made = self.fig.legend(
            handles, texts, loc=loc, bbox_to_anchor=(x / self.width, 1 - y / self.height), ncols=columns,
            frameon=framed, fontsize=points(size), borderaxespad=0, borderpad=0.6 if framed else 0.1,
            handlelength=1.9, handletextpad=0.6, columnspacing=1.8, labelspacing=0.55, facecolor=self.style.paper,
            edgecolor=self.style.muted, framealpha=1, fancybox=False,
        )  # fmt: skip
        box, gap = made.get_window_extent(self._renderer), round(12 * self.style.density)
        if place == "top":
            self.top += round(box.height) + gap
        elif place == "bottom":
            self.bottom -= round(box.height) + gap
        else:
            self.right -= round(box.width) + gap + 6

    def axes(self, **more: Any) -> Any:
        """Axes over all that is free; `settle` makes room for their labels."""
        return self.fig.add_axes(self.frame(), **more)

    def frame(self) -> tuple[float, float, float, float]:
        """All that is free, in figure coordinates."""
        return self._rect(self.left, self.top, self.right, self.bottom)

    def settle(self, *axes: Any) -> None:
        """Move axes that share one rectangle so that their ticks, labels and texts stay inside what is free."""
        boxes = [b for ax in axes if (b := ax.get_tightbbox(self._renderer)) is not None]
        inner = axes[0].get_window_extent()
        left, right = inner.x0 - min(b.x0 for b in boxes), max(b.x1 for b in boxes) - inner.x1
        below, above = inner.y0 - min(b.y0 for b in boxes), max(b.y1 for b in boxes) - inner.y1
        rect = self._rect(self.left + left, self.top + above, self.right - right, self.bottom - below)
        for ax in axes:
            ax.set_position(rect)

    def _rect(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        width, height = max(right - left, 40), max(bottom - top, 40)
        return left / self.width, 1 - (top + height) / self.height, width / self.width, height / self.height


def _rectangle(layout: Layout, x0: float, y0: float, x1: float, y1: float, color: str) -> Any:
    from matplotlib.patches import Rectangle

    w, h = layout.width, layout.height
    return Rectangle(
        (x0 / w, 1 - y1 / h), (x1 - x0) / w, (y1 - y0) / h, transform=layout.fig.transFigure, color=color, lw=0
    )


def numbers(part: BoundPart, name: str) -> list[float]:
    """A numeric column's values for drawing; an absent one is NaN."""
    return [float("nan") if cell.value is None else float(cell) for cell in part.texts(name)]


def present(marks: Sequence[Any], cells: Sequence[Bound]) -> tuple[list[Any], list[Bound]]:
    """Marks and cells without the rows whose value is absent."""
    kept = [(m, c) for m, c in zip(marks, cells, strict=True) if c.value is not None]
    return [m for m, _ in kept], [c for _, c in kept]


def series_colors(style: Style, count: int) -> list[str]:
    """Colours of the palette that can be told apart from each other and from the paper; at most `count`."""
    found: list[str] = []
    for color in (*style.palette, *SPARE):
        if all(color_distance(color, other) >= 1.5 * LEAST_DELTA_E for other in (*found, style.paper)):
            found.append(color)
    return found[:count]


def short(column: BoundColumn) -> Bound:
    """A column's name without its unit, for legends: the unit stands at the axis."""
    return column.label.with_text(column.column.label)


def axis_title(columns: Sequence[BoundColumn]) -> str:
    """What stands at the value axis: the only series' header with its unit, else the unit that all of them share."""
    first = columns[0].column
    if len(columns) > 1:
        return first.unit if not is_symbol(first) else ""
    if first.unit and first.format.unit_in == "cell" and not is_symbol(first):
        return columns[0].label.with_text(f"{first.label} ({first.unit})")
    return columns[0].label


def is_symbol(column: Column) -> bool:
    """Whether tick labels carry the unit themselves: a currency or a percent sign printed with the numbers."""
    in_cell = column.format.unit_in == "cell"
    return (column.format.style in ("money", "compact") and bool(column.format.currency) and in_cell) or (
        column.format.style == "percent"
    )


def tick_texts(ticks: Sequence[float], column: Column, locale: str) -> list[str]:
    """Tick labels as the locale writes numbers, with the column's sign where its cells carry one."""
    step = min((abs(b - a) for a, b in pairwise(ticks)), default=1.0)
    decimals = next((d for d in range(5) if abs(round(step, d) - step) < 1e-9), 5)
    sign = is_symbol(column)
    fmt = Format(
        style="percent" if sign and column.format.style == "percent" else "money" if sign else "number",
        decimals=decimals, currency=column.format.currency if sign else "",
    )  # fmt: skip
    return [show(Decimal(repr(round(float(t), 9))), fmt, locale) for t in ticks]


def value_axis(
    ax: Any,
    columns: Sequence[BoundColumn],
    view: BoundView,
    low: float,
    high: float,
    direction: str = "y",
    ticks: int = 6,
) -> None:
    """Limits, ticks and their labels of a value axis that shows low to high; its ends are ticks where it costs little."""
    places = MaxNLocator(nbins=ticks, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    step = places[1] - places[0]
    start = low if low - places[0] > 0.5 * step else places[0]
    end = high if places[-1] - high > 0.45 * step else places[-1]
    shown = [p for p in places if start - step * 1e-6 <= p <= end + step * 1e-6]
    texts = tick_texts(shown, columns[0].column, view.locale)
    if direction == "y":
        ax.set_ylim(start, end)
        ax.set_yticks(shown, labels=texts)
    else:
        ax.set_xlim(start, end)
        ax.set_xticks(shown, labels=texts)


def span(values: Sequence[float], zero: bool = True, room: float = 0.03) -> tuple[float, float]:
    """Least and greatest that an axis must show: all values, zero if wanted, and a share of the axis as room at each
    end that values reach."""
    found = np.array([v for v in values if np.isfinite(v)])
    low, high = float(found.min()), float(found.max())
    if zero:
        low, high = min(0.0, low), max(0.0, high)
    below, above = (not zero or low < 0), (not zero or high > 0)
    air = (high - low or abs(high) or 1.0) * room / (1 - room * (below + above))
    return low - air * below, high + air * above


def row_labels(
    layout: Layout, ax: Any, texts: Sequence[Bound], places: Sequence[float], reserve_px: float = 80
) -> None:
    """Name the rows along the x axis: on one line, wrapped, or upright; never left out, never shortened."""
    size = max(LEAST_TEXT_PX, layout.style.font_px * 0.92)
    measure = layout.measure(size)
    slot = (layout.right - layout.left - reserve_px) / (max(places) - min(places) + 1)
    wrapped = [wrap(t, slot - 8, measure) for t in texts]
    fits = all(measure(line) <= slot - 5 for t in wrapped for line in str(t).split("\n"))
    if fits and max(str(t).count("\n") for t in wrapped) <= 3:
        ax.set_xticks(places, labels=wrapped, fontsize=points(size))
        return
    lines = max(1, min(2, int(slot // (size * 1.25))))
    room = (layout.bottom - layout.top) * 0.3
    upright = [wrap(t, max(room / lines, measure(str(t)) / lines * 1.15), measure, lines) for t in texts]
    ax.set_xticks(places, labels=upright, rotation=90, fontsize=points(size), linespacing=1.0)


def side_labels(layout: Layout, ax: Any, texts: Sequence[Bound], places: Sequence[float], share: float = 0.3) -> None:
    """Name the rows along the y axis, wrapped to a share of the page's width."""
    size = max(LEAST_TEXT_PX, layout.style.font_px * 0.95)
    slot = (layout.bottom - layout.top - 60) / len(texts)
    lines = max(1, min(3, int(slot // (size * 1.2))))
    wrapped = [wrap(t, (layout.right - layout.left) * share, layout.measure(size), lines) for t in texts]
    ax.set_yticks(places, labels=wrapped, fontsize=points(size), linespacing=1.05)


def spread(wanted: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Places near the wanted ones at which things of these sizes don't touch; the order is kept."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    places = [float(w) for w in wanted]
    for _ in range(60):
        for a, b in pairwise(order):
            short_of = (sizes[a] + sizes[b]) / 2 - (places[b] - places[a])
            if short_of > 0.01:
                places[a] -= short_of / 2
                places[b] += short_of / 2
    return places


LOOKS: Final = ("minimal", "textbook", "newspaper", "slide")


def dress(ax: Any, style: Style, look: str, grid: str = "y") -> None:
    """Spines, grid and tick marks: 'minimal' (bare), 'textbook' (boxed), 'newspaper' (base line), 'slide' (on a band)."""
    sides = {"minimal": (), "textbook": ("left", "right", "top", "bottom"), "newspaper": ("bottom",), "slide": ()}[look]
    for name, spine in ax.spines.items():
        spine.set_visible(name in sides)
        spine.set_linewidth(1.4 if look == "newspaper" else 0.9)
        spine.set_color(style.ink if look in ("textbook", "newspaper") else style.muted)
    ax.tick_params(
        length=4 if look == "textbook" else 0, width=0.8, pad=6, direction="in" if look == "textbook" else "out"
    )
    line = {
        "minimal": {"color": style.muted, "alpha": 0.22, "linewidth": 0.8},
        "textbook": {"color": style.muted, "alpha": 0.55, "linewidth": 0.8, "linestyle": (0, (1, 3))},
        "newspaper": {"color": style.muted, "alpha": 0.4, "linewidth": 0.7},
        "slide": {"color": style.paper, "alpha": 1.0, "linewidth": 1.4},
    }[look]
    ax.set_axisbelow(True)
    if grid != "none":
        ax.grid(visible=True, axis=grid, **line)
    if look == "slide":
        ax.set_facecolor(style.band)


def head(layout: Layout, view: BoundView, look: str) -> None:
    """The heading as each look has it."""
    if look == "newspaper":
        layout.rule(4, layout.style.accent)
    layout.heading(
        view,
        "center" if look == "textbook" else "left",
        1.3 if look in ("textbook", "minimal") else 1.55,
        look != "minimal",
    )
