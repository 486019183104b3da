# Dots on a common scale, without names beside them (to be refused) | 860x520
import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit


def draw(view, style, bind):
    kit, part = Kit(view, style), view.main
    column = part.measures[0]
    kit.head()
    xaxis = kit.value_axis([column], part.numbers(column.name), horizontal=True)
    trace = go.Scatter(x=part.numbers(column.name), y=list(range(len(part.rows))), mode="markers", marker={"size": 11})
    return kit.figure([bind(trace, column)], xaxis=xaxis, yaxis={"visible": False, "autorange": "reversed"})
