"""Step lines over time; a step is as wide as its period."""

from cosyn_multi.renderers.matplotlib_canvas import points
from cosyn_multi.renderers.matplotlib_kit import (
    axis_title,
    dress,
    head,
    name_rows,
    numbers,
    row_labels,
    series_colors,
    short,
    span,
    value_axis,
)
from cosyn_multi.renderers.matplotlib_layout import Layout

DASHES = ("-", "--", "-.")


def draw(fig, view, style, bind):
    opt, part = style.options, view.main
    look, n, places = opt.get("look", "minimal"), len(part.measures), list(range(len(part.rows)))
    layout = Layout(fig, style)
    head(layout, view, look)
    layout.footing(view)
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
    row_labels(layout, ax, part.texts(part.label.name), places)
    name_rows(ax, part, style)
    ax.set_ylabel(axis_title(part.measures), labelpad=8)
    layout.settle(ax)
