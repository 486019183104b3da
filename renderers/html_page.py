"""What the script in the page tells, typed; and the measures of each marked value that pixels add to it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cosyn_multi.model import Box, Seen, Word
from cosyn_multi.renderers import ink
from cosyn_multi.renderers.fonts import misdrawn
from cosyn_multi.renderers.glyphs import face_file, family_of, lacking, text_ink
from cosyn_multi.renderers.ink import Pixels

FIT: Final = Path(__file__).with_name("fit.js").read_text(encoding="utf-8")
LOOK: Final = Path(__file__).with_name("look.js").read_text(encoding="utf-8")
BARE: Final = Path(__file__).with_name("bare.js").read_text(encoding="utf-8")
TOFU: Final = Path(__file__).with_name("tofu.js").read_text(encoding="utf-8")
_HEIGHT: Final = 0.9
"""Height of a line of text, ascender to descender, in em: what `height_px` tells."""
_CORE: Final = 0.24
"""Share of a line box above and below that is empty leading: not counted when two texts overlap."""
_PLAUSIBLE: Final = (0.55, 1.8)
"""Measured over expected ink beyond which a second picture decides."""


class TextStyle(NamedTuple):
    """How a run of text is drawn."""

    css_family: str
    size_px: float
    weight: float
    italic: bool
    red: float
    green: float
    blue: float
    alpha: float
    unsure: bool
    small_caps: bool

    @property
    def face(self) -> Path:
        return face_file(family_of(self.css_family), self.weight, self.italic)

    @property
    def color(self) -> ink.Color:
        return self.red, self.green, self.blue

    @property
    def css_font(self) -> str:
        return f"{'italic ' if self.italic else ''}{self.weight:g} 24px {self.css_family}"


@dataclass(frozen=True)
class Mark:
    """One drawing of a bound value. rects: its visible pieces; inside: share of it within the frame."""

    index: int
    number: int
    text: str
    rects: tuple[tuple[float, float, float, float], ...]
    style: TextStyle | None
    inside: float
    clipped: bool
    covered: float
    hidden: bool

    @property
    def shown(self) -> str:
        return " ".join(self.text.split())


@dataclass(frozen=True)
class Look:
    """A page as its script saw it."""

    marks: tuple[Mark, ...]
    words: tuple[Word, ...]
    word_marks: tuple[int, ...]
    styles: tuple[TextStyle, ...]
    word_styles: tuple[int, ...]


def parse(answer: str) -> Look:
    """The answer of look.js."""
    told: dict[str, Any] = json.loads(answer)
    styles = tuple(TextStyle(*s) for s in told["styles"])
    marks = tuple(
        Mark(i, number, text, tuple(map(tuple, rects)), styles[s] if s >= 0 else None, inside, clipped, covered, hidden)
        for i, (number, text, rects, s, inside, clipped, covered, hidden) in enumerate(told["marks"])
    )
    words = tuple(Word(text=w[0], box=Box(x0=w[1], y0=w[2], x1=w[3], y1=w[4])) for w in told["words"])
    return Look(marks, words, tuple(w[5] for w in told["words"]), styles, tuple(w[6] for w in told["words"]))


class Inspector:
    """Measures marks on the picture. `bare` (the picture without text) is asked for only if some mark needs it."""

    def __init__(self, look: Look, pixels: Pixels, tofu: frozenset[tuple[str, str]]) -> None:
        self.look, self.pixels, self.tofu = look, pixels, tofu
        self._overlap = self._overlaps()
        self._paints = {m.index: self._paint(m) for m in self._drawn()}

    def _drawn(self) -> Iterator[Mark]:
        return (m for m in self.look.marks if m.rects and m.style)

    def _patches(self, mark: Mark, pixels: Pixels) -> list[Pixels]:
        return [p for r in mark.rects if (p := ink.patch(pixels, *r)).size]

    def _paint(self, mark: Mark) -> ink.Paint:
        assert mark.style is not None
        return ink.painted(self._patches(mark, self.pixels), mark.style.color, mark.style.alpha)

    def _expected(self, mark: Mark) -> float:
        assert mark.style is not None
        return text_ink(mark.text, mark.style.face) * mark.style.size_px**2

    def unsure(self) -> list[Mark]:
        """Marks whose ink one picture does not settle."""
        found = []
        for mark in self._drawn():
            ratio = self._paints[mark.index].ink / max(self._expected(mark), 0.01)
            usual = mark.style is not None and not mark.style.unsure and _PLAUSIBLE[0] <= ratio <= _PLAUSIBLE[1]
            if not usual and not mark.hidden:
                found.append(mark)
        return found

    def settle(self, marks: list[Mark], bare: Pixels) -> None:
        """Judge these marks by the difference to a picture without text."""
        for mark in marks:
            paint = ink.uncovered(self._patches(mark, self.pixels), self._patches(mark, bare))
            sure = mark.style is not None and not mark.style.unsure
            stated = self._paints[mark.index].contrast if sure else 21.0
            self._paints[mark.index] = ink.Paint(paint.ink, min(paint.contrast, stated) if paint.ink else 1.0)

    def seen(self, mark: Mark) -> Seen:
        """How well one drawing can be seen."""
        style, paint = mark.style, self._paints.get(mark.index)
        if style is None or paint is None:
            return Seen(height_px=0, inside=0, ink=0, contrast=1)
        expected = self._expected(mark)
        return Seen(
            height_px=round(min(style.size_px * _HEIGHT, max(max(r[3] - r[1], 0) for r in mark.rects)), 2),
            inside=round(min(1.0, mark.inside), 4),
            covered=round(mark.covered, 4),
            clipped=mark.clipped,
            contrast=1.0 if mark.hidden else round(paint.contrast, 2),
            ink=0.0 if mark.hidden else round(min(1.0, paint.ink / expected), 3) if expected else 1.0,
            missing=self.missing(mark.text, style),
            overlapped=round(self._overlap.get(mark.index, 0.0), 4),
        )

    def missing(self, text: str, style: TextStyle) -> str:
        """Characters that no face draws, or that the face draws as another one."""
        wrong = misdrawn(style.face)
        return "".join(c for c in lacking(text, style.face) if (c, style.css_font) in self.tofu or ord(c) in wrong)

    def _overlaps(self) -> dict[int, float]:
        """Per mark, the largest share of one of its lines that words of other texts lie on; all at once."""
        lines = [(m.index, r) for m in self.look.marks for r in m.rects]
        owners = np.array([i for i, _ in lines], dtype=np.int64)
        ours = _cores([r for _, r in lines])
        words = _cores([(w.box.x0, w.box.y0, w.box.x1, w.box.y1) for w in self.look.words])
        wide = np.minimum(ours[:, None, 2], words[None, :, 2]) - np.maximum(ours[:, None, 0], words[None, :, 0]) - 0.5
        high = np.minimum(ours[:, None, 3], words[None, :, 3]) - np.maximum(ours[:, None, 1], words[None, :, 1])
        others = owners[:, None] != np.array(self.look.word_marks, dtype=np.int64)[None, :]
        shared = (wide.clip(0) * high.clip(0) * others).sum(axis=1)
        areas = ((ours[:, 2] - ours[:, 0]) * (ours[:, 3] - ours[:, 1])).clip(1)
        worst: dict[int, float] = {}
        for owner, share in zip(owners.tolist(), (shared / areas).clip(0, 1).tolist(), strict=True):
            worst[owner] = max(share, worst.get(owner, 0.0))
        return worst

    def boxes(self, mark: Mark) -> tuple[Box, ...]:
        """Its boxes in whole pixels, wide enough that no ink of its own lies across a side."""
        made = (ink.widened(self.pixels, *r) for r in mark.rects)
        return tuple(Box(x0=a, y0=b, x1=c, y1=d) for a, b, c, d in made if a < c and b < d)


def _cores(rects: Sequence[tuple[float, float, float, float]]) -> NDArray[np.float64]:
    """Line boxes without the leading above and below their letters."""
    boxes = np.array(rects, dtype=np.float64).reshape(-1, 4)
    lead = (boxes[:, 3] - boxes[:, 1]) * _CORE
    boxes[:, 1] += lead
    boxes[:, 3] -= lead
    return boxes


def strange(look: Look) -> list[tuple[str, str]]:
    """(character, CSS font) pairs that the first face of a text lacks; a canvas tells whether another face has them."""
    found: set[tuple[str, str]] = set()
    for mark in look.marks:
        if mark.style:
            found |= {(c, mark.style.css_font) for c in lacking(mark.text, mark.style.face)}
    return sorted(found)
