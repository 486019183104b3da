"""A finished PDF page as a reader has it: pixels, characters with boxes, words, and how well a place can be seen.

Everything is measured on what pdfium makes of the file, not on what was meant. The page is painted up to three times:
as it is, without its text, and its text alone. Text that something covers is in the third and not in the first.
"""

import ctypes
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from cosyn_multi.model import Box, Word

from .ink import Pixels, patch

Rect = tuple[float, float, float, float]
HYPHENS = {0x02: "-", 0xFFFE: "-"}
"""What pdfium puts for a hyphen at the end of a line."""
SEEN_AT = 12
"""A pixel counts as changed by text if a channel moves by more than this, of 255."""


@dataclass(frozen=True)
class Chars:
    """The page's characters in the order of the text layer. `boxes` are tight glyph boxes in image pixels; white space
    (also what pdfium infers between words) has `solid` False and no box worth using."""

    text: list[str]
    boxes: npt.NDArray[np.float64]
    solid: npt.NDArray[np.bool_]

    def inside(self, box: Box) -> npt.NDArray[np.bool_]:
        """The solid characters whose centre lies in a box."""
        x = (self.boxes[:, 0] + self.boxes[:, 2]) / 2
        y = (self.boxes[:, 1] + self.boxes[:, 3]) / 2
        held: npt.NDArray[np.bool_] = self.solid & (x >= box.x0) & (x <= box.x1) & (y >= box.y0) & (y <= box.y1)
        return held

    def string(self, chosen: npt.NDArray[np.bool_]) -> str:
        """The chosen characters as text, with one space where the text layer has white space between two of them."""
        out: list[str] = []
        last = -1
        for i in np.flatnonzero(chosen):
            if last >= 0 and not self.solid[last + 1 : i + 1].all():
                out.append(" ")
            out.append(self.text[i])
            last = int(i)
        return "".join(out)


class Page:
    """Page 1 of a PDF at one pixel per unit. Close it."""

    def __init__(self, pdf: bytes) -> None:
        self._document = pdfium.PdfDocument(pdf)
        self.count = len(self._document)
        self._page = self._document[0]
        self.width, self.height = (round(side) for side in self._page.get_size())
        self._objects = [(o.raw, o.type == raw.FPDF_PAGEOBJ_TEXT) for o in self._page.get_objects(max_depth=1)]

    def close(self) -> None:
        self._page.close()
        self._document.close()

    @cached_property
    def full(self) -> Pixels:
        """The picture: height x width x 3, RGB."""
        return self._paint(text=True, rest=True)

    @cached_property
    def bare(self) -> Pixels:
        """The picture without its text."""
        return self._paint(text=False, rest=True)

    @cached_property
    def text_alone(self) -> Pixels:
        """The text alone, on nothing: height x width x 4, RGBA."""
        return self._paint(text=True, rest=False)

    def changed(self, box: Box) -> npt.NDArray[np.bool_]:
        """Where text shows in the picture, within a box."""
        full, bare = crop(self.full, box), crop(self.bare, box)
        moved = np.maximum(full, bare) - np.minimum(full, bare) > SEEN_AT
        return np.asarray(moved.any(axis=2), dtype=np.bool_)

    def png(self) -> bytes:
        """The picture as a PNG: RGB, no metadata, same bytes each time."""
        out = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(self.full)).save(out, "PNG", compress_level=3)
        return out.getvalue()

    def box(self, rect: Rect) -> Box:
        """A rectangle of the page (origin bottom left, before rotation and crop) in image pixels."""
        a, b, c, d, e, f = self._matrix
        xs = [a * x + c * y + e for x in (rect[0], rect[2]) for y in (rect[1], rect[3])]
        ys = [b * x + d * y + f for x in (rect[0], rect[2]) for y in (rect[1], rect[3])]
        return Box(x0=min(xs), y0=min(ys), x1=max(xs), y1=max(ys))

    @cached_property
    def _matrix(self) -> tuple[float, float, float, float, float, float]:
        """Page coordinates to image pixels: x' = a x + c y + e, y' = b x + d y + f."""
        left, bottom, right, top = self._page.get_cropbox()
        return {
            0: (1, 0, 0, -1, -left, top),
            90: (0, 1, 1, 0, -bottom, -left),
            180: (-1, 0, 0, 1, right, -bottom),
            270: (0, -1, -1, 0, top, right),
        }[self._page.get_rotation()]

    def _paint(self, text: bool, rest: bool) -> Pixels:
        for handle, is_text in self._objects:
            raw.FPDFPageObj_SetIsActive(handle, text if is_text else rest)
        form, fill = (raw.FPDFBitmap_BGR, (255, 255, 255, 255)) if rest else (raw.FPDFBitmap_BGRA, (255, 255, 255, 0))
        bitmap = self._page.render(scale=1, fill_color=fill, force_bitmap_format=form, rev_byteorder=True)
        pixels: Pixels = bitmap.to_numpy().copy()
        bitmap.close()
        return pixels

    @cached_property
    def chars(self) -> Chars:
        """The text layer, read with all objects active."""
        page = self._page.get_textpage()
        try:
            return self._read(page.raw, page.count_chars())
        finally:
            page.close()

    def _read(self, handle: Any, count: int) -> Chars:
        sides = [ctypes.c_double() for _ in range(4)]
        left, right, bottom, top = sides
        refs = [ctypes.byref(side) for side in sides]
        codes = [raw.FPDFText_GetUnicode(handle, i) for i in range(count)]
        text = [HYPHENS.get(code) or chr(code) for code in codes]
        rects = np.zeros((count, 4))
        for i in range(count):
            if raw.FPDFText_GetCharBox(handle, i, *refs):
                rects[i] = left.value, bottom.value, right.value, top.value
        boxes = self._to_pixels(rects)
        solid = np.array([not c.isspace() and c != "\0" for c in text], dtype=bool)
        return Chars(text, boxes, solid & (rects != 0).any(axis=1) if count else solid)

    def _to_pixels(self, rects: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        a, b, c, d, e, f = self._matrix
        x0, y0, x1, y1 = rects.T
        ax, bx = a * x0 + c * y0 + e, a * x1 + c * y1 + e
        ay, by = b * x0 + d * y0 + f, b * x1 + d * y1 + f
        return np.stack([np.minimum(ax, bx), np.minimum(ay, by), np.maximum(ax, bx), np.maximum(ay, by)], axis=1)

    def words(self) -> tuple[Word, ...]:
        """Everything drawn as text, inside the frame or not."""
        return tuple(self._words())

    def _words(self) -> Iterator[Word]:
        chars, start = self.chars, -1
        for i in range(len(chars.text) + 1):
            if i < len(chars.text) and chars.solid[i]:
                start = i if start < 0 else start
                continue
            if start >= 0:
                sides = chars.boxes[start:i]
                box = Box(x0=sides[:, 0].min(), y0=sides[:, 1].min(), x1=sides[:, 2].max(), y1=sides[:, 3].max())
                yield Word(text="".join(chars.text[start:i]), box=box)
            start = -1


def crop(pixels: Pixels, box: Box) -> Pixels:
    """The pixels that a box touches; empty if it lies outside."""
    return patch(pixels, box.x0, box.y0, box.x1, box.y1)
