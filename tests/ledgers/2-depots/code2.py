# Lines with markers, one per series | 920x580
import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit

DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
MARKERS = ("circle", "square", "diamond", "cross", "x")


def draw(view, style, bind):
    kit, part = Kit(view, style), view.main
    columns = part.measures
    kit.head()
    kit.notes()
    if len(columns) > 1:
        kit.legend([c.column.label for c in columns])
    yaxis = kit.value_axis(columns, [v for c in columns for v in part.numbers(c.name)], room=0.08)
    names, xaxis = kit.name_axis(part.texts(part.label.name), title=part.label.label)
    traces = []
    for i, column in enumerate(columns):
        look = {"color": kit.color(i)}
        trace = go.Scatter(
            x=names,
            y=part.numbers(column.name),
            name=column.column.label,
            mode="lines+markers",
            cliponaxis=False,
            line={**look, "width": 2.6, "dash": DASHES[i]},
            marker={**look, "size": 9, "symbol": MARKERS[i]},
        )
        traces.append(bind(trace, column))
    return kit.figure(traces, xaxis=xaxis, yaxis=yaxis)
