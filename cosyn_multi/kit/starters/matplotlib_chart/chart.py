"""Bars of one measure, each with its value."""

from cosyn_multi.renderers.matplotlib_bars import bar_values, fit_upright, label_room
from cosyn_multi.renderers.matplotlib_chart import label_axes, opened
from cosyn_multi.renderers.matplotlib_kit import dress, numbers, span, value_axis


def draw(fig, view, style, bind):
    """Draw on `fig`, whose size is given. `bind(marks, column)` says which bars are which cells."""
    part = view.main
    column = part.measures[0]
    texts, heights = part.texts(column.name), numbers(part, column.name)
    places = range(len(heights))
    layout, look = opened(fig, view, style)  # heading and notes are drawn here; axes go on what is left
    ax = layout.axes()
    bars = ax.bar(places, heights, 0.45 if style.options["bars"] == "slim" else 0.8, color=style.palette[0])
    bind(bars, column)
    slot = (layout.right - layout.left - 90) / len(heights)
    angle = fit_upright(layout, texts, slot) if style.options["values"] else None
    dress(ax, style, look, "y")
    room = label_room(layout, texts, angle) if angle is not None else 0.05
    value_axis(ax, [column], view, *span(heights, room=room))
    if angle is not None:
        bar_values(layout, ax, bars, texts, angle)
    label_axes(layout, ax, part, [column])
    layout.settle(ax)
