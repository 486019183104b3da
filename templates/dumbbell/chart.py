"""Two dots per row and what lies between them."""

from cosyn_multi.renderers.matplotlib_bars import label_size, on_ground
from cosyn_multi.renderers.matplotlib_canvas import points
from cosyn_multi.renderers.matplotlib_chart import label_axes, opened
from cosyn_multi.renderers.matplotlib_kit import dress, numbers, series_colors, short, span, value_axis

CONNECTORS = {"thin": (1.6, "-"), "thick": (6, "-"), "dotted": (1.8, ":")}


def draw(fig, view, style, bind):
    opt, part = style.options, view.main
    first, second = part.measures
    a, b, places = numbers(part, first.name), numbers(part, second.name), list(range(len(part.rows)))
    layout, look = opened(fig, view, style)
    ax = fig.add_axes((0.1, 0.1, 0.8, 0.8))
    width, dash = CONNECTORS[opt.get("connector", "thin")]
    ax.hlines(places, a, b, color=style.muted, alpha=0.55, linewidth=points(width), linestyle=dash, zorder=1)
    colors, dots = series_colors(style, 2), []
    for column, values, color in ((first, a, colors[0]), (second, b, colors[1])):
        size = points(max(10, style.font_px * 0.85)) ** 2
        dots.append(bind(ax.scatter(values, places, s=size, color=color, zorder=3), column, axis="x"))
    layout.legend(dots, [short(c) for c in part.measures], opt.get("legend", "top"), framed=look == "textbook")
    ax.set_position(layout.frame())
    dress(ax, style, look, "x")
    ax.set_ylim(len(places) - 0.4, -0.6)
    labelled = opt.get("value_labels", True)
    widest = max(layout.measure(label_size(layout))(str(c)) for m in part.measures for c in part.texts(m.name))
    room = (widest + 20) / ((layout.right - layout.left) * 0.7) if labelled else 0.04
    value_axis(ax, part.measures, view, *span([*a, *b], zero=False, room=room), "x", ticks=5)
    label_axes(layout, ax, part, part.measures, lying=True)
    if labelled:
        for i in places:
            outer(layout, ax, part.rows[i][first.name], a[i], i, a[i] > b[i])
            outer(layout, ax, part.rows[i][second.name], b[i], i, a[i] <= b[i])
    layout.settle(ax)


def outer(layout, ax, cell, value, row, right):
    """A value on the outer side of its dot."""
    ax.annotate(
        cell, (value, row), (9 if right else -9, 0), textcoords="offset points", ha="left" if right else "right",
        va="center", fontsize=points(label_size(layout)), **on_ground(ax),
    )  # fmt: skip
