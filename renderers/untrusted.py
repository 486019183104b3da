"""What comes back from the cage, checked against the view: it was made where untrusted code ran, so it may be forged.

Pictures and pages are read again out here where that is possible (HTML, plotly: only the source comes from the cage).
Where the drawing itself happened inside (matplotlib, PDF), every reading must be one that this view can have: a known
ref, a box in the frame, a text that says the value, ink where text is said to be.
"""

import io
import math
import re
import struct
import zlib
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

import numpy as np
from PIL import Image
from pydantic import ValidationError

from cosyn_multi.model import (
    Artifact,
    Box,
    Reading,
    Reject,
    Rendering,
    Unreadable,
    View,
    cell_ref,
    header_ref,
    needed_keys,
    read,
)

from .base import reject
from .bound import Bound
from .html_marks import Marked
from .ink import Pixels
from .plotly_bind import Marks

LONGEST_TEXT: Final = 4000
MOST_READINGS: Final = 20_000
MOST_DEPTH: Final = 40
MOST_VALUES: Final = 400_000
MOST_PAGE: Final = 8_000_000
"""Characters of a page with its comments."""
_SLUG: Final = re.compile(r"[a-z][a-z_]{0,39}")
_PLACE: Final = re.compile(r"attribute|comment|<[a-z]{1,12}>")
_CHUNKS: Final = (b"IHDR", b"IDAT", b"IEND")
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_MAGNITUDE: Final = 40
"""Digits before or after the point: no number that people print has more."""
_POWER: Final = re.compile(r"[-+\d._]*e[-+]?0*([\d_]*)", re.IGNORECASE)


class BadResult(Exception):
    """A result that honest code of ours would not have given."""


def told_reject(artifact: Artifact, told: Any) -> Reject:
    """A reject from inside: its slug and its sentence, if they are such."""
    reason, detail = (told.get("reason"), told.get("detail")) if isinstance(told, dict) else (None, None)
    if not isinstance(reason, str) or not isinstance(detail, str) or not _SLUG.fullmatch(reason):
        return reject(artifact, "bad_result", "its reject can't be read")
    return reject(artifact, reason, " ".join(detail[:500].split()))


def marked_page(elsewhere: Any, html: bytes, bound: int) -> Marked:
    """A page from inside. bound: how many bound values there are. Raises: BadResult."""
    if not isinstance(elsewhere, dict) or len(html) > MOST_PAGE:
        raise BadResult(f"a page of {len(html)} bytes; at most {MOST_PAGE}")
    places: dict[int, str] = {}
    for number, place in elsewhere.items():
        known = number.isascii() and number.isdigit() and len(number) < 7 and int(number) < bound
        if not known or not isinstance(place, str) or not _PLACE.fullmatch(place):
            raise BadResult("the page names values that aren't in its view")
        places[int(number)] = place
    return Marked(html.decode("utf-8", "replace"), places)


def named_marks(figure: Any, named: Any, bound: Sequence[Bound]) -> tuple[dict[str, Any], tuple[Marks, ...]]:
    """A figure from inside, and what its marks are named after. Raises: BadResult."""
    if not isinstance(figure, dict) or not isinstance(figure.get("data"), list):
        raise BadResult("the figure has no data")
    if not all(isinstance(t, dict) for t in figure["data"]) or not isinstance(figure.get("layout") or {}, dict):
        raise BadResult("the figure's traces and layout are not objects")
    _bounded(figure)
    if not isinstance(named, list) or len(named) > MOST_READINGS:
        raise BadResult("the marks are not a list")
    return figure, tuple(_marks(entry, len(figure["data"]), bound) for entry in named)


def _marks(entry: Any, traces: int, bound: Sequence[Bound]) -> Marks:
    try:
        trace, numbers, axis = entry
        cells = tuple(None if n is None else bound[n] for n in numbers if n is None or n >= 0)
    except (TypeError, ValueError, IndexError) as error:
        raise BadResult("the marks name values that aren't in the view") from error
    if type(trace) is not int or not 0 <= trace < traces or axis not in ("", "x", "y") or len(cells) != len(numbers):
        raise BadResult("the marks name no trace of the figure")
    return Marks(trace, cells, axis)


def _bounded(root: Any) -> None:
    """Refuse what is nested or long beyond reason, without recursion of our own."""
    level, seen = [root], 0
    for _ in range(MOST_DEPTH):
        inner: list[Any] = []
        for node in level:
            inner += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        seen += len(inner)
        if seen > MOST_VALUES:
            raise BadResult(f"the figure holds more than {MOST_VALUES} values")
        if not inner:
            return
        level = inner
    raise BadResult(f"the figure is nested more than {MOST_DEPTH} deep")


