"""Bars on the left axis and a line on the right one."""

import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit, mix


def draw(view, style, bind):
    kit, part, opt = Kit(view, style), view.main, style.options
    first, second = part.measures
    bars, line = part.numbers(first.name), part.numbers(second.name)
    kit.head()
    kit.notes()
    names_of = [kit.unit_title([first]), kit.unit_title([second])]
    kit.legend(names_of)
    left = kit.value_axis([first], bars, room=0.3)
    right = kit.value_axis([second], line, second=True, room=0.05)
    names, xaxis = kit.name_axis(part.texts(part.label.name), title=part.label.label)
    bar_color, line_color = mix(kit.color(0), kit.plot, 0.25), kit.color(1)
    labels = opt.get("labels", "none")
    fits = {"bars": fit(kit, part, first, 1 - opt.get("gap", 0.3)), "line": fit(kit, part, second, 1.0)}
    inside = labels == "bars" and fits["bars"] and min(bars) > left["range"][1] * kit.small * 2.4 / kit.plot_height
    traces = [
        go.Bar(
            x=names, y=bars, name=names_of[0], marker={"color": bar_color}, textangle=0, constraintext="none",
            text=part.texts(first.name) if inside else None, textposition="inside", insidetextanchor="start",
            textfont=kit.font(kit.small, kit.on(bar_color)),
        ),
        go.Scatter(
            x=names, y=line, name=names_of[1], yaxis="y2", cliponaxis=False, mode="lines+markers",
            line={"color": line_color, "width": 3, "dash": opt.get("dash", "solid")},
            marker={"size": 9, "symbol": opt.get("markers", "circle"), "color": line_color},
        ),
    ]  # fmt: skip
    if labels == "line" and fits["line"]:
        kit.layout["annotations"] += tags(kit, names, line, part.texts(second.name))
    bound = [bind(traces[0], first), bind(traces[1], second)]
    right |= {"overlaying": "y", "side": "right", "tickmode": "array"}
    if right["title"]["text"]:
        right["title"]["font"] = kit.font(kit.px, kit.text_color(line_color))
    return kit.figure(bound, xaxis=xaxis, yaxis=left, yaxis2=right, bargap=opt.get("gap", 0.3))


def tags(kit, names, line, cells):
    """Value labels above the points, on a ground of their own: bars may stand behind."""
    return [
        {
            "x": name, "y": value, "yref": "y2", "text": cell, "yshift": 9, "yanchor": "bottom", "showarrow": False,
            "font": kit.font(kit.small, bold=True), "bgcolor": kit.plot, "borderpad": 2,
        }
        for name, value, cell in zip(names, line, cells, strict=True)
    ]  # fmt: skip


def fit(kit, part, column, share):
    widest = max(kit.measure(c, kit.small, bold=True) for c in part.texts(column.name))
    return widest < kit.plot_width / len(part.rows) * share - 4
