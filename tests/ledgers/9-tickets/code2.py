# Two lines over months, circles and squares | 920x560
import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit

LOOKS = (("solid", "circle"), ("dash", "square"), ("dot", "diamond"), ("dashdot", "x"))


def draw(view, style, bind):
    kit, part = Kit(view, style), view.main
    columns = part.measures
    kit.head()
    kit.notes()
    kit.legend([c.column.label for c in columns])
    values = [v for c in columns for v in part.numbers(c.name)]
    yaxis = kit.value_axis(columns, values, room=0.1)
    names, xaxis = kit.name_axis(part.texts(part.label.name), title=part.label.label)
    traces = []
    for i, column in enumerate(columns):
        dash, symbol = LOOKS[i]
        color = kit.color(i)
        trace = go.Scatter(
            x=names,
            y=part.numbers(column.name),
            name=column.column.label,
            mode="lines+markers",
            cliponaxis=False,
            line={"color": color, "width": 2.2, "dash": dash},
            marker={"color": color, "size": 10, "symbol": symbol},
        )
        traces.append(bind(trace, column))
    return kit.figure(traces, xaxis=xaxis, yaxis=yaxis)
