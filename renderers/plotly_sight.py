"""How well the texts and marks of a plotly picture can be seen: measured in its pixels, against a mask of all text."""

import math
import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import numpy as np
from PIL import ImageFont

from cosyn_multi.model import Box, Seen
from cosyn_multi.renderers import fonts
from cosyn_multi.renderers.ink import Color, Pixels, contrast, over
from cosyn_multi.renderers.marks import inside_share
from cosyn_multi.renderers.plotly_report import VERTEX_PX, Mark, Polygon, Report, Text, area, shared_area

CAPITALS: Final = 0.8
DESCENDERS: Final = 0.24
"""How far ink reaches above and below the baseline, in font sizes."""
_OFF: Final = 72
"""A channel this far from the colour expected means that something else is drawn there."""


@dataclass
class Sight:
    """Measures one picture. `image`: RGB as drawn. `mask`: the text alone, black on white, of the same size."""

    report: Report
    image: Pixels
    mask: Pixels

    def text(self, text: Text) -> Seen:
        """Facts about one text."""
        covered, ink, ratio = self._ink(text)
        shares = [clip_share(text.box, rect) for rect in text.clips]
        return Seen(
            height_px=text.height,
            inside=inside_share([text.box], self.report.width, self.report.height),
            covered=covered,
            clipped=any(s < 0.97 for s in shares) or text.text.rstrip().endswith(("…", "...")),
            contrast=ratio,
            ink=ink,
            missing=missing(text),
            overlapped=self._overlapped(text),
        )

    def mark(self, mark: Mark, across: str = "") -> Seen:
        """Facts about a mark that has no text. How thick it is counts: its length is its value.

        Args: across: for a bar, the direction of its thickness, 'x' or 'y'.
        """
        box = mark.box
        if box is None:
            return Seen(height_px=0, ink=0)
        thickness = {"x": box.width, "y": box.height}.get(across, max(2 * VERTEX_PX, min(box.width, box.height)))
        return Seen(
            height_px=thickness,
            inside=inside_share([box], self.report.width, self.report.height),
            covered=self._covered(mark, box, bar=bool(across)),
            clipped=any(clip_share(box, rect) < 0.5 for rect in mark.clips),
            contrast=contrast(as_color(mark.color), as_color(self.report.ground)),
        )

    def _covered(self, mark: Mark, box: Box, bar: bool) -> float:
        """Share of a bar's pixels, but for text on it, that have another colour; for a point 1 if none has its own."""
        if (mark.at is None and not bar) or mark.fill.startswith("url"):
            return 0.0
        reach = 2.0 if mark.fill else 7.0  # a dashed line may have its gap at the vertex
        near, edge = box, 3.0 if bar and min(box.width, box.height) > 10 else 1.0
        if mark.at is not None:
            x, y = mark.at
            near = Box(x0=x - reach, y0=y - reach, x1=x + reach, y1=y + reach)
        rows, columns = _span(near.y0 + edge, near.y1 - edge), _span(near.x0 + edge, near.x1 - edge)
        free = self.mask[rows, columns, 1][::2, ::2] > 240
        pixels = self.image[rows, columns][::2, ::2][free].astype(float)
        if not len(pixels) or mark.opacity < 1:
            return 0.0
        off = np.abs(pixels - np.array(as_color(mark.fill or mark.color))).max(axis=1) > _OFF
        return float(off.mean()) if bar else float(off.all())

    def _ink(self, text: Text) -> tuple[float, float, float]:
        """Share covered, ink (0 or 1), contrast."""
        box = text.box
        rows, columns = _span(box.y0, box.y1), _span(box.x0, box.x1)
        mask = 1.0 - self.mask[rows, columns, 1].astype(float) / 255.0
        pixels = self.image[rows, columns].astype(float)
        if not mask.size or mask.max() < 0.2:
            return 0.0, 0.0, 1.0
        clear = mask < 0.05
        paper = np.median(pixels[clear], axis=0) if clear.any() else np.median(pixels, axis=(0, 1))
        color = np.array(over(as_color(text.fill), text.opacity, tuple(paper)))
        core = mask >= min(0.75, 0.9 * float(mask.max()))
        expected = mask[core][:, None] * color + (1 - mask[core][:, None]) * paper
        off = np.abs(pixels[core] - expected).max(axis=1)
        return float((off > _OFF).mean()), 1.0, contrast(tuple(color), tuple(paper))

    def _overlapped(self, text: Text) -> float:
        own, quad = area(self._tight[text.number]), self._tight[text.number]
        others = (q for n, q in enumerate(self._tight) if n != text.number)
        return max((shared_area(quad, o) / own for o in others), default=0.0) if own else 0.0

    @cached_property
    def _tight(self) -> list[Polygon]:
        return [tight(t) for t in self.report.texts]


def tight(text: Text) -> Polygon:
    """A text's outline from the top of its capitals to the foot of its descenders: faces reserve much more than that."""
    ascent, descent = _metrics(text.family if text.family in fonts.FAMILIES else "Lato", text.bold)
    (ax, ay), b, c, (dx, dy) = text.quad
    tall = math.hypot(dx - ax, dy - ay)
    if not tall:
        return text.quad
    down = ((dx - ax) / tall * text.font_px, (dy - ay) / tall * text.font_px)
    above, below = max(0.0, ascent - CAPITALS), max(0.0, descent - DESCENDERS)
    top, foot = (down[0] * above, down[1] * above), (down[0] * below, down[1] * below)
    return (
        (ax + top[0], ay + top[1]), (b[0] + top[0], b[1] + top[1]), (c[0] - foot[0], c[1] - foot[1]),
        (dx - foot[0], dy - foot[1]),
    )  # fmt: skip


@cache
def _metrics(family: str, bold: bool) -> tuple[float, float]:
    """Ascent and descent that a face reserves, in font sizes."""
    ascent, descent = ImageFont.truetype(str(fonts.face(family, bold)), 100).getmetrics()
    return ascent / 100, descent / 100


def clip_share(box: Box, rect: tuple[float, float, float, float]) -> float:
    """Share of a box inside a clip rectangle."""
    clip = Box(x0=rect[0], y0=rect[1], x1=rect[2], y1=rect[3])
    return box.overlap(clip) / box.area if box.area else 0.0


def _span(start: float, end: float) -> slice:
    return slice(max(0, math.floor(start)), max(0, math.ceil(end)))


@cache
def as_color(css: str) -> Color:
    """A computed CSS colour, 'rgb(31, 119, 180)', as three numbers; black if it is none."""
    found = [float(v) for v in re.findall(r"[\d.]+", css)]
    return (found[0], found[1], found[2]) if len(found) >= 3 else (0.0, 0.0, 0.0)


def as_hex(css: str) -> str:
    """A computed CSS colour as '#1f77b4'."""
    return "#" + "".join(f"{min(255, round(v)):02x}" for v in as_color(css))


def missing(text: Text) -> str:
    """Characters that no face the browser can use has: its own family's, or, as it falls back, another one of ours."""
    family = text.family if text.family in fonts.FAMILIES else "Lato"
    absent = fonts.missing(text.text, family, text.bold, text.italic)
    return "".join(c for c in absent if all(fonts.missing(c, f) for f in fonts.FAMILIES))
