# Lying bars with a number on each, square and plain | 900x500
from cosyn_multi.renderers.matplotlib_bars import side_values
from cosyn_multi.renderers.matplotlib_chart import label_axes, opened
from cosyn_multi.renderers.matplotlib_kit import dress, numbers, span, value_axis


def draw(fig, view, style, bind):
    part = view.main
    column = part.measures[0]
    texts, widths, places = part.texts(column.name), numbers(part, column.name), list(range(len(part.rows)))
    layout, look = opened(fig, view, style)
    ax = layout.axes()
    bars = ax.barh(places, widths, 0.55, color=style.muted, edgecolor=style.ink)
    bind(bars, column)
    dress(ax, style, "textbook", "x")
    ax.set_ylim(len(places) - 0.45, -0.55)
    value_axis(ax, [column], view, *span(widths, room=0.14), "x", ticks=5)
    side_values(layout, ax, bars, texts)
    label_axes(layout, ax, part, [column], lying=True)
    layout.settle(ax)
