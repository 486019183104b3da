"""Whether a picture of a template will do: every declared cell readable; nothing cut off, overlapping or empty.

The checks of a run judge what questions may rest on. Here the whole picture is looked at: readings that nothing needs,
and words that a template prints of its own.
"""

import io
from collections.abc import Iterator
from typing import Final

import numpy as np
from PIL import Image

from cosyn_multi.checks.legible import fault
from cosyn_multi.checks.view import view_faults
from cosyn_multi.model import Reject, Rendering, View, Word

MOST_SHARED: Final = (0.1, 0.5)
"""Share of the smaller one's width and height that the boxes of two words may both cover: the boxes of lines that are
set tightly overlap a little, though no ink of theirs touches."""
_SLANT: Final = 0.25
EDGE_PX: Final = 0.02
LEAST_INK: Final = 0.001
"""Share of pixels that must differ from the ground."""


def faults(view: View, rendering: Rendering) -> tuple[Reject, ...]:
    """All that is wrong with a picture; empty if it will do."""
    found = [*view_faults(view, rendering), *_readings(view, rendering)]
    found += [_reject(view, "blank", f"the picture is {1 - _ink(rendering):.2%} one colour")] * (
        _ink(rendering) < LEAST_INK
    )
    found += [_reject(view, slug, detail) for slug, detail in _words(rendering)]
    return tuple({(f.reason, f.detail): f for f in found}.values())


def _readings(view: View, rendering: Rendering) -> Iterator[Reject]:
    for reading in (*rendering.cells, *rendering.keys):
        if found := fault(reading):
            yield _reject(view, *found)


def _words(rendering: Rendering) -> Iterator[tuple[str, str]]:
    for word in rendering.words:
        if _at_frame(word, rendering):
            yield "word_outside", f"{word.text!r} is cut off by the frame, or touches it"
    for word, other in _touching(rendering.words):
        yield "words_overlap", f"{word.text!r} and {other.text!r} are drawn over each other"


def _at_frame(word: Word, rendering: Rendering) -> bool:
    """Whether a word reaches the frame or beyond; some renderers tell only of the part that is inside."""
    box = word.box
    return box.x0 < EDGE_PX or box.y0 < EDGE_PX or max(box.x1 - rendering.width, box.y1 - rendering.height) > -EDGE_PX


def _touching(words: tuple[Word, ...]) -> Iterator[tuple[Word, Word]]:
    """Pairs of words that share too much of their boxes; words come from top to bottom once sorted."""
    order = sorted(((n, w) for n, w in enumerate(words) if w.box.area), key=lambda w: w[1].box.y0)
    for i, (number, word) in enumerate(order):
        for after, other in order[i + 1 :]:
            if other.box.y0 >= word.box.y1:
                break
            slanted = abs(after - number) == 1 and _aslant(word, other)
            if not slanted and _shares(word, other):
                yield word, other


def _aslant(word: Word, other: Word) -> bool:
    """Whether neighbours in a text are set along a slanted line: their upright boxes share a corner, their ink nothing."""
    a, b = word.box, other.box
    least = _SLANT * min(a.width, b.width, a.height, b.height)
    return min(abs(a.x0 - b.x0), abs(a.x1 - b.x1)) > least and min(abs(a.y0 - b.y0), abs(a.y1 - b.y1)) > least


def _shares(word: Word, other: Word) -> bool:
    a, b = word.box, other.box
    width = min(a.x1, b.x1) - max(a.x0, b.x0)
    height = min(a.y1, b.y1) - max(a.y0, b.y0)
    return width > MOST_SHARED[0] * min(a.width, b.width) and height > MOST_SHARED[1] * min(a.height, b.height)


def _ink(rendering: Rendering) -> float:
    """Share of pixels that differ from the most frequent colour."""
    pixels = np.asarray(Image.open(io.BytesIO(rendering.png)).convert("L"))
    return 1 - float(np.bincount(pixels.ravel(), minlength=256).max()) / pixels.size


def _reject(view: View, reason: str, detail: str) -> Reject:
    return Reject(stage="view", reason=reason, detail=detail[:500], image=view.image)
