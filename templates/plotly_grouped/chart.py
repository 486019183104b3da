"""Bars of several measures side by side."""

import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit

PATTERNS = ("", "/", ".", "x", "-")


def draw(view, style, bind):
    kit, part, opt = Kit(view, style), view.main, style.options
    columns = part.measures
    values = [v for c in columns for v in part.numbers(c.name)]
    kit.head()
    kit.notes()
    kit.legend([c.column.label for c in columns])
    yaxis = kit.value_axis(columns, values, room=0.07)
    names, xaxis = kit.name_axis(part.texts(part.label.name), title=part.label.label)
    gap = opt.get("gap", 0.2)
    thick = kit.plot_width / len(names) * (1 - gap) / len(columns)
    fits = all(kit.measure(c, kit.small) < thick - 1 for m in columns for c in part.texts(m.name))
    if opt.get("labels") and fits:
        kit.clear(yaxis)
    traces = [
        go.Bar(
            x=names, y=part.numbers(c.name), name=c.column.label, textfont=kit.font(kit.small),
            marker={"color": kit.color(i), "pattern": pattern(kit, i) if opt.get("pattern") else None},
            text=part.texts(c.name) if opt.get("labels") and fits else None,
            textposition="outside", textangle=0, constraintext="none", cliponaxis=False,
        )
        for i, c in enumerate(columns)
    ]  # fmt: skip
    bound = [bind(t, c) for t, c in zip(traces, columns, strict=True)]
    return kit.figure(
        bound, xaxis=xaxis, yaxis=yaxis, barmode="group", bargap=gap, barcornerradius=opt.get("corner", 0)
    )


def pattern(kit, index):
    return {
        "shape": PATTERNS[index % 5],
        "fillmode": "overlay",
        "fgcolor": kit.plot,
        "fgopacity": 0.6,
        "size": 7,
        "solidity": 0.22,
    }
