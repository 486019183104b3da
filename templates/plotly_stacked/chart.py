"""Bars of several additive measures on top of each other, upright or lying."""

import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit


def draw(view, style, bind):
    kit, part, opt = Kit(view, style), view.main, style.options
    columns, lying = part.measures, bool(opt.get("lying"))
    series = [part.numbers(c.name) for c in columns]
    totals = [sum(row) for row in zip(*series, strict=True)]
    kit.head()
    kit.notes()
    kit.legend([c.column.label for c in columns], stacked=not lying)
    axis = kit.value_axis(columns, [0, *totals], horizontal=lying, room=0.02)
    labels = part.texts(part.label.name)
    side = kit.side_axis if lying else kit.name_axis
    names, other = side(labels, title=part.label.label)
    gap = opt.get("gap", 0.25)
    shown = opt.get("labels") and fits(kit, part, series, axis["range"][1], gap, lying)
    traces = []
    for i, column in enumerate(columns):
        color = kit.color(i)
        trace = go.Bar(
            x=series[i] if lying else names, y=names if lying else series[i], name=column.column.label,
            orientation="h" if lying else "v",
            marker={"color": color, "line": {"color": kit.plot, "width": 1.2 if opt.get("edges") else 0}},
            text=part.texts(column.name) if shown else None, textposition="inside", insidetextanchor="middle",
            textangle=0, constraintext="none", textfont=kit.font(kit.small, kit.on(color)),
        )  # fmt: skip
        traces.append(bind(trace, column))
    axes = {"xaxis": axis, "yaxis": other} if lying else {"xaxis": other, "yaxis": axis}
    return kit.figure(traces, barmode="stack", bargap=gap, **axes)


def fits(kit, part, series, top, gap, lying):
    """Whether every label fits into its segment."""
    length = kit.plot_width if lying else kit.plot_height
    thick = (kit.plot_height if lying else kit.plot_width) / len(series[0]) * (1 - gap)
    for column, values in zip(part.measures, series, strict=True):
        for cell, value in zip(part.texts(column.name), values, strict=True):
            along, wide = value / top * length, kit.measure(cell, kit.small)
            need, room = (wide, thick) if lying else (kit.small * 1.4, thick - wide + kit.small * 1.4)
            if along < need + 4 or room < kit.small * 1.4:
                return False
    return True
