"""Points given against the areas that are right: image by image as many, each in an area of its own."""

from collections.abc import Sequence
from typing import Final

from cosyn_multi.pointing import Area, parse

from .matching import matched
from .members import UNPARSED, Score

ROUNDING: Final = 1
"""Thousandths that a point may lie outside an area under the strict rule: what rounding to the grid makes."""
NEAR: Final = 10
"""The same under the relaxed rule: half a line of small print."""


def score_points(given: str, right: Sequence[str]) -> Score:
    """See `scoring.score`. right: areas as text. A text that points nowhere is parsed, and wrong."""
    try:
        points = parse(given).points
    except ValueError:
        return UNPARSED
    areas: dict[int, list[Area]] = {}
    for text in right:
        areas.setdefault(int(text[0]), []).append(Area.of_text(text))
    if {i: len(p) for i, p in points.items()} != {i: len(a) for i, a in areas.items()}:
        return Score(False, True, False)

    def fit(slack: int) -> bool:
        return all(matched([[a.holds(p, slack) for a in areas[i]] for p in points[i]]) for i in areas)

    return Score(fit(ROUNDING), True, fit(NEAR))
