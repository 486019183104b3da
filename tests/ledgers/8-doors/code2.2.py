# Lying bars, two per site, the legend on top | 900x600
import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit


def draw(view, style, bind):
    kit, part = Kit(view, style), view.main
    columns = part.measures
    kit.head()
    kit.notes()
    if len(columns) > 1:
        kit.legend([c.column.label for c in columns])
    xaxis = kit.value_axis(columns, [v for c in columns for v in part.numbers(c.name)], horizontal=True)
    names, yaxis = kit.side_axis(part.texts(part.label.name), title=part.label.label)
    traces = [
        bind(
            go.Bar(
                x=part.numbers(c.name), y=names, orientation="h", name=c.column.label, marker={"color": kit.color(i)}
            ),
            c,
        )
        for i, c in enumerate(columns)
    ]
    return kit.figure(traces, xaxis=xaxis, yaxis=yaxis, bargap=0.32, bargroupgap=0.08)
