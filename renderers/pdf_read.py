"""From a drawn PDF page to readings: what stands in each bound value's rectangles, and how well it can be seen."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cosyn_multi.model import Box, Part, Reading, Seen, Unreadable, View, needed_keys, read
from cosyn_multi.model.reading import ReadingRole

from .bound import Bound
from .fonts import missing
from .ink import Color, contrast
from .pdf_page import Page, crop
from .pdf_text import Mark

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Read:
    """All readings of one page; `lost` as in Rendering."""

    cells: tuple[Reading, ...]
    keys: tuple[Reading, ...]
    lost: tuple[str, ...]


def readings(view: View, bound: Sequence[Bound], marks: Iterable[Mark], page: Page) -> Read:
    """Read every bound value where it was drawn; of several drawings of one ref the best seen one counts."""
    drawings: dict[tuple[int, int], list[Mark]] = {}
    for mark in marks:
        drawings.setdefault(mark.drawing, []).append(mark)
    best: dict[str, Reading] = {}
    failed: dict[str, str] = {}
    for lines in drawings.values():
        ref = lines[0].bound.ref
        found = _reading(view, lines, page)
        if isinstance(found, str):
            failed[ref] = found
        elif ref not in best or _rank(found) > _rank(best[ref]):
            best[ref] = found
    refs = dict.fromkeys(b.ref for b in bound if len(b))
    lost = tuple(f"{ref}: {failed.get(ref, 'not drawn')}" for ref in refs if ref not in best)
    ordered = [best[ref] for ref in refs if ref in best]
    return Read(tuple(r for r in ordered if r.role == "cell"), tuple(r for r in ordered if r.role != "cell"), lost)


def _reading(view: View, lines: list[Mark], page: Page) -> Reading | str:
    """One drawing of one value as a reading, or why it can't be read."""
    bound = lines[0].bound
    held = [page.chars.inside(page.box(mark.rect)) for mark in lines]
    mine: Mask = np.logical_or.reduce(held)
    drawn = page.chars.string(mine)
    if not drawn:
        lacking = missing(str(bound), *lines[0].face)
        return f"no glyph for {lacking!r}" if lacking else "nothing drawn in its place"
    role = _role(bound.ref)
    same = _fold(drawn) == _fold(str.__str__(bound))
    if role != "cell" and not same and _fold(drawn).casefold() != _fold(str.__str__(bound)).casefold():
        return f"drawn as {drawn!r}"
    if not same and _tangled(page, mine):
        return f"other text over it: {drawn!r}"
    boxes = [_line_box(page, mark, chars) for mark, chars in zip(lines, held, strict=True) if chars.any()]
    frame = Box(x0=0, y0=0, x1=page.width, y1=page.height)
    kept = tuple(b for box in boxes if (b := _meet(box, frame)) is not None)
    if not kept:
        return "outside the frame"
    shown = str.__str__(bound) if same else drawn
    reading = Reading(ref=bound.ref, role=role, shown=shown, boxes=kept, seen=_seen(page, lines, boxes, mine, shown))
    return _with_value(view, reading) if role == "cell" else reading


def _with_value(view: View, reading: Reading) -> Reading | str:
    part, row, name = _cell(view, reading.ref)
    column = part.column(name)
    try:
        value = read(reading.shown, column.kind, column.format, view.locale)
    except Unreadable:
        return f"unreadable: drawn as {reading.shown!r}"
    keys = needed_keys(part, row, name)
    return reading.model_copy(update={"kind": column.kind, "value": value, "keys": keys})


def _role(ref: str) -> ReadingRole:
    if ref.endswith("]") or "]." in ref:
        return "cell"
    if ref.startswith("@note"):
        return "note"
    if ref == "@page":
        return "text"
    return "title" if "@" in ref else "header"


def _cell(view: View, ref: str) -> tuple[Part, int, str]:
    name, _, rest = ref.partition("[")
    row, _, column = rest.partition("].")
    return view.part(name), int(row), column


