"""What most matplotlib charts begin and end with: the page with its heading, and what stands along both axes."""

from collections.abc import Sequence
from typing import Any

from cosyn_multi.model import Style
from cosyn_multi.renderers.bound import BoundColumn, BoundPart, BoundView
from cosyn_multi.renderers.matplotlib_kit import axis_title, head, name_rows, row_labels, side_labels
from cosyn_multi.renderers.matplotlib_layout import Layout


def opened(fig: Any, view: BoundView, style: Style) -> tuple[Layout, str]:
    """The page with heading and notes on it, and the look that the template's options ask for."""
    look = str(style.options.get("look", "minimal"))
    layout = Layout(fig, style)
    head(layout, view, look)
    layout.footing(view)
    return layout, look


def label_axes(
    layout: Layout,
    ax: Any,
    part: BoundPart,
    columns: Sequence[BoundColumn],
    lying: bool = False,
    reserve_px: float = 80,
) -> None:
    """Name the rows along their axis, and say at the value axis what `columns` measure.

    Args: lying: rows run down the y axis. reserve_px: width that the value axes need.
    """
    assert part.label is not None, "a chart's rows have names"
    names, places = part.texts(part.label.name), list(range(len(part.rows)))
    if lying:
        side_labels(layout, ax, names, places)
    else:
        row_labels(layout, ax, names, places, reserve_px)
    name_rows(ax, part, layout.style, lying)
    (ax.set_xlabel if lying else ax.set_ylabel)(axis_title(columns), labelpad=8)
