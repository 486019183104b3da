"""Stacked bars, upright or lying; values inside the segments that have room for them."""

from cosyn_multi.renderers.matplotlib_bars import label_size, segment_values
from cosyn_multi.renderers.matplotlib_chart import label_axes, opened
from cosyn_multi.renderers.matplotlib_kit import dress, numbers, series_colors, short, span, value_axis

WIDTHS = {"slim": 0.5, "broad": 0.76}


def draw(fig, view, style, bind):
    opt, part = style.options, view.main
    lying = opt.get("orientation") == "lying"
    layout, look = opened(fig, view, style)
    ax = fig.add_axes((0.1, 0.1, 0.8, 0.8))
    stacks = pile(ax, part, style, lying)
    for bars, column in zip(stacks, part.measures, strict=True):
        bind(bars, column)
    legend(layout, stacks, part, opt.get("legend", "top"), look)
    ax.set_position(layout.frame())
    totals = [sum(row) for row in zip(*(numbers(part, c.name) for c in part.measures), strict=True)]
    dress(ax, style, look, "x" if lying else "y")
    value_axis(ax, part.measures, view, *span(totals), "x" if lying else "y", ticks=5 if lying else 6)
    if lying:
        ax.set_ylim(len(totals) - 0.45, -0.55)
    else:
        ax.set_xlim(-0.55, len(totals) - 0.45)
    label_axes(layout, ax, part, part.measures, lying)
    layout.settle(ax)
    if opt.get("value_labels", True):
        for bars, column in zip(stacks, part.measures, strict=True):
            segment_values(layout, ax, bars, part.texts(column.name), label_size(layout))


def pile(ax, part, style, lying):
    """One container of segments per measure, each on top of the last."""
    places, base, stacks = list(range(len(part.rows))), [0.0] * len(part.rows), []
    width, colors = WIDTHS[style.options.get("width", "broad")], series_colors(style, len(part.measures))
    edge = {"edgecolor": style.paper, "linewidth": 0.8}
    for column, color in zip(part.measures, colors, strict=True):
        values = numbers(part, column.name)
        if lying:
            stacks.append(ax.barh(places, values, width, left=base, color=color, **edge))
        else:
            stacks.append(ax.bar(places, values, width, bottom=base, color=color, **edge))
        base = [b + v for b, v in zip(base, values, strict=True)]
    return stacks


def legend(layout, stacks, part, place, look):
    """Beside the axes the names stand in the order of the piles: the last on top."""
    pairs = [(s, short(c)) for s, c in zip(stacks, part.measures, strict=True)]
    if place == "right":
        pairs.reverse()
    layout.legend([p[0] for p in pairs], [p[1] for p in pairs], place, framed=look == "textbook")
