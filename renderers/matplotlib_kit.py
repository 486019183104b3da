"""What chart templates for matplotlib share: value axes, row names, series colours and looks.

A template makes a `Layout`, puts its heading, legend and notes on it, draws into axes on what is free, names and dresses
them with what is here, and calls `layout.settle(...)`, which moves them so that all their labels lie inside the page.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

import numpy as np
from matplotlib.ticker import MaxNLocator

from cosyn_multi.model import Column, Format, Style, show
from cosyn_multi.renderers.bound import Bound, BoundColumn, BoundPart, BoundView
from cosyn_multi.renderers.marks import SPARE, apart
from cosyn_multi.renderers.matplotlib_canvas import points
from cosyn_multi.renderers.matplotlib_layout import LEAST_TEXT_PX, Layout, wrap


def numbers(part: BoundPart, name: str) -> list[float]:
    """A numeric column's values for drawing; an absent one is NaN."""
    return [float("nan") if cell.value is None else float(cell) for cell in part.texts(name)]


def present(marks: Sequence[Any], cells: Sequence[Bound]) -> tuple[list[Any], list[Bound]]:
    """Marks and cells without the rows whose value is absent."""
    kept = [(m, c) for m, c in zip(marks, cells, strict=True) if c.value is not None]
    return [m for m, _ in kept], [c for _, c in kept]


def series_colors(style: Style, count: int) -> list[str]:
    """Colours of the palette that can be told apart from each other and from the paper; at most `count`."""
    return apart((*style.palette, *SPARE), (style.paper,))[:count]


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
    lines = max(1, min(3, int((slot - 2) // (size * 1.2))))
    room = max(90.0, (layout.bottom - layout.top) * 0.28)
    upright = [wrap(t, room, measure, lines) for t in texts]
    ax.set_xticks(places, labels=upright, rotation=90, fontsize=points(size), linespacing=1.0, multialignment="right")


def side_labels(layout: Layout, ax: Any, texts: Sequence[Bound], places: Sequence[float], share: float = 0.3) -> None:
    """Name the rows along the y axis, wrapped to a share of the page's width."""
    size = max(LEAST_TEXT_PX, layout.style.font_px * 0.95)
    slot = (layout.bottom - layout.top - 60) / len(texts)
    lines = max(1, min(3, int(slot // (size * 1.2))))
    wrapped = [wrap(t, (layout.right - layout.left) * share, layout.measure(size), lines) for t in texts]
    ax.set_yticks(places, labels=wrapped, fontsize=points(size), linespacing=1.05)


def name_rows(ax: Any, part: BoundPart, style: Style, lying: bool = False) -> None:
    """Say what the rows are: under the axis, or for lying charts above their names as a table would."""
    label = part.label
    if label is None or label.column.self_evident:
        return
    size = points(max(LEAST_TEXT_PX, style.font_px * 0.92))
    if lying:
        ax.annotate(
            label.label, (0, 1), (-6, 5), xycoords="axes fraction", textcoords="offset points", ha="right", va="bottom",
            fontsize=size, color=style.muted,
        )  # fmt: skip
    else:
        ax.set_xlabel(label.label, labelpad=7, fontsize=size, color=style.muted)


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
