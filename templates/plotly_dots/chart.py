"""Dots on lines: one to three measures per name, with a stick from the axis or a span between them."""

import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit

SYMBOLS = ("circle", "diamond", "square")


def draw(view, style, bind):
    kit, part, opt = Kit(view, style), view.main, style.options
    columns = part.measures
    series = [part.numbers(c.name) for c in columns]
    kit.head()
    kit.notes()
    if len(columns) > 1:
        kit.legend([c.column.label for c in columns])
    xaxis = kit.value_axis(columns, [v for s in series for v in s], horizontal=True, room=0.06)
    names, yaxis = kit.side_axis(part.texts(part.label.name), title=part.label.label)
    yaxis |= {"showgrid": opt.get("stem") == "none", "griddash": "dot", "gridcolor": kit.rule}
    kit.layout["shapes"] += stems(kit, opt.get("stem", "none"), series)
    widest = max(kit.measure(c, kit.small) for m in columns for c in part.texts(m.name)) + 20
    least = min(map(min, series)) / xaxis["range"][1] * kit.plot_width
    shown = bool(opt.get("labels")) and (len(columns) == 1 or (len(columns) == 2 and least > widest))
    if shown:
        kit.clear(xaxis)
        xaxis["range"][1] = max(xaxis["range"][1], max(map(max, series)) * kit.plot_width / (kit.plot_width - widest))
    shapes = opt.get("shapes", "circle")
    traces = []
    for i, column in enumerate(columns):
        color = kit.color(i)
        trace = go.Scatter(
            x=series[i], y=names, name=column.column.label, mode="markers+text" if shown else "markers",
            cliponaxis=False, text=[f" {c} " for c in part.texts(column.name)] if shown else None,
            textposition=sides(series, i), textfont=kit.font(kit.small),
            marker={
                "size": opt.get("size", 11), "color": kit.plot if shapes == "open" else color,
                "symbol": SYMBOLS[i] if shapes != "circle" else "circle",
                "line": {"color": color, "width": 2.5 if shapes == "open" else 0},
            },
        )  # fmt: skip
        traces.append(bind(trace, column))
    return kit.figure(traces, xaxis=xaxis, yaxis=yaxis)


def sides(series, index):
    """Values stand outside of the span between two dots."""
    others = series[1 - index] if len(series) == 2 else [-1.0] * len(series[0])
    return ["middle right" if v >= o else "middle left" for v, o in zip(series[index], others, strict=True)]


def stems(kit, how, series):
    """Lines behind the dots: from zero, or from a name's least dot to its greatest."""
    if how == "none":
        return []
    out = []
    for i, row in enumerate(zip(*series, strict=True)):
        start = min(row) if how == "span" and len(row) > 1 else 0
        out.append(
            {
                "type": "line", "x0": start, "x1": max(row), "y0": i, "y1": i, "layer": "between",
                "line": {"color": kit.rule if len(series) > 1 else kit.color(0), "width": 3},
            }
        )  # fmt: skip
    return out
