"""Where a point's name can stand without covering another name or point."""

from collections.abc import Sequence
from itertools import product

Rect = tuple[float, float, float, float]
"""left, bottom, right, top; pixels, y up."""


def free_place(
    spot: tuple[float, float], width: float, height: float, gap: float, taken: Sequence[Rect], frame: Rect
) -> tuple[float, float]:
    """Lower left corner of a name near its point: right, left, above, below, then the corners, then further out; the
    first place inside the frame that covers nothing, else the one that covers least."""
    x, y = spot
    tried: list[tuple[float, float, float]] = []
    for far, (dx, dy) in product((0.0, 9.0, 18.0), _SIDES):
        left = x + gap + far if dx > 0 else x - gap - far - width if dx < 0 else x - width / 2
        rise = far + (gap if dx == 0 else 0.0)
        bottom = y + rise if dy > 0 else y - rise - height if dy < 0 else y - height / 2
        here = (left - 2, bottom - 1, left + width + 2, bottom + height + 1)
        cost = sum(_shared(here, other) for other in taken) + 5 * _outside(here, frame)
        if cost == 0:
            return left, bottom
        tried.append((cost, left, bottom))
    _, left, bottom = min(tried)
    return left, bottom


_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))


def _shared(a: Rect, b: Rect) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def _outside(a: Rect, frame: Rect) -> float:
    return (a[2] - a[0]) * (a[3] - a[1]) - _shared(a, frame)
