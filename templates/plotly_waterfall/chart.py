"""Steps that build up to a whole, each with its own amount written at it."""

import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit


def draw(view, style, bind):
    kit, part, opt = Kit(view, style), view.main, style.options
    column, lying = part.measures[0], bool(opt.get("lying"))
    values, cells = part.numbers(column.name), part.texts(column.name)
    kit.head()
    kit.notes()
    axis = kit.value_axis([column], [0, sum(values)], horizontal=lying, room=0.07)
    side = kit.side_axis if lying else kit.name_axis
    names, other = side(part.texts(part.label.name), title=part.label.label)
    widest = max(kit.measure(c, kit.small) for c in cells)
    slot = kit.plot_height / len(values) if lying else kit.plot_width / len(values)
    shown = lying or widest < slot - 4
    if lying:
        axis["range"][1] = max(axis["range"][1], sum(values) * kit.plot_width / (kit.plot_width - widest - 14))
    if shown:
        kit.clear(axis)
    each = opt.get("color") == "each" and len(values) <= 2 * len(kit.palette)
    bases = [sum(values[:i]) for i in range(len(values))]
    trace = go.Bar(
        x=values if lying else names, y=names if lying else values, base=bases, orientation="h" if lying else "v",
        marker={"color": [kit.color(i if each else 0) for i in range(len(values))]},
        text=cells if shown else None, textposition="outside", textangle=0, constraintext="none", cliponaxis=False,
        textfont=kit.font(kit.small),
    )  # fmt: skip
    gap = opt.get("gap", 0.2)
    kit.layout["shapes"] += connectors(kit, opt.get("connector", "line"), values, gap, lying)
    axes = {"xaxis": axis, "yaxis": other} if lying else {"xaxis": other, "yaxis": axis}
    return kit.figure([bind(trace, column)], bargap=gap, **axes)


def connectors(kit, how, values, gap, lying):
    """Thin lines from the end of each step to the start of the next."""
    if how == "none":
        return []
    out, level, half = [], 0.0, (1 - gap) / 2
    for i, value in enumerate(values[:-1]):
        level += value
        along, over = (level, level), (i + half, i + 1 - half)
        x, y = (along, over) if lying else (over, along)
        out.append(
            {
                "type": "line", "x0": x[0], "x1": x[1], "y0": y[0], "y1": y[1],
                "line": {"color": kit.muted, "width": 1.3, "dash": "dot" if how == "dash" else "solid"},
            }
        )  # fmt: skip
    return out
