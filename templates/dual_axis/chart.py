"""Bars on the left axis, a line above them on the right one, so that neither hides the other."""

from cosyn_multi.renderers.matplotlib_bars import fit_upright, label_size
from cosyn_multi.renderers.matplotlib_canvas import points
from cosyn_multi.renderers.matplotlib_chart import opened
from cosyn_multi.renderers.matplotlib_kit import (
    axis_title,
    dress,
    name_rows,
    numbers,
    row_labels,
    series_colors,
    span,
    value_axis,
)


def draw(fig, view, style, bind):
    opt, part = style.options, view.main
    bars_of, line_of = part.measures
    places, colors = list(range(len(part.rows))), series_colors(style, 2)
    layout, look = opened(fig, view, style)
    ax = fig.add_axes((0.1, 0.1, 0.8, 0.8))
    right = ax.twinx()
    bars = bind(ax.bar(places, numbers(part, bars_of.name), 0.62, color=colors[0]), bars_of)
    dash = "--" if opt.get("line") == "dashed" else "-"
    values = numbers(part, line_of.name)
    size = points(max(7.5, style.font_px * 0.6))
    (line,) = right.plot(
        places, values, dash, color=colors[1], marker="o", markersize=size, linewidth=points(2.8),
        markeredgecolor=style.paper, markeredgewidth=0.8,
    )  # fmt: skip
    bind(line, line_of)
    layout.legend([bars, line], [bars_of.label, line_of.label], opt.get("legend", "top"), framed=look == "textbook")
    for each in (ax, right):
        each.set_position(layout.frame())
    dress(ax, style, look, "y")
    dress(right, style, look, "none")
    right.patch.set_visible(False)
    top = max(v for v in numbers(part, bars_of.name) if v == v)
    low, high = span(values, zero=False, room=0.3 if opt.get("line_values") else 0.16)
    value_axis(ax, [bars_of], view, 0, top * 1.9)
    value_axis(right, [line_of], view, low, high, ticks=4)
    low, high = right.get_ylim()
    right.set_ylim(low - 1.2 * (high - low), high)
    ax.set_xlim(-0.6, len(places) - 0.4)
    row_labels(layout, ax, part.texts(part.label.name), places, 150)
    name_rows(ax, part, style)
    ax.set_ylabel(str(axis_title([bars_of])), labelpad=8)
    right.set_ylabel(str(axis_title([line_of])), labelpad=10)
    slot = (layout.right - layout.left - 170) / len(places)
    if opt.get("line_values") and fit_upright(layout, part.texts(line_of.name), slot) == 0:
        for i, cell in enumerate(part.texts(line_of.name)):
            right.annotate(
                cell, (i, values[i]), (0, 8), textcoords="offset points", ha="center", va="bottom",
                fontsize=points(label_size(layout)), bbox={"facecolor": ax.get_facecolor(), "edgecolor": "none", "pad": 1.2},
            )  # fmt: skip
    layout.settle(ax, right)
