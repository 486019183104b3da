"""How well the texts and marks of a plotly picture can be seen: measured in its pixels, against a mask of all text."""

import math
import re
from dataclasses import dataclass, field
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
_CROSSED: Final = 0.25
"""Share of a bar that lines, and the grounds of labels, may hide while its end is seen."""


@dataclass
class Sight:
    """Measures one picture. `image`: RGB as drawn. `mask`: the text alone, black on white, of the same size."""

    report: Report
    image: Pixels
    mask: Pixels
    _known: dict[int, Seen] = field(default_factory=dict)

    def text(self, text: Text) -> Seen:
        """Facts about one text."""
        if text.number not in self._known:
            self._known[text.number] = self._measured(text)
        return self._known[text.number]

    def _measured(self, text: Text) -> Seen:
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

    def mark(self, mark: Mark, across: str = "", end: float = 0.0) -> Seen:
        """Facts about a mark that has no text. How thick it is counts: its length is its value.

        Args: across: for a bar, the direction of its thickness, 'x' or 'y'. end: the pixel along the bar where it ends.
        """
        box = mark.box
        if box is None:
            return Seen(height_px=0, ink=0)
        thickness = {"x": box.width, "y": box.height}.get(across, max(2 * VERTEX_PX, min(box.width, box.height)))
        return Seen(
            height_px=thickness,
            inside=inside_share([box], self.report.width, self.report.height),
            covered=self._covered(mark, end_of(box, across, end)),
            clipped=any(clip_share(box, rect) < 0.5 for rect in mark.clips),
            contrast=contrast(as_color(mark.color), as_color(self.report.ground)),
        )

    def _covered(self, mark: Mark, end: Box | None) -> float:
        """Share of a bar, but for text on it, that has another colour: of its end if that is mostly hidden, else of all
        if that is more than what may cross it: a bar is read at its end.

        For a point 1 if nothing there has its colour.
        """
        if mark.fill.startswith("url") or mark.opacity < 1 or mark.box is None:
            return 0.0
        if mark.at is not None:
            x, y = mark.at
            reach = 2.0 if mark.fill else 7.0  # a dashed line may have its gap at the vertex
            return float(self._other(mark, Box(x0=x - reach, y0=y - reach, x1=x + reach, y1=y + reach)) == 1)
        if end is None:
            return 0.0
        b, hidden = mark.box, self._other(mark, end)
        if hidden > 0.4:
            return hidden
        hidden = self._other(mark, Box(x0=b.x0 + 3, y0=b.y0 + 3, x1=b.x1 - 3, y1=b.y1 - 3))
        return hidden if hidden > _CROSSED else 0.0

    def _other(self, mark: Mark, near: Box) -> float:
        """Share of the pixels without text there that have another colour than the mark's."""
        rows, columns = _span(near.y0, near.y1), _span(near.x0, near.x1)
        pixels = self.image[rows, columns][self.mask[rows, columns, 1] > 240].astype(float)
        if not len(pixels):
            return 0.0
        off = np.abs(pixels - np.array(as_color(mark.fill or mark.color))).max(axis=1) > _OFF
        return float(off.mean())

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
        """Largest share of a text's outline that another text's has too."""
        boxes, (x0, y0, x1, y1) = self._bounds, self._bounds[text.number]
        near = (boxes[:, 0] < x1) & (boxes[:, 2] > x0) & (boxes[:, 1] < y1) & (boxes[:, 3] > y0)
        near[text.number] = False
        quad = self._tight[text.number]
        own = area(quad)
        shares = (shared_area(quad, self._tight[n]) / own for n in np.flatnonzero(near)) if own else ()
        return max(shares, default=0.0)

    @cached_property
    def _bounds(self) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
        """x0, y0, x1, y1 of every outline."""
        corners = np.array(self._tight).reshape(-1, 4, 2)
        return np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)

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


def end_of(box: Box, across: str, end: float) -> Box | None:
    """The last pixels of a bar, without its outline; None if it has no room for them."""
    x0, y0, x1, y1 = box.x0 + 3, box.y0 + 3, box.x1 - 3, box.y1 - 3
    if not across or x1 - x0 < 2 or y1 - y0 < 2:
        return None
    if across == "x":
        y0, y1 = (y0, min(y1, y0 + 4)) if abs(end - box.y0) < abs(end - box.y1) else (max(y0, y1 - 4), y1)
    else:
        x0, x1 = (x0, min(x1, x0 + 4)) if abs(end - box.x0) < abs(end - box.x1) else (max(x0, x1 - 4), x1)
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)


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
