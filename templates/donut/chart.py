"""A ring or pie; values outside, tied to their slices; names beside them or in a legend."""

import math

from cosyn_multi.renderers.matplotlib_canvas import points
from cosyn_multi.renderers.matplotlib_kit import numbers, series_colors, spread
from cosyn_multi.renderers.matplotlib_layout import Layout, wrap

RING = {"none": None, "small": 0.62, "large": 0.4}


def draw(fig, view, style, bind):
    opt, part = style.options, view.main
    column, name = part.measures[0], part.label.name
    layout = Layout(fig, style)
    if opt.get("look") == "ruled":
        layout.rule(4, style.accent)
    layout.heading(view, "center" if opt.get("look") == "banded" else "left")
    caption(layout, column, part.label)
    layout.footing(view)
    ax = fig.add_axes((0.1, 0.1, 0.8, 0.8))
    edge = {"width": RING[opt.get("hole", "none")], "edgecolor": style.paper, "linewidth": 1.6}
    wedges, *_ = ax.pie(
        numbers(part, column.name), colors=series_colors(style, len(part.rows)), startangle=90 if opt.get("turned") else 0,
        counterclock=not opt.get("turned"), wedgeprops=edge,
    )  # fmt: skip
    bind(wedges, column)
    beside = opt.get("names") == "beside"
    if not beside:
        layout.legend(wedges, part.texts(name), "right")
    if opt.get("look") == "banded":
        layout.panel(style.band)
    fit(ax, layout)
    measure = layout.measure(style.font_px * 0.95)
    room = (layout.right - layout.left) / 2 - ax.bbox.width * 0.5 * 0.92 - 46
    for wedge, row, y in placed(ax, wedges, part, style, 2.35 if beside else 1.2):
        write(ax, style, wedge, row[column.name], wrap(row[name], room, measure, 2) if beside else "", y)


def caption(layout, column, label):
    """What the slices are of, and by what they are cut."""
    style = layout.style
    align = "center" if style.options.get("look") == "banded" else "left"
    layout.write(column.label, style.font_px, align, bold=True)
    by = label.column.label
    layout.write(label.label.with_text(f"by {by[:1].lower() + by[1:]}"), style.font_px, align, color=style.muted)
    layout.top += 8


def fit(ax, layout):
    """A square for the circle in the middle of what is free, with a margin for the values."""
    width, height = layout.right - layout.left, layout.bottom - layout.top
    side = min(width * 0.62, height * 0.98)
    x, y = (layout.left + layout.right) / 2, (layout.top + layout.bottom) / 2
    ax.set_position((
        (x - side / 2) / layout.width, 1 - (y + side / 2) / layout.height, side / layout.width, side / layout.height
    ))  # fmt: skip
    ax.set_xlim(-1.25, 1.25)
    ax.set_ylim(-1.25, 1.25)


def middle(wedge):
    return math.radians((wedge.theta1 + wedge.theta2) / 2)


def placed(ax, wedges, part, style, lines):
    """Heights of the texts left and right of the circle, pushed apart on each side."""
    unit = ax.bbox.height / 2.5
    for left in (False, True):
        here = [(w, r) for w, r in zip(wedges, part.rows, strict=True) if (math.cos(middle(w)) < 0) == left]
        sizes = [style.font_px * 1.25 * lines / unit + 0.03] * len(here)
        for (wedge, row), y in zip(here, spread([1.12 * math.sin(middle(w)) for w, _ in here], sizes), strict=True):
            yield wedge, row, y


def write(ax, style, wedge, value, name, y):
    """A thin line from the rim to the value, the name under it."""
    angle = middle(wedge)
    side = -1 if math.cos(angle) < 0 else 1
    rim = (1.01 * math.cos(angle), 1.01 * math.sin(angle))
    x = side * max(1.12, abs(1.12 * math.cos(angle)))
    ax.plot([rim[0], x, x + side * 0.05], [rim[1], y, y], color=style.muted, linewidth=0.9, clip_on=False)
    more = {"ha": "right" if side < 0 else "left", "fontsize": points(style.font_px * 0.95), "linespacing": 1.05}
    ax.text(x + side * 0.08, y, value, va="bottom" if name else "center", fontweight="bold", **more)
    if name:
        ax.text(x + side * 0.08, y, name, va="top", color=style.ink, **more)
