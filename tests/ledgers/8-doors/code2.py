# Lying bars, two per site, without a legend (to be refused) | 900x600
import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit


def draw(view, style, bind):
    kit, part = Kit(view, style), view.main
    columns = part.measures
    kit.head()
    xaxis = kit.value_axis(columns, [v for c in columns for v in part.numbers(c.name)], horizontal=True)
    names, yaxis = kit.side_axis(part.texts(part.label.name), title=part.label.label)
    traces = [
        bind(go.Bar(x=part.numbers(c.name), y=names, orientation="h", marker={"color": kit.color(i)}), c)
        for i, c in enumerate(columns)
    ]
    return kit.figure(traces, xaxis=xaxis, yaxis=yaxis, showlegend=False)
