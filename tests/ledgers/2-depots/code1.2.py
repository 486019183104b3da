# Lollipops, one stem per row, each with its value | 900x560
from cosyn_multi.renderers.matplotlib_bars import fit_upright, label_room, label_size
from cosyn_multi.renderers.matplotlib_canvas import points
from cosyn_multi.renderers.matplotlib_chart import label_axes, opened
from cosyn_multi.renderers.matplotlib_kit import dress, numbers, series_colors, span, value_axis


def draw(fig, view, style, bind):
    part = view.main
    column = part.measures[0]
    texts, values, places = part.texts(column.name), numbers(part, column.name), list(range(len(part.rows)))
    layout, look = opened(fig, view, style)
    ax = layout.axes()
    color = series_colors(style, 1)[0]
    ax.vlines(places, 0, values, color=color, linewidth=points(2), zorder=2)
    bind(ax.scatter(places, values, s=points(15) ** 2, color=color, zorder=3), column)
    angle = fit_upright(layout, texts, (layout.right - layout.left - 90) / len(places))
    dress(ax, style, "newspaper", "y")
    ax.set_xlim(-0.6, len(places) - 0.4)
    room = label_room(layout, texts, angle) + 0.03 if angle is not None else 0.05
    value_axis(ax, [column], view, *span(values, room=room))
    label_axes(layout, ax, part, [column])
    if angle is not None:
        for place, value, text in zip(places, values, texts):
            ax.annotate(
                text,
                (place, value),
                (0, 10),
                textcoords="offset points",
                ha="center",
                va="bottom",
                rotation=angle,
                fontsize=points(label_size(layout)),
                bbox={"facecolor": ax.get_facecolor(), "edgecolor": "none", "pad": 1},
            )
    layout.settle(ax)
