"""Measures on pixels: what is painted in a box, how much of it, and how it stands out."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Color = tuple[float, float, float]


class Paint(NamedTuple):
    """What was found in some boxes. ink: pixels fully inked, or the sum of partly inked ones. contrast: WCAG, 1 to 21."""

    ink: float
    contrast: float


def luminance(color: NDArray[np.float64]) -> NDArray[np.float64]:
    """Relative luminance of sRGB colours (0 to 255, last axis is the channel). Source: WCAG 2.2."""
    part = color / 255.0
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


@lru_cache(maxsize=4096)
def contrast(one: Color, other: Color) -> float:
    """WCAG contrast ratio of two sRGB colours, 1 to 21."""
    bright, dark = sorted(luminance(np.array([one, other], dtype=np.float64)).tolist(), reverse=True)
    return float((bright + 0.05) / (dark + 0.05))


def over(color: Color, alpha: float, ground: Color) -> Color:
    """A translucent colour on an opaque one."""
    mixed = [c * alpha + g * (1 - alpha) for c, g in zip(color, ground, strict=True)]
    return mixed[0], mixed[1], mixed[2]


def commonest(patch: Pixels) -> Color:
    """The colour that most pixels of a patch have: its background."""
    flat = patch.reshape(-1, 3).astype(np.int32)
    corner = flat[0]
    if 2 * int((flat == corner).all(axis=1).sum()) > len(flat):
        return float(corner[0]), float(corner[1]), float(corner[2])
    packed = (flat[:, 0] << 16) | (flat[:, 1] << 8) | flat[:, 2]
    values, counts = np.unique(packed, return_counts=True)
    found = int(values[np.argmax(counts)])
    return float(found >> 16), float((found >> 8) & 255), float(found & 255)


def painted(patches: list[Pixels], color: Color, alpha: float) -> Paint:
    """Ink of a known colour on what is behind it: each pixel counts by how far it is from background to full ink."""
    total, worst = 0.0, 21.0
    for patch in patches:
        ground = commonest(patch)
        full = over(color, alpha, ground)
        worst = min(worst, contrast(full, ground))
        way = np.array(full, dtype=np.float32) - np.array(ground, dtype=np.float32)
        length = float(way @ way)
        if length >= 1:
            share = (patch.reshape(-1, 3) @ way - float(way @ np.array(ground, dtype=np.float32))) / length
            total += float(share.clip(0, 1).sum())
    return Paint(total, worst if patches else 1.0)


def uncovered(patches: list[Pixels], bare: list[Pixels]) -> Paint:
    """Ink of unknown colour: the difference between a picture and the same picture without its text."""
    total, worst = 0.0, 21.0
    for patch, ground in zip(patches, bare, strict=True):
        drawn, behind = patch.reshape(-1, 3).astype(np.float64), ground.reshape(-1, 3).astype(np.float64)
        size = np.abs(drawn - behind).sum(axis=1)
        strongest = float(size.max(initial=0.0))
        if strongest < 6:
            worst = 1.0
            continue
        total += float((size / strongest).sum())
        full = size >= 0.85 * strongest
        bright, dark = luminance(drawn[full]) + 0.05, luminance(behind[full]) + 0.05
        worst = min(worst, float(np.median(np.maximum(bright, dark) / np.minimum(bright, dark))))
    return Paint(total, worst if patches else 1.0)


def patch(pixels: Pixels, x0: float, y0: float, x1: float, y1: float) -> Pixels:
    """The pixels that a rectangle touches."""
    height, width = pixels.shape[:2]
    left, top = max(0, int(np.floor(x0))), max(0, int(np.floor(y0)))
    right, bottom = min(width, int(np.ceil(x1))), min(height, int(np.ceil(y1)))
    return pixels[top : max(bottom, top), left : max(right, left)]


def widened(pixels: Pixels, x0: float, y0: float, x1: float, y1: float, reach: int = 3) -> tuple[int, int, int, int]:
    """The rectangle in whole pixels, each side moved outwards (by at most `reach`) until no glyph lies across it.

    Side bearings let an italic or a slash stick out of its advance box by a pixel or two.
    """
    height, width = pixels.shape[:2]
    left, top = max(0, int(np.floor(x0))), max(0, int(np.floor(y0)))
    right, bottom = min(width, int(np.ceil(x1))), min(height, int(np.ceil(y1)))
    for _ in range(reach):
        moved = (
            left > 0 and not _plain(pixels[top:bottom, left]),
            top > 0 and not _plain(pixels[top, left:right]),
            right < width and not _plain(pixels[top:bottom, right - 1]),
            bottom < height and not _plain(pixels[bottom - 1, left:right]),
        )
        if not any(moved):
            break
        left, top, right, bottom = left - moved[0], top - moved[1], right + moved[2], bottom + moved[3]
    return left, top, right, bottom


def _plain(line: Pixels) -> bool:
    return bool((line == line[:1]).all())
