"""Areas of additive measures over time, stacked, or one alone."""

import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit


def draw(view, style, bind):
    kit, part, opt = Kit(view, style), view.main, style.options
    columns = part.measures
    series = [part.numbers(c.name) for c in columns]
    kit.head()
    kit.notes()
    if len(columns) > 1:
        kit.legend([c.column.label for c in columns], stacked=True)
    yaxis = kit.value_axis(columns, [0, *(sum(row) for row in zip(*series, strict=True))], room=0.05)
    names, xaxis = kit.name_axis(part.texts(part.label.name), title=part.label.label)
    xaxis["range"] = [-0.35, len(names) - 0.65]
    edge = opt.get("edge", "line")
    traces = []
    for i, (column, fill) in enumerate(zip(columns, kit.tints(len(columns), opt.get("strength", 0.75)), strict=True)):
        color = kit.color(i)
        trace = go.Scatter(
            x=names, y=series[i], name=column.column.label, stackgroup="all", cliponaxis=False,
            mode="lines+markers" if edge == "dots" else "lines",
            fillcolor=fill,
            line={"color": fill, "width": 1} if edge == "none" else {"color": color, "width": 2.4},
            marker={"color": color, "size": 7},
        )  # fmt: skip
        traces.append(bind(trace, column))
    return kit.figure(traces, xaxis=xaxis, yaxis=yaxis)
