"""Lines over time; their names in a legend or at their ends."""

from itertools import pairwise

from cosyn_multi.renderers.matplotlib_bars import label_size, on_ground
from cosyn_multi.renderers.matplotlib_canvas import points
from cosyn_multi.renderers.matplotlib_chart import label_axes, opened
from cosyn_multi.renderers.matplotlib_kit import dress, numbers, series_colors, short, span, spread, value_axis
from cosyn_multi.renderers.matplotlib_layout import wrap

MARKERS = ("o", "s", "^", "D", "v")
DASHES = ("-", "--", "-.", ":", "--")


def draw(fig, view, style, bind):
    opt, part = style.options, view.main
    n = len(part.measures)
    layout, look = opened(fig, view, style)
    ax = fig.add_axes((0.1, 0.1, 0.8, 0.8))
    lines = lines_of(ax, part, style)
    for line, column in zip(lines, part.measures, strict=True):
        bind(line, column)
    at_ends = n > 1 and opt.get("names") == "line ends"
    if n > 1 and not at_ends:
        layout.legend(lines, [short(c) for c in part.measures], opt.get("names", "top"), framed=look == "textbook")
    labels = end_names(layout, part) if at_ends else []
    ax.set_position(layout.frame())
    values = [v for c in part.measures for v in numbers(part, c.name)]
    dress(ax, style, look, "both" if look == "textbook" else "y")
    labelled = n == 1 and opt.get("value_labels") and fits(layout, part)
    value_axis(ax, part.measures, view, *span(values, opt.get("baseline") == "zero", 0.09 if labelled else 0.04))
    ax.set_xlim(-0.4, len(part.rows) - 0.6)
    label_axes(layout, ax, part, part.measures)
    if labelled:
        value_labels(layout, ax, part)
    if n > 1 and opt.get("value_labels") and not at_ends:
        last_values(layout, ax, part)
    layout.settle(ax)
    put_ends(layout, ax, lines, labels)


def lines_of(ax, part, style):
    opt, colors = style.options, series_colors(style, len(part.measures))
    lines = []
    for i, column in enumerate(part.measures):
        marker = {"marker": MARKERS[i], "markersize": points(7)} if opt.get("markers") else {}
        dash = DASHES[i] if opt.get("dashes") else "-"
        values = numbers(part, column.name)
        lines += ax.plot(range(len(values)), values, dash, color=colors[i], linewidth=points(2.6), **marker)
    return lines


def fits(layout, part):
    """Whether values of a single line can stand above its points."""
    slot = (layout.right - layout.left - 90) / len(part.rows)
    measure = layout.measure(label_size(layout))
    return max(measure(str(c)) for c in part.texts(part.measures[0].name)) < slot - 6


def value_labels(layout, ax, part):
    """Above a peak or a slope, below a dip, so that the line doesn't run through its own values."""
    name = part.measures[0].name
    values = numbers(part, name)
    for i, (cell, value) in enumerate(zip(part.texts(name), values, strict=True)):
        before, after = values[max(0, i - 1)], values[min(len(values) - 1, i + 1)]
        below = value < (before + after) / 2
        ax.annotate(
            cell, (i, value), (0, -7 if below else 7), textcoords="offset points", ha="center",
            va="top" if below else "bottom", fontsize=points(label_size(layout)), **on_ground(ax),
        )  # fmt: skip


def last_values(layout, ax, part):
    """Where several lines end apart from each other, their last values."""
    last = [part.texts(c.name)[-1] for c in part.measures]
    heights = sorted(ax.transData.transform((0, float(v)))[1] for v in last if v.value is not None)
    if any(b - a < label_size(layout) * 1.5 for a, b in pairwise(heights)):
        return
    left, right = ax.get_xlim()
    room = max(layout.measure(label_size(layout))(str(c)) for c in last) + 20
    ax.set_xlim(left, max(right, len(part.rows) - 1 + (right - left) * room / (ax.bbox.width - room)))
    for cell in last:
        if cell.value is not None:
            ax.annotate(
                cell, (len(part.rows) - 1, float(cell)), (9, 0), textcoords="offset points", ha="left", va="center",
                fontsize=points(label_size(layout)),
            )  # fmt: skip


def end_names(layout, part):
    """Names to stand at the right end of the lines; their room is taken from the page."""
    measure = layout.measure(layout.style.font_px * 0.95)
    names = [wrap(short(c), 130, measure) for c in part.measures]
    layout.right -= max(measure(line) for t in names for line in t.split("\n")) + 18
    return names


def put_ends(layout, ax, lines, names):
    """Write each name at the height of its line's last point, pushed apart where they would touch."""
    size = layout.style.font_px * 0.95
    ends = [ax.transData.transform((0, line.get_ydata()[-1]))[1] for line in lines[: len(names)]]
    heights = [(t.count("\n") + 1) * size * 1.25 + 3 for t in names]
    for line, name, y in zip(lines, names, spread(ends, heights), strict=False):
        level = (y - ax.bbox.y0) / ax.bbox.height
        ax.text(
            1 + 13 / ax.bbox.width, level, name, va="center", transform=ax.transAxes, color=layout.style.ink,
            fontsize=points(size), linespacing=1.05,
        )  # fmt: skip
        ax.plot(
            [1 + 1 / ax.bbox.width, 1 + 9 / ax.bbox.width], [level, level], color=line.get_color(),
            linewidth=points(3), transform=ax.transAxes, clip_on=False,
        )  # fmt: skip
