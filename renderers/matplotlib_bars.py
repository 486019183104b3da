"""Value labels of bars for chart templates: above, beside or inside, upright where they would touch."""

from collections.abc import Sequence
from typing import Any

from matplotlib.colors import to_rgb

from cosyn_multi.renderers.bound import Bound
from cosyn_multi.renderers.matplotlib_canvas import points
from cosyn_multi.renderers.matplotlib_layout import LEAST_TEXT_PX, Layout


def label_size(layout: Layout) -> float:
    """Pixels of a value label."""
    return max(LEAST_TEXT_PX, layout.style.font_px * 0.88)


def on_ground(ax: Any, ground: str | None = None) -> dict[str, Any]:
    """Looks of a value label that hides the grid lines behind it, and neither bars nor lines: it lies below those.

    ground: the colour that it lies on; the axes' if None.
    """
    return {"bbox": {"facecolor": ground or ax.get_facecolor(), "edgecolor": "none", "pad": 1.2}, "zorder": 0.8}


def fit_upright(layout: Layout, cells: Sequence[Bound], slot_px: float) -> int | None:
    """Rotation of value labels in slots of a width: 0, 90, or None if they don't fit either way."""
    size = label_size(layout)
    measure = layout.measure(size)
    if max(measure(str(c)) for c in cells) <= slot_px - 4:
        return 0
    return 90 if size * 1.02 <= slot_px else None


def label_room(layout: Layout, cells: Sequence[Bound], angle: int) -> float:
    """Share of the axis that the values at the ends of upright bars take."""
    size = label_size(layout)
    length = max(layout.measure(size)(str(c)) for c in cells) if angle else size
    return min(0.3, (length + 14) / (layout.bottom - layout.top - 60))


def bar_values(layout: Layout, ax: Any, bars: Any, cells: Sequence[Bound], angle: int) -> None:
    """Write each value at the end of its upright bar, away from zero."""
    for bar, cell in zip(bars.patches, cells, strict=True):
        if cell.value is None:
            continue
        end = bar.get_y() + bar.get_height()
        down = bar.get_height() < 0
        ax.annotate(
            cell, (bar.get_x() + bar.get_width() / 2, end), (0, -4 if down else 4), textcoords="offset points",
            ha="center", va="top" if down else "bottom", fontsize=points(label_size(layout)), rotation=angle, **on_ground(ax),
        )  # fmt: skip


def side_values(layout: Layout, ax: Any, bars: Any, cells: Sequence[Bound], ground: str | None = None) -> None:
    """Write each value at the end of its lying bar, away from zero; ground: what the labels lie on, if not the axes."""
    for bar, cell in zip(bars.patches, cells, strict=True):
        if cell.value is None:
            continue
        back = bar.get_width() < 0
        ax.annotate(
            cell, (bar.get_x() + bar.get_width(), bar.get_y() + bar.get_height() / 2), (-5 if back else 5, 0),
            textcoords="offset points", ha="right" if back else "left", va="center",
            fontsize=points(label_size(layout)), **on_ground(ax, ground),
        )  # fmt: skip


def text_on(color: Any, dark: str = "#000000", light: str = "#ffffff") -> str:
    """Black or white, whichever contrasts more with a fill: one of them always does by 4.5."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color))
    return dark if 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 else light


def segment_values(layout: Layout, ax: Any, bars: Any, cells: Sequence[Bound], size_px: float) -> None:
    """Write values into the segments that have room for them; after the axes have their place."""
    measure = layout.measure(size_px)
    for bar, cell in zip(bars.patches, cells, strict=True):
        box = bar.get_window_extent()
        if cell.value is None or measure(str(cell)) > box.width - 5 or size_px * 1.2 > box.height:
            continue
        ax.text(
            bar.get_x() + bar.get_width() / 2, bar.get_y() + bar.get_height() / 2, cell, ha="center", va="center",
            fontsize=points(size_px), color=text_on(bar.get_facecolor()),
        )  # fmt: skip
