# Dots on a common scale, each with its value | 860x520
import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit


def draw(view, style, bind):
    kit, part = Kit(view, style), view.main
    column = part.measures[0]
    texts, values = part.texts(column.name), part.numbers(column.name)
    kit.head()
    kit.notes()
    xaxis = kit.value_axis([column], values, horizontal=True, room=0.14)
    names, yaxis = kit.side_axis(part.texts(part.label.name), title=part.label.label)
    kit.clear(xaxis)
    trace = go.Scatter(
        x=values,
        y=names,
        mode="markers+text",
        cliponaxis=False,
        text=[f"  {t}" for t in texts],
        textposition="middle right",
        textfont=kit.font(kit.small),
        marker={"size": 11, "color": kit.color(0)},
    )
    return kit.figure([bind(trace, column)], xaxis=xaxis, yaxis=yaxis)
