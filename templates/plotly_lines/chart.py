"""Lines of one to five measures; named in a legend or at their ends."""

import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit

DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross")


def draw(view, style, bind):
    kit, part, opt = Kit(view, style), view.main, style.options
    columns = part.measures
    values = [v for c in columns for v in part.numbers(c.name)]
    direct = opt.get("legend") == "direct" and len(columns) > 1
    kit.head()
    kit.notes()
    if len(columns) > 1 and not direct:
        kit.legend([c.column.label for c in columns])
    yaxis = kit.value_axis(columns, values, from_zero=opt.get("base") != "tight", room=0.1)
    if direct:
        kit.right += min(0.24 * kit.width, max(kit.measure(c.column.label, kit.px) for c in columns) + 14)
    names, xaxis = kit.name_axis(part.texts(part.label.name), title=part.label.label)
    shown = opt.get("labels") and labels_fit(kit, part, columns, yaxis["range"])
    if shown:
        kit.clear(yaxis)
    traces = []
    for i, column in enumerate(columns):
        trace = line(kit, opt, i, names, part.numbers(column.name), column.column.label)
        if shown:
            trace.update(
                mode=trace.mode + "+text", text=part.texts(column.name), textfont=kit.font(kit.small),
                textposition=sides(part, columns, i), cliponaxis=False,
            )  # fmt: skip
        traces.append(bind(trace, column))
    if direct:
        kit.layout["annotations"] += end_names(kit, part, columns, yaxis["range"])
    return kit.figure(traces, xaxis=xaxis, yaxis=yaxis)


def line(kit, opt, i, names, numbers, name):
    color, markers = kit.color(i), opt.get("markers", "none")
    symbol = SYMBOLS[i % 5] if markers == "mixed" else "circle"
    edge = {"color": color if markers == "open" else kit.plot, "width": 2 if markers == "open" else 0}
    return go.Scatter(
        x=names, y=numbers, name=name, mode="lines" if markers == "none" else "lines+markers",
        line={"color": color, "width": opt.get("weight", 2.6), "dash": DASHES[i % 5] if opt.get("dashes") else "solid"},
        marker={"color": kit.plot if markers == "open" else color, "size": 8, "symbol": symbol, "line": edge},
    )  # fmt: skip


def labels_fit(kit, part, columns, ends):
    """Whether every point has room for its value: one line, or two that keep well apart."""
    widest = max(kit.measure(c, kit.small) for m in columns for c in part.texts(m.name))
    if len(columns) > 2 or widest > kit.plot_width / len(part.rows) - 6:
        return False
    first, last = part.numbers(columns[0].name), part.numbers(columns[-1].name)
    apart = min(abs(a - b) for a, b in zip(first, last, strict=True)) / (ends[1] - ends[0]) * kit.plot_height
    return len(columns) == 1 or apart > 1.5 * kit.small


def sides(part, columns, index):
    """Above the upper line and below the lower one; a line alone has its values below at its lows."""
    numbers = part.numbers(columns[index].name)
    if len(columns) == 2:
        others = part.numbers(columns[1 - index].name)
        return ["top center" if n > o else "bottom center" for n, o in zip(numbers, others, strict=True)]
    padded = [numbers[0], *numbers, numbers[-1]]
    return ["bottom center" if padded[k] > n and padded[k + 2] > n else "top center" for k, n in enumerate(numbers)]


def end_names(kit, part, columns, ends):
    """Names right of the lines' ends, moved apart where they would touch."""
    scale = kit.plot_height / (ends[1] - ends[0])
    room, gap = kit.right - kit.pad * 0.5, kit.px * 1.25
    names = [kit.wrap(c.column.label, room, kit.px) for c in columns]
    wanted = sorted((-(part.numbers(c.name)[-1] - ends[0]) * scale, i) for i, c in enumerate(columns))
    places, last = {}, -1e9
    for y, i in wanted:
        tall = (names[i].count("\n") + 1) * gap
        y = max(y - tall / 2, last)
        places[i], last = y + tall / 2, y + tall
    over = max(0.0, last)
    return [
        {
            "text": names[i], "xref": "paper", "x": 1, "xanchor": "left", "xshift": 8, "yref": "paper", "y": 0,
            "yanchor": "middle", "yshift": -(y - over), "showarrow": False, "align": "left",
            "font": kit.font(kit.px, kit.text_color(kit.color(i)), bold=True),
        }
        for i, y in places.items()
    ]  # fmt: skip
