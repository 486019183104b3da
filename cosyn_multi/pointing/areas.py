"""Area: where a point may lie, in the grid of thousandths that points are written in."""

import math
import re
from collections.abc import Iterable
from typing import NamedTuple, Self

from cosyn_multi.model import Box, Rendering

from .text_form import MOST, Grid, write

_TEXT = re.compile(r"[1-9]( \d{1,4}){4}")


class Area(NamedTuple):
    """A rectangle of one image, in thousandths of its width and height, edges included; left <= right, top <= bottom."""

    image: int
    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of_text(cls, text: str) -> Self:
        """From '1 190 320 220 340', as `text` writes it. Raises: ValueError."""
        numbers = [int(n) for n in text.split()] if _TEXT.fullmatch(text) else []
        if not numbers or not (numbers[1] <= numbers[3] <= MOST and numbers[2] <= numbers[4] <= MOST):
            raise ValueError(f"{text!r}: an image's number, then left, top, right and bottom in thousandths")
        return cls(*numbers)

    @property
    def text(self) -> str:
        return " ".join(map(str, self))

    @property
    def middle(self) -> Grid:
        """The point that stands for the area; inside it."""
        return (self.left + self.right) // 2, (self.top + self.bottom) // 2

    def holds(self, point: Grid, slack: int = 0) -> bool:
        """Whether a point is inside, or outside by no more than `slack` thousandths."""
        x, y = point
        return self.left - slack <= x <= self.right + slack and self.top - slack <= y <= self.bottom + slack


def area_of(image: int, box: Box, rendering: Rendering) -> Area | None:
    """The points of the grid that a box in pixels holds; None if it is too thin to hold any."""
    across, down = MOST / rendering.width, MOST / rendering.height
    left, right = max(0, math.ceil(box.x0 * across)), min(MOST, math.floor(box.x1 * across))
    top, bottom = max(0, math.ceil(box.y0 * down)), min(MOST, math.floor(box.y1 * down))
    return Area(image, left, top, right, bottom) if left <= right and top <= bottom else None


def written(areas: Iterable[Area], label: str) -> str:
    """The text form with the middle of each area."""
    images: dict[int, list[tuple[float, float]]] = {}
    for area in areas:
        x, y = area.middle
        images.setdefault(area.image, []).append((x / 10, y / 10))
    return write([images.get(i, []) for i in range(1, max(images, default=0) + 1)], label)
