"""Dots on stems."""

from cosyn_multi.renderers.matplotlib_bars import fit_upright, label_room, label_size, on_ground
from cosyn_multi.renderers.matplotlib_canvas import points
from cosyn_multi.renderers.matplotlib_chart import label_axes, opened
from cosyn_multi.renderers.matplotlib_kit import dress, numbers, span, value_axis

DOT_PX = {"small": 9, "large": 16, "hollow": 13}


def draw(fig, view, style, bind):
    opt, part = style.options, view.main
    column = part.measures[0]
    cells, values, places = part.texts(column.name), numbers(part, column.name), list(range(len(part.rows)))
    layout, look = opened(fig, view, style)
    ax = layout.axes()
    kind, color = opt.get("dots", "large"), style.palette[0]
    ax.vlines(places, 0, values, color=color, linewidth=points(2.2 if kind != "small" else 1.4), zorder=2)
    hollow = {"facecolor": style.paper, "edgecolor": color, "linewidth": points(2.6)} if kind == "hollow" else {}
    dots = ax.scatter(places, values, s=points(DOT_PX[kind]) ** 2, zorder=3, **(hollow or {"color": color}))
    bind(dots, column)
    slot = (layout.right - layout.left - 90) / len(places)
    angle = fit_upright(layout, cells, slot) if opt.get("value_labels", True) else None
    dress(ax, style, look, "y")
    ax.set_xlim(-0.6, len(places) - 0.4)
    room = 0.05 if angle is None else label_room(layout, cells, angle) + 0.03
    value_axis(ax, [column], view, *span(values, room=room))
    label_axes(layout, ax, part, [column])
    if look != "textbook" or min(values) < 0:
        ax.axhline(0, color=style.ink, linewidth=0.9, zorder=1)
    if angle is not None:
        for i, cell in enumerate(cells):
            down = values[i] < 0
            ax.annotate(
                cell, (i, values[i]), (0, -9 if down else 9), textcoords="offset points", ha="center",
                va="top" if down else "bottom", rotation=angle, fontsize=points(label_size(layout)), **on_ground(ax),
            )  # fmt: skip
    layout.settle(ax)
