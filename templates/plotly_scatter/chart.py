"""Named points by two measures; names stand where they touch nothing."""

import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit

SIDES = ("middle right", "top center", "bottom center", "middle left", "top right", "bottom right", "top left",
         "bottom left")  # fmt: skip


def draw(view, style, bind):
    kit, part, opt = Kit(view, style), view.main, style.options
    across, up = part.measures
    xs, ys, names = part.numbers(across.name), part.numbers(up.name), part.texts(part.label.name)
    kit.head(f"Points: {part.label.label}")
    kit.notes()
    zero = opt.get("base") != "tight"
    yaxis = kit.value_axis([up], ys, room=0.1, from_zero=zero)
    xaxis = kit.value_axis([across], xs, horizontal=True, room=0.1, from_zero=zero)
    for axis in (xaxis, yaxis):
        axis |= {"showgrid": True, "zeroline": False}
    each = opt.get("color") == "each" and len(names) <= 2 * len(kit.palette)
    colors = [kit.color(i if each else 0) for i in range(len(names))]
    size, is_open = opt.get("size", 9), opt.get("marker") == "open"
    trace = go.Scatter(
        x=xs, y=ys, mode="markers+text", text=names, textfont=kit.font(kit.small), cliponaxis=False,
        textposition=sides(kit, names, points(kit, xs, ys, xaxis["range"], yaxis["range"]), size),
        marker={
            "size": size, "symbol": "circle" if is_open else opt.get("marker", "circle"),
            "color": kit.plot if is_open else colors, "line": {"color": colors, "width": 2.5 if is_open else 0},
        },
    )  # fmt: skip
    bind(trace, across, axis="x")
    return kit.figure([bind(trace, up, axis="y")], xaxis=xaxis, yaxis=yaxis)


def points(kit, xs, ys, x_ends, y_ends):
    """Places in pixels of the plot, y downwards."""
    return [
        (
            (x - x_ends[0]) / (x_ends[1] - x_ends[0]) * kit.plot_width,
            kit.plot_height - (y - y_ends[0]) / (y_ends[1] - y_ends[0]) * kit.plot_height,
        )
        for x, y in zip(xs, ys, strict=True)
    ]


def sides(kit, names, places, size):
    """For each name the first side where it overlaps no point and no name set before."""
    taken = [(x - size / 2, y - size / 2, x + size / 2, y + size / 2) for x, y in places]
    chosen = []
    for name, (x, y) in zip(names, places, strict=True):
        boxes = {side: box(kit, name, x, y, size, side) for side in SIDES}
        costs = {side: sum(shared(b, t) for t in taken) + outside(kit, b) for side, b in boxes.items()}
        best = min(SIDES, key=lambda side: (costs[side], SIDES.index(side)))
        taken.append(boxes[best])
        chosen.append(best)
    return chosen


def box(kit, name, x, y, size, side):
    wide, tall = kit.measure(name, kit.small) + 6, kit.small * 1.3
    row, column = side.split()
    left = {"left": x - wide - size / 2, "center": x - wide / 2, "right": x + size / 2}[column]
    top = {"top": y - tall - size / 2, "middle": y - tall / 2, "bottom": y + size / 2}[row]
    return left, top, left + wide, top + tall


def shared(a, b):
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def outside(kit, b):
    return 100 * (max(0.0, -b[0]) + max(0.0, b[2] - kit.plot_width - kit.pad) + max(0.0, -b[1]))
