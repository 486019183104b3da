"""Groups of bars side by side, upright or lying."""

from cosyn_multi.renderers.matplotlib_bars import bar_values, fit_upright, label_room, label_size, side_values
from cosyn_multi.renderers.matplotlib_chart import label_axes, opened
from cosyn_multi.renderers.matplotlib_kit import dress, numbers, series_colors, short, span, value_axis

HATCHES = ("", "//", "..", "xx")


def draw(fig, view, style, bind):
    opt, part = style.options, view.main
    lying = opt.get("orientation") == "lying"
    layout, look = opened(fig, view, style)
    ax = fig.add_axes((0.1, 0.1, 0.8, 0.8))
    groups = bars_of(ax, part, style, lying)
    for bars, column in zip(groups, part.measures, strict=True):
        bind(bars, column)
    layout.legend(groups, [short(c) for c in part.measures], opt.get("legend", "top"), framed=look == "textbook")
    ax.set_position(layout.frame())
    (lie if lying else stand)(layout, ax, view, groups)
    layout.settle(ax)


def bars_of(ax, part, style, lying):
    """One container of bars per measure."""
    n, groups = len(part.measures), []
    size = 0.8 / n
    for i, column in enumerate(part.measures):
        at = [row + (i - (n - 1) / 2) * size for row in range(len(part.rows))]
        more = {"color": series_colors(style, n)[i], "edgecolor": style.paper, "linewidth": 0.6}
        if style.options.get("hatched") and i:
            more["hatch"] = HATCHES[i]
        values = numbers(part, column.name)
        groups.append(ax.barh(at, values, size * 0.94, **more) if lying else ax.bar(at, values, size * 0.94, **more))
    return groups


def all_values(part):
    return [v for c in part.measures for v in numbers(part, c.name)]


def stand(layout, ax, view, groups):
    part, opt, style = view.main, layout.style.options, layout.style
    cells = [c for m in part.measures for c in part.texts(m.name)]
    slot = (layout.right - layout.left - 90) / len(part.rows) * 0.8 / len(groups)
    angle = fit_upright(layout, cells, slot) if opt.get("value_labels", True) else None
    room = 0.03 if angle is None else label_room(layout, cells, angle)
    dress(ax, style, opt.get("look", "minimal"), "y")
    value_axis(ax, part.measures, view, *span(all_values(part), room=room))
    ax.set_xlim(-0.55, len(part.rows) - 0.45)
    label_axes(layout, ax, part, part.measures)
    ax.axhline(0, color=style.ink, linewidth=0.9)
    for bars, column in zip(groups, part.measures, strict=True):
        if angle is not None:
            bar_values(layout, ax, bars, part.texts(column.name), angle)


def lie(layout, ax, view, groups):
    part, opt, style = view.main, layout.style.options, layout.style
    cells = [c for m in part.measures for c in part.texts(m.name)]
    slot = (layout.bottom - layout.top - 50) / len(part.rows) * 0.8 / len(groups)
    labelled = opt.get("value_labels", True) and slot >= label_size(layout) * 1.05
    widest = max(layout.measure(label_size(layout))(str(c)) for c in cells)
    room = (widest + 14) / ((layout.right - layout.left) * 0.68) if labelled else 0.03
    dress(ax, style, opt.get("look", "minimal"), "x")
    value_axis(ax, part.measures, view, *span(all_values(part), room=room), "x", ticks=5)
    ax.set_ylim(len(part.rows) - 0.45, -0.55)
    label_axes(layout, ax, part, part.measures, lying=True)
    ax.axvline(0, color=style.ink, linewidth=0.9)
    for bars, column in zip(groups, part.measures, strict=True):
        if labelled:
            side_values(layout, ax, bars, part.texts(column.name))
