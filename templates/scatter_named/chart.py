"""Named points: the first measure to the right, the second upward."""

from cosyn_multi.renderers.matplotlib_bars import on_ground
from cosyn_multi.renderers.matplotlib_canvas import points
from cosyn_multi.renderers.matplotlib_chart import opened
from cosyn_multi.renderers.matplotlib_kit import axis_title, dress, numbers, span, value_axis
from cosyn_multi.renderers.matplotlib_places import free_place

SIZE_PX = {"plain": 9, "ringed": 10, "large": 14}


def draw(fig, view, style, bind):
    opt, part = style.options, view.main
    across, upward = part.measures
    xs, ys = numbers(part, across.name), numbers(part, upward.name)
    layout, look = opened(fig, view, style)
    ax = fig.add_axes((0.1, 0.1, 0.8, 0.8))
    kind, color = opt.get("points", "plain"), style.palette[0]
    ring = {"edgecolor": style.ink, "linewidth": points(1.6)} if kind == "ringed" else {}
    dots = ax.scatter(xs, ys, s=points(SIZE_PX[kind]) ** 2, color=color, zorder=3, **ring)
    bind(dots, across, axis="x")
    bind(dots, upward, axis="y")
    layout.legend([dots], [part.label.label], opt.get("legend", "top"), framed=look == "textbook")
    ax.set_position(layout.frame())
    dress(ax, style, look, "both")
    value_axis(ax, [across], view, *span(xs, zero=False, room=0.1), "x", ticks=6)
    value_axis(ax, [upward], view, *span(ys, zero=False, room=0.1))
    ax.set_xlabel(axis_title([across]), labelpad=8)
    ax.set_ylabel(axis_title([upward]), labelpad=8)
    if opt.get("cross"):
        middle = {"color": style.muted, "linewidth": 0.9, "linestyle": "--", "alpha": 0.7, "zorder": 0.7}
        ax.axvline(sum(ax.get_xlim()) / 2, **middle)
        ax.axhline(sum(ax.get_ylim()) / 2, **middle)
    layout.settle(ax)
    names(layout, ax, part, xs, ys, SIZE_PX[kind] / 2)


def names(layout, ax, part, xs, ys, radius):
    """Each name beside its point, where nothing else is."""
    size = max(10.0, layout.style.font_px * 0.88)
    measure = layout.measure(size)
    spots = [tuple(p) for p in ax.transData.transform(list(zip(xs, ys, strict=True)))]
    taken = [(x - radius, y - radius, x + radius, y + radius) for x, y in spots]
    frame = (ax.bbox.x0, ax.bbox.y0, ax.bbox.x1, ax.bbox.y1)
    for (x, y), row in zip(spots, part.rows, strict=True):
        name = row[part.label.name]
        left, bottom = free_place((x, y), measure(name), size * 1.15, radius + 3, taken, frame)
        taken.append((left, bottom, left + measure(name), bottom + size * 1.15))
        ax.text(
            left / layout.width, bottom / layout.height, name, transform=layout.fig.transFigure, va="bottom", ha="left",
            fontsize=points(size), **on_ground(ax),
        )  # fmt: skip
