# Dots on a common scale, each with its number | 900x540
from cosyn_multi.renderers.matplotlib_bars import label_size
from cosyn_multi.renderers.matplotlib_canvas import points
from cosyn_multi.renderers.matplotlib_chart import label_axes, opened
from cosyn_multi.renderers.matplotlib_kit import dress, numbers, series_colors, span, value_axis


def draw(fig, view, style, bind):
    part = view.main
    column = part.measures[0]
    texts, values, places = part.texts(column.name), numbers(part, column.name), list(range(len(part.rows)))
    layout, look = opened(fig, view, style)
    ax = layout.axes()
    ax.hlines(places, 0, max(values) * 1.1, color=style.muted, linewidth=points(0.8), linestyles="dotted", zorder=1)
    color = series_colors(style, 1)[0]
    bind(ax.scatter(values, places, s=points(14) ** 2, color=color, marker="D", zorder=3), column)
    dress(ax, style, "newspaper", "x")
    ax.set_ylim(len(places) - 0.45, -0.55)
    value_axis(ax, [column], view, *span(values, room=0.14), "x", ticks=5)
    label_axes(layout, ax, part, [column], lying=True)
    for place, value, text in zip(places, values, texts):
        ax.annotate(
            text,
            (value, place),
            (12, 0),
            textcoords="offset points",
            ha="left",
            va="center",
            fontsize=points(label_size(layout)),
            bbox={"facecolor": ax.get_facecolor(), "edgecolor": "none", "pad": 1},
        )
    layout.settle(ax)
