"""Upright bars of one measure."""

import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit, mix


def draw(view, style, bind):
    kit, part, opt = Kit(view, style), view.main, style.options
    column = part.measures[0]
    values, cells = part.numbers(column.name), part.texts(column.name)
    kit.head()
    kit.notes()
    yaxis = kit.value_axis([column], values, room=0.09)
    names, xaxis = kit.name_axis(part.texts(part.label.name), title=part.label.label)
    gap = opt.get("gap", 0.45)
    thick = kit.plot_width / len(values) * (1 - gap)
    place = label_place(kit, opt.get("labels", "outside"), cells, values, thick, yaxis["range"])
    colors = fills(kit, opt.get("fill", "one"), values)
    if place == "outside":
        kit.clear(yaxis)
    outlined = opt.get("fill") == "outline"
    trace = go.Bar(
        x=names,
        y=values,
        marker={"color": colors, "line": {"color": kit.color(0), "width": 2 if outlined else 0}},
        text=cells if place != "none" else None,
        textposition=place,
        insidetextanchor="end",
        textangle=0,
        constraintext="none",
        cliponaxis=False,
        textfont=kit.font(kit.small) | {"color": [kit.on(c) for c in colors] if place == "inside" else kit.ink},
    )
    return kit.figure([bind(trace, column)], xaxis=xaxis, yaxis=yaxis, bargap=gap, barcornerradius=opt.get("corner", 0))


def label_place(kit, wanted, cells, values, thick, ends):
    """Labels where they fit: not wider than their bars stand apart, inside only if every bar is tall enough."""
    widest = max(kit.measure(c, kit.small) for c in cells)
    if wanted == "none" or widest > kit.plot_width / len(cells) - 4:
        return "none"
    shortest = min(abs(v) for v in values) / (ends[1] - ends[0]) * kit.plot_height
    return "inside" if wanted == "inside" and widest < thick - 6 and shortest > kit.small * 1.9 else "outside"


def fills(kit, how, values):
    if how == "each" and len(values) <= 2 * len(kit.palette):
        return [kit.color(i) for i in range(len(values))]
    if how == "highest":
        top = max(values)
        return [kit.color(0) if v == top else mix(kit.color(0), kit.plot, 0.42) for v in values]
    if how == "outline":
        return [mix(kit.color(0), kit.plot, 0.78)] * len(values)
    return [kit.color(0)] * len(values)
