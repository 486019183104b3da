"""Texts of a matplotlib figure as drawn: boxes, words, and how well they can be seen."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from cosyn_multi.model import Box, Seen, Word
from cosyn_multi.renderers import fonts
from cosyn_multi.renderers.bound import Bound
from cosyn_multi.renderers.marks import inside_share
from cosyn_multi.renderers.matplotlib_canvas import Canvas, Line, bound_of, face_of

Pixels = np.ndarray[Any, Any]
Point = tuple[float, float]
PAD_PX = 1.0
"""Boxes are this much larger than the ink, so that no letter touches the border of its box."""


@dataclass
class Piece:
    """One Text artist as drawn: its lines in order. `ref` is set once it is known what it shows."""

    artist: Any
    lines: list[Line]
    ref: str = ""

    @property
    def text(self) -> str:
        """What a reader reads: lines joined, white space folded."""
        return " ".join(" ".join(line.text for line in self.lines).split())

    @property
    def bound(self) -> Bound | None:
        return bound_of(self.artist)

    @cached_property
    def outlines(self) -> list[list[Point]]:
        """Per line, the four corners of its ink."""
        return [corners(line, 0.0, line.width) for line in self.lines]

    @cached_property
    def boxes(self) -> tuple[Box, ...]:
        return tuple(around(outline, PAD_PX) for outline in self.outlines)

    @property
    def box(self) -> Box:
        return union(self.boxes)


def pieces_of(canvas: Canvas) -> list[Piece]:
    """Every text artist that was drawn, in drawing order; blank ones left out."""
    grouped = groupby(canvas.recorder.lines, key=lambda line: id(line.artist))
    found = [Piece(lines[0].artist, lines) for _, group in grouped if (lines := [g for g in group if g.text.strip()])]
    return [p for p in found if p.text]


def corners(line: Line, start: float, end: float) -> list[Point]:
    """Corners of the ink between two places along a line of text, turned by its angle about its start."""
    c, s = math.cos(math.radians(line.angle)), math.sin(math.radians(line.angle))
    up, down = line.height - line.descent, -line.descent
    flat = [(start, down), (end, down), (end, up), (start, up)]
    return [(line.x + u * c - v * s, line.y - (u * s + v * c)) for u, v in flat]


def around(outline: Sequence[Point], pad: float = 0.0) -> Box:
    xs, ys = [p[0] for p in outline], [p[1] for p in outline]
    return Box(x0=min(xs) - pad, y0=min(ys) - pad, x1=max(xs) + pad, y1=max(ys) + pad)


def union(boxes: Iterable[Box]) -> Box:
    found = list(boxes)
    return Box(
        x0=min(b.x0 for b in found), y0=min(b.y0 for b in found),
        x1=max(b.x1 for b in found), y1=max(b.y1 for b in found),
    )  # fmt: skip


def words_of(pieces: Sequence[Piece], canvas: Canvas) -> tuple[Word, ...]:
    """Every word drawn, with its box; the room between the words of a line is shared evenly."""
    measure = canvas.recorder.get_text_width_height_descent
    out: list[Word] = []
    for line in (line for piece in pieces for line in piece.lines):
        words = line.text.split()
        widths = [measure(w, line.properties, False)[0] for w in words] if len(words) > 1 else [line.width]
        space = (line.width - sum(widths)) / max(1, len(words) - 1)
        at = 0.0
        for word, width in zip(words, widths, strict=True):
            out.append(Word(text=word, box=around(corners(line, at, at + width), PAD_PX)))
            at += width + space
    return tuple(out)


class Sight:
    """Measures how well texts can be seen in a finished picture (RGB bytes, rows from the top)."""

    def __init__(self, image: Pixels, pieces: Sequence[Piece], canvas: Canvas) -> None:
        self.image, self.pieces, self.canvas = image, pieces, canvas
        self.height, self.width = image.shape[:2]
        self.mask = canvas.recorder.mask
        self._boxes = np.array([[b.x0, b.y0, b.x1, b.y1] for b in (p.box for p in pieces)]).reshape(-1, 4)

    def seen(self, piece: Piece) -> Seen:
        """Facts about one text. `covered` and `ink` come from its own pixels, not from what lies where."""
        shares = [self._line(line, box) for line, box in zip(piece.lines, piece.boxes, strict=True)]
        return Seen(
            height_px=min(self._line_height(line) for line in piece.lines),
            inside=inside_share(piece.boxes, self.width, self.height),
            covered=max(s[0] for s in shares),
            ink=min(s[1] for s in shares),
            contrast=min(s[2] for s in shares),
            clipped=piece.text.endswith(("…", "...")),
            missing="".join(sorted({c for line in piece.lines for c in missing(line)})),
            overlapped=self._overlapped(piece),
        )

    def _line(self, line: Line, box: Box) -> tuple[float, float, float]:
        """Share covered, ink (0 or 1) and contrast of one line."""
        rows, columns = self._span(box)
        mask, pixels = self.mask[rows, columns], self.image[rows, columns].astype(float)
        if not mask.size or mask.max() < 0.2:
            return 0.0, 0.0, 1.0
        paper = np.median(pixels[mask < 0.05], axis=0) if (mask < 0.05).any() else np.median(pixels, axis=(0, 1))
        color = line.alpha * 255 * np.array(line.color) + (1 - line.alpha) * paper
        core = mask >= min(0.75, 0.9 * float(mask.max()))
        expected = mask[core][:, None] * color + (1 - mask[core][:, None]) * paper
        off = np.abs(pixels[core] - expected).max(axis=1)
        return float((off > 72).mean()), 1.0, contrast(color, paper)

    def _span(self, box: Box) -> tuple[slice, slice]:
        top, bottom = max(0, math.floor(box.y0)), min(self.height, math.ceil(box.y1))
        left, right = max(0, math.floor(box.x0)), min(self.width, math.ceil(box.x1))
        return slice(top, max(top, bottom)), slice(left, max(left, right))

    def _line_height(self, line: Line) -> float:
        """Height of a full line in this face and size ('lp' reaches from the highest to the lowest stroke)."""
        return float(self.canvas.recorder.get_text_width_height_descent("lp", line.properties, False)[1])

    def _overlapped(self, piece: Piece) -> float:
        """Largest share of one of its lines that a line of another text lies over; turned texts by their outlines."""
        b, all_ = piece.box, self._boxes
        near = (all_[:, 0] < b.x1) & (all_[:, 2] > b.x0) & (all_[:, 1] < b.y1) & (all_[:, 3] > b.y0)
        others = [o for i in np.flatnonzero(near) for o in self._others(piece, int(i))]
        return max(
            (shared(mine, other) / area(mine) for mine in piece.outlines for other in others if area(mine)), default=0.0
        )

    def _others(self, piece: Piece, index: int) -> list[list[Point]]:
        return [] if self.pieces[index] is piece else self.pieces[index].outlines


def missing(line: Line) -> str:
    """The characters of a line that its face lacks."""
    have = fonts.characters(Path(face_of(line)))
    return "".join(sorted({c for c in line.text if ord(c) not in have and not c.isspace()}))


def luminance(color: Pixels) -> float:
    """Relative luminance (WCAG 2.2) of an RGB colour, 0 to 255 per channel."""
    c = np.clip(np.asarray(color, float) / 255, 0, 1)
    return float(np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(a: Pixels, b: Pixels) -> float:
    """WCAG contrast ratio of two RGB colours, 1 to 21."""
    bright, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def area(outline: Sequence[Point]) -> float:
    turned = zip(outline, [*outline[1:], *outline[:1]], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in turned)) / 2


def shared(a: Sequence[Point], b: Sequence[Point]) -> float:
    """Area that two convex outlines share (Sutherland and Hodgman 1974, CACM 17(1))."""
    clip = list(b) if _signed(b) > 0 else list(reversed(b))
    out = list(a)
    for (x0, y0), (x1, y1) in zip(clip, [*clip[1:], *clip[:1]], strict=True):
        sides = [(x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) for x, y in out]
        cut: list[Point] = []
        for i, (p, side) in enumerate(zip(out, sides, strict=True)):
            q, other = out[i - 1], sides[i - 1]
            if (side >= 0) != (other >= 0):
                t = other / (other - side)
                cut.append((q[0] + t * (p[0] - q[0]), q[1] + t * (p[1] - q[1])))
            if side >= 0:
                cut.append(p)
        out = cut
        if not out:
            return 0.0
    return area(out)


def _signed(outline: Sequence[Point]) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(outline, [*outline[1:], *outline[:1]], strict=True))