def rendering_of(artifact: Artifact, told: Any, png: bytes, most_pixels: int) -> Rendering:
    """A rendering from inside. Raises: BadResult."""
    if not isinstance(told, dict):
        raise BadResult("there is no rendering")
    for name in ("words", "cells", "keys", "lost"):
        if not isinstance(told.get(name), list) or len(told[name]) > MOST_READINGS:
            raise BadResult(f"{name}: no list, or too long")
    for reading in (*told["cells"], *told["keys"]):
        _plain_number(reading)
    try:
        made = Rendering.model_validate({**told, "png": png})
    except (ValidationError, ValueError, OverflowError) as error:
        raise BadResult(f"no rendering: {str(error).splitlines()[0][:200]}") from error
    style, grows = artifact.style, artifact.template.grows
    if made.width != style.width_px or not (grows or made.height <= style.height_px) or made.width * made.height < 1:
        raise BadResult(
            f"a picture of {made.width} x {made.height} pixels; {style.width_px} x {style.height_px} is due"
        )
    pixels = decoded(png, made.width, made.height, most_pixels)
    _Judge(artifact.view, made, pixels).all()
    return made


def _plain_number(reading: Any) -> None:
    """Refuse numbers so long that computing with them would be an attack."""
    for name in ("value", "tolerance"):
        raw = reading.get(name) if isinstance(reading, dict) else None
        if isinstance(raw, str) and len(raw) > LONGEST_TEXT:
            raise BadResult(f"{name}: a text of {len(raw)} characters")
        if isinstance(raw, int | float) and not abs(raw) < 10**_MAGNITUDE:
            raise BadResult(f"{name} is no number that people print")
        power = _POWER.fullmatch(raw.strip()) if isinstance(raw, str) else None
        if power and int(power.group(1).replace("_", "")[:6] or 0) > _MAGNITUDE:
            raise BadResult(f"{name} is no number that people print")


def decoded(png: bytes, width: int, height: int, most_pixels: int) -> Pixels:
    """The pixels of a PNG that holds them and nothing else. Its size is checked before anything is unpacked.

    Raises: BadResult.
    """
    if width * height > most_pixels:
        raise BadResult(f"a picture of {width} x {height} pixels; at most {most_pixels}")
    if not png.startswith(_SIGNATURE):
        raise BadResult("the picture is no PNG")
    at, kinds = len(_SIGNATURE), []
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at) if at + 12 <= len(png) else (len(png), b"")
        body = png[at + 8 : at + 8 + length]
        if kind not in _CHUNKS or len(png) < at + 12 + length:
            raise BadResult("the PNG holds more than a picture")
        if zlib.crc32(kind + body) != int.from_bytes(png[at + 8 + length : at + 12 + length], "big"):
            raise BadResult("the PNG is damaged")
        if kind == b"IHDR" and struct.unpack(">IIBBBBB", body) != (width, height, 8, 2, 0, 0, 0):
            raise BadResult("the PNG is not of the size and form it should have")
        kinds.append(kind)
        at += 12 + length
    if kinds[:1] != [b"IHDR"] or kinds.count(b"IHDR") != 1 or kinds[-1:] != [b"IEND"] or kinds.count(b"IEND") != 1:
        raise BadResult("the PNG's parts are not in order")
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
            return np.asarray(image)
    except (OSError, ValueError, SyntaxError) as error:
        raise BadResult(f"the PNG can't be decoded: {error}") from error


