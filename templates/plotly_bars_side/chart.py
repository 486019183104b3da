"""Bars lying on their side: long names stand left of their bars, or above them."""

import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit, mix


def draw(view, style, bind):
    kit, part, opt = Kit(view, style), view.main, style.options
    column = part.measures[0]
    values, cells = part.numbers(column.name), part.texts(column.name)
    above = opt.get("names") == "above" and len(values) <= 8
    kit.head(kit.caption([column], part.label) if above else "")
    kit.notes()
    labels = opt.get("labels", "outside")
    widest = max(kit.measure(c, kit.small) for c in cells)
    xaxis = kit.value_axis([column], values, horizontal=True, room=0.04)
    names, yaxis = kit.side_axis(part.texts(part.label.name), title="" if above else part.label.label)
    if above:
        kit.left = kit.pad + 4
    room = widest + 12 if labels == "outside" else 0
    xaxis["range"] = [xaxis["range"][0], max(xaxis["range"][1], max(values) * (1 + room / (kit.plot_width - room)))]
    shortest = min(values) / xaxis["range"][1] * kit.plot_width
    thick = kit.plot_height / len(values) * (1 - opt.get("gap", 0.35))
    tight = shortest < widest + 10 or thick < 1.6 * kit.small
    place = "outside" if labels == "inside" and tight else labels
    if place != labels:
        xaxis["range"][1] = max(xaxis["range"][1], max(values) * (1 + (widest + 12) / (kit.plot_width - widest - 12)))
    if place == "outside":
        kit.clear(xaxis)
    colors = fills(kit, opt.get("fill", "one"), values)
    trace = go.Bar(
        x=values, y=names, orientation="h",
        marker={"color": colors, "line": {"color": kit.color(0), "width": 2 if opt.get("fill") == "outline" else 0}},
        text=cells if place != "none" else None, textposition=place, insidetextanchor="end", textangle=0,
        constraintext="none", cliponaxis=False,
        textfont=kit.font(kit.small) | {"color": [kit.on(c) for c in colors] if place == "inside" else kit.ink},
    )  # fmt: skip
    gap = opt.get("gap", 0.35)
    if above:
        gap = 0.55
        xaxis["ticklabeloverflow"] = "allow"
        yaxis |= {
            "ticklabelposition": "inside",
            "ticklabeloverflow": "allow",
            "ticklabelshift": round(0.36 * kit.plot_height / len(values)),
        }
    return kit.figure([bind(trace, column)], xaxis=xaxis, yaxis=yaxis, bargap=gap, barcornerradius=opt.get("corner", 0))


def fills(kit, how, values):
    if how == "each" and len(values) <= 2 * len(kit.palette):
        return [kit.color(i) for i in range(len(values))]
    if how == "highest":
        top = max(values)
        return [kit.color(0) if v == top else mix(kit.color(0), kit.plot, 0.42) for v in values]
    if how == "outline":
        return [mix(kit.color(0), kit.plot, 0.78)] * len(values)
    return [kit.color(0)] * len(values)
