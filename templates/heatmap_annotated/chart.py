"""Cells coloured by value, the value printed in each."""

from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.patches import Rectangle

from cosyn_multi.renderers.matplotlib_bars import text_on
from cosyn_multi.renderers.matplotlib_canvas import points
from cosyn_multi.renderers.matplotlib_kit import (
    axis_title,
    name_rows,
    numbers,
    row_labels,
    short,
    side_labels,
    tick_texts,
)
from cosyn_multi.renderers.matplotlib_layout import Layout


def draw(fig, view, style, bind):
    opt, part = style.options, view.main
    layout = Layout(fig, style)
    layout.heading(view, "left" if opt.get("gaps") else "center")
    unit = axis_title(part.measures)
    if unit:
        layout.write(unit, style.font_px, "left" if opt.get("gaps") else "center", color=style.muted)
        layout.top += 4
    layout.footing(view)
    ax = layout.axes()
    ends = (
        [style.paper, style.palette[0]]
        if opt.get("colors") == "one"
        else [style.palette[1], style.paper, style.palette[0]]
    )
    values = [v for c in part.measures for v in numbers(part, c.name)]
    norm, colors = Normalize(min(values), max(values)), LinearSegmentedColormap.from_list("cells", ends)
    ax.set_xlim(-0.5, len(part.measures) - 0.5)
    ax.set_ylim(len(part.rows) - 0.5, -0.5)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.tick_params(length=0, pad=7)
    side_labels(layout, ax, part.texts(part.label.name), list(range(len(part.rows))), 0.28)
    name_rows(ax, part, style, lying=True)
    row_labels(
        layout,
        ax,
        [short(c) for c in part.measures],
        list(range(len(part.measures))),
        (layout.right - layout.left) * 0.25,
    )
    if opt.get("headers") == "top":
        ax.xaxis.tick_top()
    if opt.get("scale"):
        scale(layout, part, view, norm, colors)
        ax.set_position(layout.frame())
    layout.settle(ax)
    cells(layout, ax, part, norm, colors)


def cells(layout, ax, part, norm, colors):
    style = layout.style
    edge, width = (style.paper, 3) if style.options.get("gaps") else ("none", 0)
    names = [c.name for c in part.measures]
    size = style.font_px * 0.95
    widest = max(layout.measure(size)(str(row[n])) for row in part.rows for n in names)
    size = max(10.0, min(size, size * (ax.bbox.width / len(names) - 8) / widest))
    for i, row in enumerate(part.rows):
        for j, name in enumerate(names):
            if row[name].value is None:
                continue
            color = colors(norm(float(row[name])))
            ax.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=color, edgecolor=edge, linewidth=width))
            ax.text(j, i, row[name], ha="center", va="center", fontsize=points(size), color=text_on(color))


def scale(layout, part, view, norm, colors):
    """A strip on the right that tells which colour is how much."""
    ends = (norm.vmin, (norm.vmin + norm.vmax) / 2, norm.vmax)
    texts = tick_texts([round(e, 1 if norm.vmax < 100 else 0) for e in ends], part.measures[0].column, view.locale)
    size = max(10.0, layout.style.font_px * 0.85)
    width = max(layout.measure(size)(t) for t in texts) + 34
    left, layout.right = layout.right - width, layout.right - width - 18
    height = (layout.bottom - layout.top) * 0.7
    bar = layout.fig.add_axes((
        left / layout.width, 1 - (layout.top + height + 30) / layout.height, 14 / layout.width, height / layout.height
    ))  # fmt: skip
    bar.imshow(
        [[i / 255] for i in range(256)], aspect="auto", origin="lower", cmap=colors, extent=(0, 1, norm.vmin, norm.vmax)
    )
    bar.set_xticks([])
    bar.yaxis.tick_right()
    bar.set_yticks(ends, labels=texts, fontsize=points(size))
    bar.tick_params(length=0, pad=5)
