"""Stacked areas over time."""

from cosyn_multi.renderers.matplotlib_chart import label_axes, opened
from cosyn_multi.renderers.matplotlib_kit import dress, numbers, series_colors, short, span, value_axis


def draw(fig, view, style, bind):
    opt, part = style.options, view.main
    layout, look = opened(fig, view, style)
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
    label_axes(layout, ax, part, part.measures)
    ax.tick_params(axis="x", pad=10)
    layout.settle(ax)
