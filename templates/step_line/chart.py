"""Step lines over time; a step is as wide as its period."""

from cosyn_multi.renderers.matplotlib_canvas import points
from cosyn_multi.renderers.matplotlib_chart import label_axes, opened
from cosyn_multi.renderers.matplotlib_kit import dress, numbers, series_colors, short, span, value_axis

DASHES = ("-", "--", "-.")


def draw(fig, view, style, bind):
    opt, part = style.options, view.main
    n, places = len(part.measures), list(range(len(part.rows)))
    layout, look = opened(fig, view, style)
    ax = fig.add_axes((0.1, 0.1, 0.8, 0.8))
    lines = []
    for i, (column, color) in enumerate(zip(part.measures, series_colors(style, n), strict=True)):
        dots = {"marker": "os^"[i], "markersize": points(7)} if opt.get("dots") else {}
        values = numbers(part, column.name)
        lines += ax.step(places, values, DASHES[i], where="mid", color=color, linewidth=points(2.6), **dots)
        bind(lines[-1], column)
        if opt.get("filled"):
            ax.fill_between(places, values, step="mid", color=color, alpha=0.2 / n, linewidth=0)
    if n > 1:
        layout.legend(lines, [short(c) for c in part.measures], opt.get("legend", "top"), framed=look == "textbook")
        ax.set_position(layout.frame())
    dress(ax, style, look, "y")
    value_axis(ax, part.measures, view, *span([v for c in part.measures for v in numbers(part, c.name)]))
    ax.set_xlim(-0.5, len(places) - 0.5)
    label_axes(layout, ax, part, part.measures)
    layout.settle(ax)