def _fold(text: str) -> str:
    """A text as compared: compatibility forms resolved, white space out (in a PDF a space is only a gap)."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _tangled(page: Page, mine: Mask) -> bool:
    """Whether glyphs lie on one another, as two texts in one place do: a quarter of the smaller one or more."""
    b = page.chars.boxes[mine]
    wide = np.minimum(b[:, None, 2], b[None, :, 2]) - np.maximum(b[:, None, 0], b[None, :, 0])
    high = np.minimum(b[:, None, 3], b[None, :, 3]) - np.maximum(b[:, None, 1], b[None, :, 1])
    area = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    shared = np.clip(wide, 0, None) * np.clip(high, 0, None)
    np.fill_diagonal(shared, 0)
    return bool((shared > 0.25 * np.minimum(area[:, None], area[None, :])).any())


def _line_box(page: Page, mark: Mark, held: Mask) -> Box:
    """Across: the glyphs; down: the em box of the line, and whatever glyphs stick out of it."""
    sides = page.chars.boxes[held]
    em = page.box(mark.rect)
    left, top = min(sides[:, 0].min(), em.x1), min(sides[:, 1].min(), em.y0)
    right, bottom = max(sides[:, 2].max(), left + 1), max(sides[:, 3].max(), em.y1)
    return Box(x0=float(left), y0=float(top), x1=float(right), y1=float(bottom))


def _meet(box: Box, frame: Box) -> Box | None:
    if box.overlap(frame) <= 0:
        return None
    return Box(x0=max(box.x0, frame.x0), y0=max(box.y0, frame.y0), x1=min(box.x1, frame.x1), y1=min(box.y1, frame.y1))


def _seen(page: Page, lines: list[Mark], boxes: list[Box], mine: Mask, shown: str) -> Seen:
    frame = Box(x0=0, y0=0, x1=page.width, y1=page.height)
    due = there = 0
    for box in boxes:
        glyphs = crop(page.text_alone, box)[..., 3] > 127
        due += int(glyphs.sum())
        there += int((page.changed(box) & glyphs).sum())
    ink = there / due if due else 0.0
    return Seen(
        height_px=min(mark.size for mark in lines),
        inside=sum(b.overlap(frame) for b in boxes) / sum(b.area for b in boxes),
        covered=1 - ink if due else 0.0,
        clipped=any(mark.clipped for mark in lines),
        contrast=min(_contrast(page, b) for b in boxes),
        ink=ink,
        missing=missing(f"{lines[0].bound}{shown}", *lines[0].face),
        overlapped=_overlapped(page, boxes, mine),
    )


def _contrast(page: Page, box: Box) -> float:
    """Of the text's own colour against the colours behind it that fill a twentieth of the box or more; the worst."""
    text, behind = crop(page.text_alone, box), crop(page.bare, box).reshape(-1, 3)
    if not text.size or not text[..., 3].any():
        return 1.0
    ink = _color(text[np.unravel_index(text[..., 3].argmax(), text.shape[:2])])
    if (behind == behind[0]).all():
        return contrast(ink, _color(behind[0]))
    shades, counts = np.unique(behind, axis=0, return_counts=True)
    common = shades[counts >= max(1.0, 0.05 * len(behind))]
    candidates = common if len(common) else behind.mean(axis=0, keepdims=True)
    return min(contrast(ink, _color(shade)) for shade in candidates)


def _color(pixel: npt.NDArray[Any]) -> Color:
    return float(pixel[0]), float(pixel[1]), float(pixel[2])


def _overlapped(page: Page, boxes: list[Box], mine: Mask) -> float:
    """Share of the boxes that glyphs of other text lie on."""
    others = page.chars.boxes[page.chars.solid & ~mine]
    shared = sum(
        float(
            (
                np.clip(np.minimum(others[:, 2], b.x1) - np.maximum(others[:, 0], b.x0), 0, None)
                * np.clip(np.minimum(others[:, 3], b.y1) - np.maximum(others[:, 1], b.y0), 0, None)
            ).sum()
        )
        for b in boxes
    )
    return min(1.0, shared / sum(b.area for b in boxes))


def _rank(reading: Reading) -> tuple[bool, float, float, float, bool, float]:
    seen = reading.seen
    return (
        not seen.clipped and not seen.missing, round(seen.inside, 2), round(seen.ink, 2), -round(seen.overlapped, 2),
        seen.contrast >= 4.5, seen.height_px,
    )  # fmt: skip
