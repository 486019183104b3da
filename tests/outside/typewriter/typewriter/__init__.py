"""A renderer from outside: tables as a line printer prints them, drawn with Pillow.

A template of this renderer is a layout.toml: no code, so nothing to run in a cage.
"""

import io
import textwrap
import tomllib
from collections.abc import Iterator
from typing import Any, NamedTuple

from PIL import Image, ImageDraw, ImageFont

from cosyn_multi.model import (
    Artifact,
    Box,
    Cage,
    Reading,
    Reject,
    Rendering,
    Seen,
    View,
    Word,
    cell_ref,
    header_ref,
    needed_keys,
    read,
    show,
)
from cosyn_multi.renderers.base import reject
from cosyn_multi.renderers.color import ratio
from cosyn_multi.renderers.fonts import face

MARGIN = 3
"""Characters left free at the left and right, and lines at the top and bottom."""


class Piece(NamedTuple):
    """A text at a place: column and line of the printer's grid."""

    column: int
    line: int
    text: str
    ref: str = ""
    bold: bool = False


class Typewriter:
    """Implements `renderers.base.Renderer`."""

    name = "typewriter"

    def __init__(self, browser: Any, cage: Cage | None) -> None:
        """What every renderer is handed: the worker's browser and its cage. This one needs neither."""

    def warm(self) -> None:
        """Nothing to start."""

    def close(self) -> None:
        """Nothing is kept open."""

    def render(self, artifact: Artifact) -> Rendering | Reject:
        template, style = artifact.template, artifact.style
        try:
            layout = tomllib.loads((template.folder / template.entry).read_text("utf-8"))
            rule, gap = str(layout["rule"]), int(layout["gap"])
        except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError) as error:
            return reject(artifact, "template_error", f"{template.entry}: {error!r}")
        fonts = {bold: ImageFont.truetype(str(face(style.font, bold)), round(style.font_px)) for bold in (False, True)}
        pitch, leading = fonts[False].getlength("M"), round(style.font_px * 1.5 * style.density)
        room = int(style.width_px / pitch) - 2 * MARGIN
        pieces = list(_set(artifact.view, room, rule[:1], gap))
        if any(p.column + len(p.text) > room for p in pieces):
            return reject(artifact, "page_too_large", f"needs more than the {room} characters of its lines")
        height = (max(p.line for p in pieces) + 1 + 2 * MARGIN) * leading
        image = Image.new("RGB", (style.width_px, height), style.paper)
        pen, boxes = ImageDraw.Draw(image), []
        for p in pieces:
            place = ((p.column + MARGIN) * pitch, (p.line + MARGIN) * leading)
            pen.text(place, p.text, fill=style.ink, font=fonts[p.bold])
            x0, y0, x1, y1 = pen.textbbox(place, p.text, font=fonts[p.bold])
            boxes.append(Box(x0=x0, y0=y0, x1=x1, y1=max(y1, y0 + 1)))
        out = io.BytesIO()
        image.save(out, "PNG")
        return _rendering(artifact, out.getvalue(), image.size, pieces, boxes, pitch)


def _set(view: View, room: int, rule: str, gap: int) -> Iterator[Piece]:
    """All texts of a view on the grid of the printer."""
    line = 0
    for ref, text, bold in (("@title", view.title, True), ("@subtitle", view.subtitle, False)):
        for piece in textwrap.wrap(text, room):
            yield Piece(0, line, piece, ref, bold)
            line += 1
    line += 1
    for part in view.parts:
        cells = [[show(v, c.format, view.locale) for c, v in zip(part.columns, r, strict=True)] for r in part.rows]
        if part.name == "facts":
            for column, text in zip(part.columns, cells[0], strict=True):
                yield Piece(0, line, column.header, header_ref("facts", column.name))
                yield Piece(len(column.header) + 2, line, text, cell_ref("facts", 0, column.name), True)
                line += 1
            line += 1
            continue
        if part.title:
            yield Piece(0, line, part.title, f"{part.name}.@title", True)
            line += 1
        widths = [max(len(c.header), *(len(r[i]) for r in cells)) for i, c in enumerate(part.columns)]
        starts = [sum(widths[:i]) + gap * i for i in range(len(widths))]
        for start, wide, column in zip(starts, widths, part.columns, strict=True):
            at = start + (wide - len(column.header) if column.numeric else 0)
            yield Piece(at, line, column.header, header_ref(part.name, column.name), True)
        yield Piece(0, line + 1, rule * (starts[-1] + widths[-1]))
        for number, row in enumerate(cells):
            for start, wide, column, text in zip(starts, widths, part.columns, row, strict=True):
                at = start + (wide - len(text) if column.numeric else 0)
                if text:
                    yield Piece(at, line + 2 + number, text, cell_ref(part.name, number, column.name))
        line += len(cells) + 3
    for ref, text in [*((f"@note{i}", n) for i, n in enumerate(view.notes)), ("@page", view.page)]:
        for piece in textwrap.wrap(text, room):
            yield Piece(0, line, piece, ref)
            line += 1


def _rendering(
    artifact: Artifact, png: bytes, size: tuple[int, int], pieces: list[Piece], boxes: list[Box], pitch: float
) -> Rendering:
    found: dict[str, list[int]] = {}
    for number, piece in enumerate(pieces):
        if piece.ref:
            found.setdefault(piece.ref, []).append(number)
    style, readings = artifact.style, []
    for ref, numbers in found.items():
        where = tuple(boxes[n] for n in numbers)
        seen = Seen(height_px=min(b.height for b in where), contrast=ratio(style.ink, style.paper))
        shown = " ".join(pieces[n].text for n in numbers)
        readings.append(_reading(artifact.view, ref, shown, where, seen))
    words = tuple(
        Word(text=text, box=Box(x0=box.x0 + at * pitch, y0=box.y0, x1=box.x0 + (at + len(text)) * pitch, y1=box.y1))
        for piece, box in zip(pieces, boxes, strict=True)
        for at, text in _words(piece.text)
    )
    return Rendering(
        png=png, width=size[0], height=size[1], words=words,
        cells=tuple(r for r in readings if r.role == "cell"), keys=tuple(r for r in readings if r.role != "cell"),
    )  # fmt: skip


def _words(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for word in text.split(" "):
        if word:
            yield at, word
        at += len(word) + 1


def _reading(view: View, ref: str, shown: str, where: tuple[Box, ...], seen: Seen) -> Reading:
    name, bracket, rest = ref.partition("[")
    if not bracket:
        return Reading(ref=ref, role="title" if "@" in ref else "header", shown=shown, boxes=where, seen=seen)
    row, _, column = rest.partition("].")
    part = view.part(name)
    what = part.column(column)
    value, keys = read(shown, what.kind, what.format, view.locale), needed_keys(part, int(row), column)
    return Reading(ref=ref, shown=shown, kind=what.kind, value=value, boxes=where, keys=keys, seen=seen)
