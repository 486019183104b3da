"""What the page reported, as records: texts, marks, axes; and the plane geometry of turned text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from cosyn_multi.model import Box
from cosyn_multi.renderers.marks import Axis

Point = tuple[float, float]
Polygon = tuple[Point, ...]


@dataclass(frozen=True)
class Text:
    """One drawn text. `quad`: its four corners, turned with it. `height`: of one line, in pixels."""

    number: int
    kind: str
    text: str
    quad: Polygon
    height: float
    font_px: float
    family: str
    bold: bool
    italic: bool
    fill: str
    opacity: float
    clips: tuple[tuple[float, float, float, float], ...]
    words: tuple[tuple[str, float, float, float, float], ...]
    axis: str
    at: float | None
    value: float | None

    @cached_property
    def box(self) -> Box:
        return box_of(self.quad)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        return tuple(fold(line) for line in self.text.split("\n"))


@dataclass(frozen=True)
class Mark:
    """One drawn mark. `at`: its anchor for a point; `angle`: degrees of a slice."""

    point: int
    quad: Polygon | None
    color: str
    texts: tuple[int, ...]
    at: Point | None = None
    angle: float = 0.0
    clips: tuple[tuple[float, float, float, float], ...] = ()
    opacity: float = 1.0
    fill: str = ""

    @cached_property
    def box(self) -> Box | None:
        return box_of(self.quad) if self.quad else None


class Report:
    """The page's report of one figure. Sizes in CSS pixels, which are the picture's."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.texts = [_text(i, t) for i, t in enumerate(raw["texts"])]
        self.ground: str = raw["ground"]
        self.width, self.height = int(raw["width"]), int(raw["height"])
        self.plot = Box(**dict(zip(("x0", "y0", "x1", "y1"), raw["plot"], strict=True)))

    def trace(self, index: int) -> dict[str, Any]:
        found: dict[str, Any] = self.raw["traces"][index]
        return found

    def marks(self, index: int, points: Sequence[int] | None = None) -> list[Mark]:
        """The drawn marks of a trace, by point: bars, slices, markers, or the vertices of a line without markers.

        Args: points: the points that a line goes through (it leaves out absent ones); if there are not as many
            vertices (a stepped line has more), none can be told.
        """
        trace = self.trace(index)
        marks = [_mark(m) for m in trace["marks"]]
        if not marks and trace["vertices"]:
            line = trace["line"] or {"color": "", "width": 0}
            color = line["color"] if line["width"] >= 1 or not trace["fill"] else trace["fill"]
            through = range(len(trace["vertices"])) if points is None else points
            if len(through) == len(trace["vertices"]):
                marks = [_vertex(i, tuple(v), color) for i, v in zip(through, trace["vertices"], strict=True)]
        beside = {t["i"]: tuple(t["texts"]) for t in trace["texts"]}
        return [m if m.texts or m.point not in beside else _with_texts(m, beside[m.point]) for m in marks]

    def ticks(self, axis: str) -> list[Text]:
        return [t for t in self.texts if t.kind == "tick" and t.axis == axis]

    def axis(self, name: str) -> Axis:
        """An axis as pixels and values. Raises: KeyError if there is none of that name."""
        a = self.raw["axes"][name]
        log = a["type"] == "log"
        values = tuple(10.0 ** float(v) if log else float(v) for v in a["range"])
        ticks = tuple(float(t.value) for t in self.ticks(name) if t.value is not None)
        return Axis(name, (a["pixels"][0], a["pixels"][1]), (values[0], values[1]), ticks, log)

    def is_category(self, name: str) -> bool:
        return bool(self.raw["axes"].get(name, {}).get("type") == "category")

    def step(self, axis: str) -> float:
        """Pixels between two names on an axis."""
        step = float(self.raw["axes"][axis]["step"])
        if step:
            return step
        places = sorted({t.at for t in self.ticks(axis) if t.at is not None})
        return min((b - a for a, b in pairwise(places)), default=self.width)


def fold(text: str) -> str:
    """White space of any kind folded to single spaces."""
    return " ".join(text.split())


def box_of(quad: Polygon) -> Box:
    xs, ys = [p[0] for p in quad], [p[1] for p in quad]
    return Box(x0=min(xs), y0=min(ys), x1=max(xs), y1=max(ys))


def _text(number: int, t: dict[str, Any]) -> Text:
    family = str(t["family"]).split(",")[0].strip().strip("\"'")
    return Text(
        number, t["kind"], t["text"], _polygon(t["quad"]), t["height"], t["font_px"], family, t["bold"], t["italic"], t["fill"],
        t["opacity"], _rects(t["clips"]), tuple((w[0], w[1], w[2], w[3], w[4]) for w in t["words"]),
        t["axis"], t["at"], t["value"] if isinstance(t["value"], int | float) else None,
    )  # fmt: skip


def _mark(m: dict[str, Any]) -> Mark:
    at = (m["at"][0], m["at"][1]) if m.get("at") else None
    quad = _polygon(m["quad"]) if m["quad"] else None
    return Mark(
        m["i"],
        quad,
        m["color"],
        tuple(m["texts"]),
        at,
        m.get("angle", 0.0),
        _rects(m["clips"]),
        m["opacity"],
        m["fill"],
    )


VERTEX_PX = 4.0
"""Half the side of the square that stands for a place without ink of its own: a vertex of a line."""


def _vertex(point: int, at: tuple[float, ...], color: str) -> Mark:
    x, y, r = at[0], at[1], VERTEX_PX
    return Mark(point, ((x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)), color, (), (x, y))


def _with_texts(mark: Mark, texts: tuple[int, ...]) -> Mark:
    return replace(mark, texts=texts)


def _polygon(raw: list[list[float]]) -> Polygon:
    return tuple((p[0], p[1]) for p in raw)


def _rects(raw: list[list[float]]) -> tuple[tuple[float, float, float, float], ...]:
    return tuple((r[0], r[1], r[2], r[3]) for r in raw)


def area(polygon: Polygon) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(polygon, polygon[1:] + polygon[:1], strict=True))) / 2


def shared_area(a: Polygon, b: Polygon) -> float:
    """Area that two convex polygons share, in square pixels (Sutherland and Hodgman 1974)."""
    if box_of(a).overlap(box_of(b)) == 0:
        return 0.0
    turn = 1.0 if _signed(b) > 0 else -1.0
    cut: list[Point] = list(a)
    for p, q in zip(b, b[1:] + b[:1], strict=True):
        cut = _half(cut, p, q, turn)
        if not cut:
            return 0.0
    return area(tuple(cut))


def _signed(polygon: Polygon) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(polygon, polygon[1:] + polygon[:1], strict=True))


def _half(polygon: list[Point], p: Point, q: Point, turn: float) -> list[Point]:
    """The part of a polygon on the inner side of the line through p and q."""
    side = [turn * ((q[0] - p[0]) * (v[1] - p[1]) - (q[1] - p[1]) * (v[0] - p[0])) for v in polygon]
    out: list[Point] = []
    for i, v in enumerate(polygon):
        w, s, t = polygon[(i + 1) % len(polygon)], side[i], side[(i + 1) % len(polygon)]
        if s >= 0:
            out.append(v)
        if (s > 0 > t) or (s < 0 < t):
            k = s / (s - t)
            out.append((v[0] + k * (w[0] - v[0]), v[1] + k * (w[1] - v[1])))
    return out