class _Judge:
    """Whether a rendering can be one of this view. Each method raises BadResult."""

    def __init__(self, view: View, made: Rendering, pixels: Pixels) -> None:
        self.view, self.made, self.pixels = view, made, pixels
        self.cells = {
            cell_ref(p.name, row, c.name): (p, row, c)
            for p in view.parts
            for row in range(len(p.rows))
            for c in p.columns
        }
        self.texts = self._key_texts()

    def _key_texts(self) -> dict[str, str]:
        view = self.view
        found = {"@title": view.title, "@subtitle": view.second_line, "@page": view.page}
        found |= {f"@note{i}": note for i, note in enumerate(view.notes)}
        found |= {f"{p.name}.@title": p.title for p in view.parts}
        return found | {header_ref(p.name, c.name): c.header for p in view.parts for c in p.columns}

    def all(self) -> None:
        for name in ("cells", "keys"):
            refs = [r.ref for r in getattr(self.made, name)]
            self._hold(len(set(refs)) == len(refs), f"{name} have two readings of one ref")
        for word in self.made.words:
            self._hold(len(word.text) <= LONGEST_TEXT, "a word is too long")
            self._box(word.box, "a word")
        for line in self.made.lost:
            self._hold(len(line) <= LONGEST_TEXT and line.isprintable(), "a lost ref is no line of text")
        for cell in self.made.cells:
            self._cell(cell)
        for key in self.made.keys:
            self._key(key)

    def _cell(self, reading: Reading) -> None:
        found = self.cells.get(reading.ref)
        self._hold(reading.role == "cell" and found is not None, f"{reading.ref[:80]!r} is no cell of the view")
        assert found is not None
        part, row, column = found
        self._common(reading)
        self._hold(reading.kind == column.kind, f"{reading.ref}: of kind {reading.kind}, not {column.kind}")
        needed = set(needed_keys(part, row, column.name))
        self._hold(needed <= set(reading.keys), f"{reading.ref}: says nothing of the keys it needs")
        if reading.axis:
            self._hold(isinstance(reading.value, int | Decimal), f"{reading.ref}: a mark without a number")
            return
        self._hold(reading.tolerance == 0 and bool(reading.shown), f"{reading.ref}: neither text nor mark")
        try:
            value = read(reading.shown, column.kind, column.format, self.view.locale)
        except Unreadable as error:
            raise BadResult(f"{reading.ref}: {error}") from error
        self._hold(value == reading.value, f"{reading.ref}: {reading.shown!r} does not say {reading.value}")

    def _key(self, reading: Reading) -> None:
        meant = self.texts.get(reading.ref) or None
        self._hold(reading.role != "cell" and meant is not None, f"{reading.ref[:80]!r} is no text of the view")
        self._common(reading)
        self._hold(_says(reading.shown, meant or ""), f"{reading.ref}: {reading.shown[:80]!r} is not {meant!r}")

    def _common(self, reading: Reading) -> None:
        texts = (reading.shown, reading.ref, reading.axis, reading.seen.missing, *reading.keys)
        self._hold(all(len(t) <= LONGEST_TEXT for t in texts), f"{reading.ref[:80]}: a text is too long")
        known = {*self.cells, *self.texts}
        self._hold(set(reading.keys) <= known, f"{reading.ref}: a key that is nothing of the view")
        seen = reading.seen
        numbers = (seen.height_px, seen.inside, seen.covered, seen.contrast, seen.ink, seen.overlapped)
        self._hold(all(math.isfinite(n) for n in numbers), f"{reading.ref}: measures that are no numbers")
        self._hold(reading.tolerance.is_finite(), f"{reading.ref}: a tolerance that is no number")
        self._hold(bool(reading.boxes) and len(reading.boxes) <= 200, f"{reading.ref}: no box, or too many")
        for box in reading.boxes:
            self._box(box, reading.ref)
        inside = sum(self._clipped(b).area for b in reading.boxes) / max(sum(b.area for b in reading.boxes), 1e-9)
        self._hold(seen.inside <= inside + 0.05, f"{reading.ref}: less of it is inside than it says")
        if reading.shown and not reading.axis and seen.inside > 0.5 and seen.ink > 0.1:
            self._hold(any(self._inked(b) for b in reading.boxes), f"{reading.ref}: nothing is drawn in its box")

    def _box(self, box: Box, whose: str) -> None:
        numbers = (box.x0, box.y0, box.x1, box.y1)
        self._hold(all(math.isfinite(n) for n in numbers), f"{whose}: a box that is no rectangle")
        self._hold(box.x0 <= box.x1 and box.y0 <= box.y1, f"{whose}: a box inside out")
        wide, high = self.made.width, self.made.height
        self._hold(max(map(abs, numbers)) <= 4 * max(wide, high, 2000), f"{whose}: a box far outside of the picture")

    def _clipped(self, box: Box) -> Box:
        wide, high = self.made.width, self.made.height
        return Box(
            x0=min(max(box.x0, 0), wide), y0=min(max(box.y0, 0), high),
            x1=min(max(box.x1, 0), wide), y1=min(max(box.y1, 0), high),
        )  # fmt: skip

    def _inked(self, box: Box) -> bool:
        kept = self._clipped(box)
        rows = slice(math.floor(kept.y0), math.ceil(kept.y1))
        patch = self.pixels[rows, math.floor(kept.x0) : math.ceil(kept.x1)]
        return bool(patch.size) and bool((patch != patch[0, 0]).any())

    @staticmethod
    def _hold(condition: bool, otherwise: str) -> None:
        if not condition:
            raise BadResult(otherwise)


def _says(shown: str, meant: str) -> bool:
    """Whether a drawn text can be one that was given: the case and the spaces may be a template's, the words not."""
    fold: Callable[[str], str] = lambda text: "".join(c for c in text.casefold() if c.isalnum())  # noqa: E731
    return bool(fold(shown)) and (fold(shown) in fold(meant) or fold(meant) in fold(shown))
