"""Marks of a matplotlib figure: what a template bound, where it was drawn, and the axis it is read on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle, Wedge
from matplotlib.text import Text

from cosyn_multi.model import Box, Look
from cosyn_multi.renderers.bound import Bound, BoundColumn, BoundView
from cosyn_multi.renderers.marks import LEAST_PX

DASHES: Final = {"-": "solid", "--": "dashed", "-.": "dashdot", ":": "dotted", "None": "none", "": "none", " ": "none"}
POINT_PX: Final = 8.0
"""A vertex of a line has no extent; its box is as large as a small marker."""
RING_PX: Final = 2.0
DASH_PX: Final = 24
Shape = tuple[tuple[float, float], ...]
"""Where a marker shows its colour, in half sizes from its middle."""
DISC: Final[Shape] = tuple((dx, dy) for dx in (-0.5, 0.0, 0.5) for dy in (-0.5, 0.0, 0.5))
RING: Final[Shape] = tuple((float(np.cos(a)), float(np.sin(a))) for a in np.linspace(0, 2 * np.pi, 8, endpoint=False))


@dataclass(frozen=True)
class Place:
    """One mark as drawn, in image pixels (y down).

    start, end: pixels along the value axis; start is None for a point. across: its middle in the other direction,
    which its row decides if `by_row`. tip: places at its end that have its colour if nothing covers them.
    """

    bound: Bound
    axes: Any
    direction: str
    box: Box
    end: float
    start: float | None
    across: float
    thickness: float
    color: tuple[float, ...]
    look: Look
    shown: bool = True
    tip: tuple[tuple[float, float], ...] = ()
    by_row: bool = True

    @property
    def drawn(self) -> bool:
        """Whether there is anything of it to see."""
        length = abs(self.end - self.start) if self.start is not None else POINT_PX
        return self.shown and self.color[3] > 0.05 and length >= LEAST_PX and self.thickness >= 1


class MarkCount(Exception):
    """A template bound a number of marks to another number of cells."""


class Binds:
    """What a template calls as `bind(marks, cells)`: remembers which marks show which cells, and gives the marks back.

    marks: a BarContainer, rectangles, a Line2D, a scatter, the filling between two lines, wedges, or Texts.
    cells: a column, or cells in the order of the marks. axis: 'x' or 'y' where the value isn't read on the usual one.
    """

    def __init__(self, view: BoundView) -> None:
        self._view = view
        self._bound: list[tuple[Any, list[Bound], str]] = []

    def __call__(self, marks: Any, cells: BoundColumn | Bound | Iterable[Bound], axis: str = "") -> Any:
        self._bound.append((marks, self._cells(cells), axis))
        return marks

    def _cells(self, cells: BoundColumn | Bound | Iterable[Bound]) -> list[Bound]:
        if isinstance(cells, BoundColumn):
            part, _, column = cells.label.ref.rpartition(".")
            return next(p for p in self._view.parts if p.name == part).texts(column)
        return [cells] if isinstance(cells, Bound) else list(cells)

    def name_texts(self) -> None:
        """Tell bound Text artists what they show."""
        for marks, cells, _ in self._bound:
            if not isinstance(marks, Text) and not (_is_list(marks) and all(isinstance(m, Text) for m in marks)):
                continue
            texts: list[Any] = [marks] if isinstance(marks, Text) else list(marks)
            _same_number(texts, cells)
            for artist, cell in zip(texts, cells, strict=True):
                artist.cosyn_bound = cell.with_text(artist.get_text())

    def places(self, height: int) -> list[list[Place]]:
        """The drawn marks, a list per call of `bind`; after the figure is drawn. Raises: MarkCount."""
        made = [list(_places(marks, cells, axis, height)) for marks, cells, axis in self._bound]
        return [m for m in made if m]


def _is_list(marks: Any) -> bool:
    return isinstance(marks, Sequence) and not isinstance(marks, str | BarContainer) and len(marks) > 0


def _same_number(marks: Sequence[Any], cells: Sequence[Bound]) -> None:
    if len(marks) != len(cells):
        of = f"{cells[0].ref} ..." if cells else "no cell"
        raise MarkCount(f"{len(marks)} marks are bound to {len(cells)} cells ({of})")


def _places(marks: Any, cells: list[Bound], axis: str, height: int) -> Iterator[Place]:
    if isinstance(marks, BarContainer):
        yield from _bars(marks.patches, cells, axis or ("x" if marks.orientation == "horizontal" else "y"), height)
    elif isinstance(marks, Line2D):
        yield from _vertices(marks, cells, axis or "y", height)
    elif isinstance(marks, PathCollection):
        yield from _points(marks, cells, axis or "y", height)
    elif isinstance(marks, PolyCollection):
        yield from _bands(marks, cells, height)
    elif isinstance(marks, Rectangle):
        yield from _bars([marks], cells, axis or "y", height)
    elif isinstance(marks, Wedge):
        yield from _wedges([marks], cells, height)
    elif _is_list(marks) and all(isinstance(m, Rectangle) for m in marks):
        yield from _bars(marks, cells, axis or "y", height)
    elif _is_list(marks) and all(isinstance(m, Wedge) for m in marks):
        yield from _wedges(marks, cells, height)
    elif _is_list(marks):
        _same_number(marks, cells)
        for mark, cell in zip(marks, cells, strict=True):
            yield from _places(mark, [cell], axis, height)


def _bars(patches: Sequence[Any], cells: list[Bound], direction: str, height: int) -> Iterator[Place]:
    _same_number(patches, cells)
    for patch, cell in zip(patches, cells, strict=True):
        corners = patch.get_transform().transform(patch.get_path().vertices[[0, 2]])
        corners[:, 1] = height - corners[:, 1]
        if not np.isfinite(corners).all():
            continue
        (x0, y0), (x1, y1) = corners
        start, end, sides = (y0, y1, (x0, x1)) if direction == "y" else (x0, x1, (y0, y1))
        across, thickness = sum(sides) / 2, abs(sides[1] - sides[0])
        color = to_rgba(patch.get_facecolor())
        look = Look(color=to_hex(color), dash=f"hatch {patch.get_hatch()}" if patch.get_hatch() else "solid")
        inward = end - np.sign(end - start) * min(3.0, abs(end - start) / 2)
        tip = [(s, inward) for s in np.linspace(*sides, 7)[1:-1]]
        yield Place(
            cell, patch.axes, direction, _box(x0, y0, x1, y1), end, start, across, thickness, color, look,
            patch.get_visible(), _flat(tip, direction) if _plain(patch, color) else (),
        )  # fmt: skip


def _plain(patch: Any, color: tuple[float, ...]) -> bool:
    """Whether the mark is one opaque colour, so that its pixels tell if something covers it."""
    return color[3] == 1 and not patch.get_hatch()


def _flat(probes: Sequence[tuple[float, float]], direction: str) -> tuple[tuple[float, float], ...]:
    return tuple((float(a), float(b)) if direction == "y" else (float(b), float(a)) for a, b in probes)


def _vertices(line: Any, cells: list[Bound], direction: str, height: int) -> Iterator[Place]:
    vertices = line.get_transform().transform(line.get_xydata())
    _same_number(vertices, cells)
    has_marker = line.get_marker() not in ("None", "", " ", None)
    look = Look(
        color=to_hex(line.get_color()),
        dash=DASHES.get(line.get_linestyle(), "dashed"),
        marker=str(line.get_marker()) if has_marker else "",
    )
    size = max(POINT_PX, line.get_markersize() * 100 / 72 if has_marker else 0.0)
    color = to_rgba(line.get_color(), line.get_alpha())
    for i, ((x, y), cell) in enumerate(zip(vertices, cells, strict=True)):
        if np.isfinite((x, y)).all():
            shape = DISC if look.dash == "solid" else (*DISC, *_along(line, vertices, i, size / 2))
            yield _point(cell, line, direction, (x, height - y), size, color, look, shape)


def _along(line: Any, vertices: Any, i: int, half: float) -> Iterator[tuple[float, float]]:
    """Places on a dashed line to both sides of a vertex, over more than a gap: the vertex itself may lie in one."""
    for j in (i - 1, i + 1):
        if not 0 <= j < len(vertices) or not np.isfinite(vertices[j]).all():
            continue
        dx, dy = vertices[j] - vertices[i]
        if line.get_drawstyle() != "default":
            dy = 0.0
        length = float(np.hypot(dx, dy))
        for px in range(4, min(DASH_PX, int(length / 2)), 4):
            yield px * dx / length / half, -px * dy / length / half


def _points(scatter: Any, cells: list[Bound], direction: str, height: int) -> Iterator[Place]:
    places = scatter.get_offset_transform().transform(np.ma.filled(scatter.get_offsets(), np.nan))
    _same_number(places, cells)
    sizes, rings = scatter.get_sizes(), _rings(scatter)
    colors = scatter.get_edgecolors() if rings or not len(scatter.get_facecolors()) else scatter.get_facecolors()
    for i, ((x, y), cell) in enumerate(zip(places, cells, strict=True)):
        color = tuple(float(c) for c in colors[i % len(colors)])
        size = max(POINT_PX, float(sizes[i % len(sizes)]) ** 0.5 * 100 / 72)
        if np.isfinite((x, y)).all():
            look = Look(color=to_hex(color), marker="o")
            yield _point(cell, scatter, direction, (x, height - y), size, color, look, RING if rings else DISC)


def _rings(scatter: Any) -> bool:
    """Whether points are rings: an edge of another colour than the inside, and broad enough to be what one sees."""
    faces, edges, widths = scatter.get_facecolors(), scatter.get_edgecolors(), scatter.get_linewidths()
    if not len(edges) or not len(widths) or float(widths[0]) * 100 / 72 < RING_PX:
        return False
    return not len(faces) or not np.allclose(faces[0][:3], edges[0][:3])


def _point(
    cell: Bound, artist: Any, direction: str, at: Any, size: float, color: Any, look: Look, shape: Shape = DISC
) -> Place:
    x, y = float(at[0]), float(at[1])
    half = size / 2
    probes = tuple((x + dx * half, y + dy * half) for dx, dy in shape)
    return Place(
        cell, artist.axes, direction, _box(x - half, y - half, x + half, y + half), y if direction == "y" else x, None,
        x if direction == "y" else y, size, color, look, artist.get_visible(), probes if color[3] == 1 else (), isinstance(artist, Line2D),
    )  # fmt: skip


def _bands(band: Any, cells: list[Bound], height: int) -> Iterator[Place]:
    """The filling between two lines, as `fill_between` and `stackplot` make it: 2 n + 3 vertices for n cells."""
    vertices = band.get_transform().transform(band.get_paths()[0].vertices)
    n = (len(vertices) - 3) // 2
    _same_number(range(n), cells)
    low, high = vertices[1 : n + 1], vertices[n + 2 : 2 * n + 2][::-1]
    color = tuple(float(c) for c in band.get_facecolors()[0])
    for (x, y0), (_, y1), cell in zip(low, high, cells, strict=True):
        start, end = height - y0, height - y1
        yield Place(
            cell, band.axes, "y", _box(x - POINT_PX / 2, start, x + POINT_PX / 2, end), end, start, float(x), POINT_PX,
            color, Look(color=to_hex(color)), band.get_visible(),
        )  # fmt: skip


def _wedges(wedges: Sequence[Any], cells: list[Bound], height: int) -> Iterator[Place]:
    _same_number(wedges, cells)
    for wedge, cell in zip(wedges, cells, strict=True):
        to_px = wedge.get_data_transform().transform
        outline = wedge.get_transform().transform(wedge.get_path().interpolated(6).vertices)
        turned = np.radians(np.linspace(wedge.theta1, wedge.theta2, 5)[1:-1])
        radius = wedge.r - (wedge.width or wedge.r) * 0.15
        probes = to_px([(wedge.center[0] + radius * np.cos(t), wedge.center[1] + radius * np.sin(t)) for t in turned])
        color = to_rgba(wedge.get_facecolor())
        x, y = outline[:, 0], height - outline[:, 1]
        yield Place(
            cell, wedge.axes, "angle", _box(x.min(), y.min(), x.max(), y.max()), wedge.theta2, wedge.theta1, 0.0,
            float(min(np.ptp(x), np.ptp(y))), color, Look(color=to_hex(color)), wedge.get_visible(),
            tuple((float(a), height - float(b)) for a, b in probes) if _plain(wedge, color) else (), False,
        )  # fmt: skip


def _box(x0: float, y0: float, x1: float, y1: float) -> Box:
    (left, right), (top, bottom) = sorted((float(x0), float(x1))), sorted((float(y0), float(y1)))
    return Box(x0=left, y0=top, x1=max(right, left + 1), y1=max(bottom, top + 1))


def look_of(handle: Any) -> Look | None:
    """The look of a legend handle."""
    if isinstance(handle, Line2D):
        marker = handle.get_marker()
        has_marker = marker not in ("None", "", " ", None)
        dash = DASHES.get(handle.get_linestyle(), "dashed")
        alone = has_marker and dash == "none"
        color = handle.get_markerfacecolor() if alone else handle.get_color()
        return Look(color=to_hex(color), dash="solid" if alone else dash, marker=str(marker) if has_marker else "")
    if isinstance(handle, PathCollection):
        return Look(color=to_hex(handle.get_facecolor()[0]), marker="o")
    if hasattr(handle, "get_hatch") and hasattr(handle, "get_facecolor"):
        hatch = handle.get_hatch()
        return Look(color=to_hex(handle.get_facecolor()), dash=f"hatch {hatch}" if hatch else "solid")
    return None
