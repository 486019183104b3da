"""A whole in slices, its values written at them; a slice alone tells no value."""

import plotly.graph_objects as go

from cosyn_multi.renderers.plotly_kit import Kit


def draw(view, style, bind):
    kit, part, opt = Kit(view, style), view.main, style.options
    column = part.measures[0]
    rows = list(part.rows)
    if opt.get("order") == "largest first":
        rows.sort(key=lambda row: -float(row[column.name]))
    kit.head(kit.caption([column], part.label))
    kit.notes()
    legend = opt.get("names") == "legend"
    names = [kit.wrap(row[part.label.name], 0.26 * kit.width, kit.px) for row in rows]
    cells, colors = [row[column.name] for row in rows], [kit.color(i) for i in range(len(rows))]
    if legend:
        kit.layout["legend"] = {
            "font": kit.font(kit.px), "bgcolor": "rgba(0,0,0,0)", "x": 1 - kit.pad / kit.width, "xanchor": "right",
            "xref": "container", "y": 0.5, "yanchor": "middle", "traceorder": "normal",
        }  # fmt: skip
        kit.right += max(kit.measure(n, kit.px) for n in names) + 56
    texts = [str(c) if legend else f"{n}\n{c}" for n, c in zip(names, cells, strict=True)]
    inside = legend and fits_inside(kit, cells, opt.get("hole", 0))
    wide = 0 if inside else max(kit.measure(t, kit.px) for t in texts) + 26
    tall = 0 if inside else kit.px * (2.2 if legend else 3.6)
    trace = go.Pie(
        labels=names, values=[float(c) for c in cells], text=texts, textinfo="text", hole=opt.get("hole", 0),
        textposition="inside" if inside else "outside", insidetextorientation="horizontal", sort=False,
        direction="clockwise", rotation=opt.get("start", 0), domain=domain(kit, wide, tall), automargin=False,
        marker={"colors": colors, "line": {"color": kit.paper, "width": opt.get("edges", 2)}},
        insidetextfont=kit.font(kit.px, bold=True) | {"color": [kit.on(c) for c in colors]},
        outsidetextfont=kit.font(kit.px),
    )  # fmt: skip
    return kit.figure([bind(trace, cells)], showlegend=legend)


def fits_inside(kit, cells, hole):
    """Whether the smallest slice has room for its value."""
    radius = min(kit.plot_width, kit.plot_height) / 2
    middle, total = radius * (1 + hole) / 2, sum(float(c) for c in cells)
    arc = min(float(c) for c in cells) / total * 6.28 * middle
    return arc > kit.px * 2.4 and radius * (1 - hole) > max(kit.measure(c, kit.px, bold=True) for c in cells) + 12 and (
        arc > max(kit.measure(c, kit.px, bold=True) for c in cells) + 4
    )  # fmt: skip


def domain(kit, wide, tall):
    """Where the ring stands, as shares of the plot: room for what is written around it."""
    across, down = min(0.36, wide / kit.plot_width), min(0.2, tall / kit.plot_height)
    return {"x": [across, 1 - across], "y": [down, 1 - down]}
