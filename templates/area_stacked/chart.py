"""Stacked areas over time."""

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


def draw(fig, view, style, bind):
    opt, part = style.options, view.main
    look = opt.get("look", "minimal")
    layout = Layout(fig, style)
    head(layout, view, look)
    layout.footing(view)
    ax = fig.add_axes((0.1, 0.1, 0.8, 0.8))
    base, bands, places = [0.0] * len(part.rows), [], list(range(len(part.rows)))
    edge = {"paper": style.paper, "ink": style.ink}.get(opt.get("edges"), "none")
    for column, color in zip(part.measures, series_colors(style, len(part.measures)), strict=True):
        top = [b + v for b, v in zip(base, numbers(part, column.name), strict=True)]
        bands.append(bind(ax.fill_between(places, base, top, facecolor=color, edgecolor=edge, linewidth=1), column))
        base = top
    names, place = [short(c) for c in part.measures], opt.get("legend", "top")
    turn = -1 if place == "right" else 1
    layout.legend(bands[::turn], names[::turn], place, framed=look == "textbook")
    ax.set_position(layout.frame())
    dress(ax, style, look, "y")
    if look in ("minimal", "newspaper"):
        ax.set_axisbelow(False)
    value_axis(ax, part.measures, view, *span(base))
    ax.set_xlim(0, len(places) - 1)
    row_labels(layout, ax, part.texts(part.label.name), places)
    name_rows(ax, part, style)
    ax.set_ylabel(axis_title(part.measures), labelpad=8)
    ax.tick_params(axis="x", pad=10)
    layout.settle(ax)
