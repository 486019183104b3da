"""Lying bars of one measure, first row on top."""

from cosyn_multi.renderers.matplotlib_bars import label_size, side_values
from cosyn_multi.renderers.matplotlib_chart import label_axes, opened
from cosyn_multi.renderers.matplotlib_kit import dress, numbers, span, value_axis

THICKNESS = {"slim": 0.42, "usual": 0.62, "broad": 0.8}


def draw(fig, view, style, bind):
    opt, part = style.options, view.main
    column = part.measures[0]
    cells, values, places = part.texts(column.name), numbers(part, column.name), list(range(len(part.rows)))
    layout, look = opened(fig, view, style)
    ax = layout.axes()
    labelled, thickness = opt.get("value_labels", True), THICKNESS[opt.get("thickness", "usual")]
    widest = max(layout.measure(label_size(layout))(str(c)) for c in cells)
    room = (widest + 14) / ((layout.right - layout.left) * 0.68) if labelled else 0.03
    low, high = span(values, room=room)
    value_axis(ax, [column], view, low, high, "x", ticks=5)
    track = (style.band if look != "slide" else style.paper) if opt.get("track") and min(values) >= 0 else None
    if track:
        # below the labels, which lie on it
        ax.barh(places, [ax.get_xlim()[1]] * len(places), thickness, color=track, zorder=0.7)
    bars = ax.barh(places, values, thickness, color=style.palette[0])
    bind(bars, column)
    dress(ax, style, look, "none" if labelled and look == "minimal" else "x")
    ax.set_ylim(len(places) - 0.4, -0.6)
    label_axes(layout, ax, part, [column], lying=True)
    if min(values) < 0:
        ax.axvline(0, color=style.ink, linewidth=0.9)
    if labelled:
        side_values(layout, ax, bars, cells, track)
    layout.settle(ax)
