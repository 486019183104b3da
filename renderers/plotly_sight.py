"""How well the texts and marks of a plotly picture can be seen: measured in its pixels, against a mask of all text."""

import math
import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cosyn_multi.model import Box, Seen

from . import fonts
from .marks import inside_share
from .plotly_report import Mark, Report, Text, area, shared_area

Pixels = NDArray[np.uint8]
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
        covered, ink, contrast = self._ink(text)
        shares = [clip_share(text.box, rect) for rect in text.clips]
        return Seen(
            height_px=text.height,
            inside=inside_share([text.box], self.report.width, self.report.height),
            covered=covered,
            clipped=any(s < 0.97 for s in shares) or text.text.rstrip().endswith(("…", "...")),
            contrast=contrast,
            ink=ink,
            missing=missing(text),
            overlapped=self._overlapped(text),
        )

    def mark(self, mark: Mark) -> Seen:
        """Facts about a mark that has no text: its height is its smaller side, at least a vertex' square."""
        box = mark.box
        if box is None:
            return Seen(height_px=0, ink=0)
        shares = [clip_share(box, rect) for rect in mark.clips]
        return Seen(
            height_px=min(box.width, box.height) if mark.at is None else max(8.0, min(box.width, box.height)),
            inside=inside_share([box], self.report.width, self.report.height),
            clipped=any(s < 0.5 for s in shares),
            contrast=contrast_of(rgb(mark.color), self.ground),
        )

    @cached_property
    def ground(self) -> "NDArray[np.float64]":
        """The colour that most of the plot has."""
        p = self.report.plot
        pixels = self.image[_span(p.y0, p.y1), _span(p.x0, p.x1)].reshape(-1, 3)
        if not len(pixels):
            return np.array([255.0, 255.0, 255.0])
        colors, counts = np.unique(pixels[::7], axis=0, return_counts=True)
        return colors[counts.argmax()].astype(float)

    def _ink(self, text: Text) -> tuple[float, float, float]:
        """Share covered, ink (0 or 1), contrast."""
        box = text.box
        rows, columns = _span(box.y0, box.y1), _span(box.x0, box.x1)
        mask = 1.0 - self.mask[rows, columns].min(axis=2).astype(float) / 255.0
        pixels = self.image[rows, columns].astype(float)
        if not mask.size or mask.max() < 0.2:
            return 0.0, 0.0, 1.0
        clear = mask < 0.05
        paper = np.median(pixels[clear], axis=0) if clear.any() else np.median(pixels, axis=(0, 1))
        color = text.opacity * rgb(text.fill) + (1 - text.opacity) * paper
        core = mask >= min(0.75, 0.9 * float(mask.max()))
        expected = mask[core][:, None] * color + (1 - mask[core][:, None]) * paper
        off = np.abs(pixels[core] - expected).max(axis=1)
        return float((off > _OFF).mean()), 1.0, contrast_of(color, paper)

    def _overlapped(self, text: Text) -> float:
        own = area(text.quad)
        others = (t for t in self.report.texts if t.number != text.number)
        return max((shared_area(text.quad, o.quad) / own for o in others), default=0.0) if own else 0.0


def clip_share(box: Box, rect: tuple[float, float, float, float]) -> float:
    """Share of a box inside a clip rectangle."""
    clip = Box(x0=rect[0], y0=rect[1], x1=rect[2], y1=rect[3])
    return box.overlap(clip) / box.area if box.area else 0.0


def _span(start: float, end: float) -> slice:
    return slice(max(0, math.floor(start)), max(0, math.ceil(end)))


@cache
def rgb(color: str) -> "NDArray[np.float64]":
    """A computed CSS colour, 'rgb(31, 119, 180)', as three numbers; black if it is none."""
    found = re.findall(r"[\d.]+", color)
    return np.array([float(v) for v in found[:3]]) if len(found) >= 3 else np.zeros(3)


def contrast_of(a: "NDArray[np.float64]", b: "NDArray[np.float64]") -> float:
    """WCAG 2 contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: "NDArray[np.float64]") -> float:
    c = np.clip(color, 0, 255) / 255.0
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def missing(text: Text) -> str:
    """Characters that no face the browser can use has: its own family's, or, as it falls back, another one of ours."""
    family = text.family if text.family in fonts.FAMILIES else "Lato"
    absent = fonts.missing(text.text, family, text.bold, text.italic)
    return "".join(c for c in absent if all(fonts.missing(c, f) for f in fonts.FAMILIES))
