"""Upright bars of one measure, with or without their values."""

import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit


def draw(view, style, bind):
    """Return a figure. `bind(trace, column)` says which cells a trace's points are."""
    kit, part = Kit(view, style), view.main
    column = part.measures[0]
    heights, texts = part.numbers(column.name), part.texts(column.name)
    kit.head()  # title and subtitle; each piece takes its room, so draw from the outside in
    kit.notes()
    yaxis = kit.value_axis([column], heights, room=0.09)
    names, xaxis = kit.name_axis(part.texts(part.label.name), title=part.label.label)
    fits = max(kit.measure(t, kit.small) for t in texts) < kit.plot_width / len(texts) - 6
    shown = style.options["values"] and fits
    if shown:
        kit.clear(yaxis)
    bars = go.Bar(
        x=names,
        y=heights,
        marker={"color": kit.color(0)},
        text=texts if shown else None,
        textposition="outside" if shown else "none",
        textangle=0,
        constraintext="none",
        cliponaxis=False,
        textfont=kit.font(kit.small),
    )
    return kit.figure([bind(bars, column)], xaxis=xaxis, yaxis=yaxis, bargap=0.4)
