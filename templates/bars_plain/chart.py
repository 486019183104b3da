"""Upright bars of one measure."""

from cosyn_multi.renderers.matplotlib_bars import bar_values, fit_upright, label_room
from cosyn_multi.renderers.matplotlib_chart import label_axes, opened
from cosyn_multi.renderers.matplotlib_kit import dress, numbers, span, value_axis

WIDTHS = {"slim": 0.45, "usual": 0.64, "broad": 0.84}


def draw(fig, view, style, bind):
    opt, part = style.options, view.main
    column = part.measures[0]
    cells, values, places = part.texts(column.name), numbers(part, column.name), list(range(len(part.rows)))
    layout, look = opened(fig, view, style)
    ax = layout.axes()
    colors = [style.palette[i % 2 if opt.get("bars") == "two colours" else 0] for i in places]
    outline = {"edgecolor": style.ink, "linewidth": 1.1} if opt.get("bars") == "outlined" else {}
    bars = ax.bar(places, values, WIDTHS[opt.get("width", "usual")], color=colors, **outline)
    bind(bars, column)
    slot = (layout.right - layout.left - 90) / len(places)
    angle = fit_upright(layout, cells, slot) if opt.get("value_labels", True) else None
    dress(ax, style, look, "none" if angle is not None and look == "minimal" else "y")
    ax.set_xlim(-0.6, len(places) - 0.4)
    value_axis(ax, [column], view, *span(values, room=0.03 if angle is None else label_room(layout, cells, angle)))
    label_axes(layout, ax, part, [column])
    if any(v < 0 for v in values):
        ax.axhline(0, color=style.ink, linewidth=0.9)
    if angle is not None:
        bar_values(layout, ax, bars, cells, angle)
    layout.settle(ax)
