"""A matrix: a row per name, a column per measure, every value written into its cell."""

import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit, mix


def draw(view, style, bind):
    kit, part, opt = Kit(view, style), view.main, style.options
    columns = part.measures
    numbers = [[float(row[c.name]) for c in columns] for row in part.rows]
    cells = [[row[c.name] for c in columns] for row in part.rows]
    kit.head(kit.unit_title(columns))
    kit.notes()
    names, yaxis = kit.side_axis(part.texts(part.label.name), title=part.label.label, most=0.26)
    key = opt.get("key", True)
    low, high = min(map(min, numbers)), max(map(max, numbers))
    if key:
        kit.right += kit.measure(kit.number(high, (high - low) / 4 or 1, columns[0].column), kit.small) + 56
    tops, top_axis = heads(kit, columns, opt.get("names", "top"))
    trace = go.Heatmap(
        x=tops, y=names, z=numbers,
        colorscale=scale(kit, opt.get("scale", "tint")), xgap=opt.get("gap", 0), ygap=opt.get("gap", 0),
        zmin=low, zmax=high, showscale=key, colorbar=bar(kit, low, high, columns[0].column) if key else None,
    )  # fmt: skip
    yaxis |= {"showline": False}
    kit.layout["annotations"] += labels(kit, tops, names, cells, trace.colorscale, low, high)
    return kit.figure([bind(trace, cells)], xaxis=top_axis, yaxis=yaxis)


def heads(kit, columns, place):
    """The measures' names above or below the matrix."""
    room = kit.plot_width / len(columns) - 10
    texts = [kit.wrap(c.column.label, room, kit.small, bold=True) for c in columns]
    tall = (max(t.count("\n") for t in texts) + 1) * kit.small * 1.35 + 10
    if place == "top":
        kit.top += tall
    else:
        kit.bottom += tall
    return texts, {
        "type": "category", "side": place, "tickfont": kit.font(kit.small, bold=True), "showgrid": False, "dtick": 1,
        "tickmode": "linear", "tick0": 0, "tickangle": 0, "ticks": "", "showline": False, "zeroline": False,
        "automargin": False,
    }  # fmt: skip


def scale(kit, name):
    strong = {"tint": kit.color(0), "accent": kit.color(1), "warm": "#b3400e"}[name]
    pale = "#fff3d6" if name == "warm" else mix(strong, "#ffffff", 0.88)
    return [[0, pale], [1, mix(strong, "#000000", 0.1)]]


def labels(kit, tops, names, cells, ends, low, high):
    """Every value in its cell, in the ink that its colour asks for."""
    span = (high - low) or 1.0
    shades = [[mix(ends[0][1], ends[1][1], (float(c) - low) / span) for c in row] for row in cells]
    return [
        {
            "x": top, "y": name, "text": cell, "showarrow": False, "borderpad": 0,
            "font": kit.font(kit.small, kit.on(shades[r][c])),
        }
        for r, name in enumerate(names)
        for c, (top, cell) in enumerate(zip(tops, cells[r], strict=True))
    ]  # fmt: skip


def bar(kit, low, high, column):
    ticks, texts = kit.round_ticks(low, high, column)
    return {
        "thickness": 14, "outlinewidth": 0, "tickfont": kit.font(kit.small), "tickmode": "array", "tickvals": ticks,
        "ticktext": texts, "len": 0.9, "ticks": "",
    }  # fmt: skip
