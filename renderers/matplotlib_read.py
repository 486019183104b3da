"""From a drawn matplotlib figure to readings: which text and which mark shows which cell, and what is lost."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
from babel.numbers import get_currency_symbol
from matplotlib.colors import to_rgb
from matplotlib.legend import Legend

from cosyn_multi.model import (
    Box,
    Column,
    Look,
    Part,
    Reading,
    Seen,
    Unreadable,
    Value,
    cell_ref,
    needed_keys,
    read,
)
from cosyn_multi.model.reading import ReadingRole
from cosyn_multi.renderers.bound import BoundView
from cosyn_multi.renderers.marks import MarkValue, agrees, alike, inside_share
from cosyn_multi.renderers.matplotlib_axes import Axes, frame_of
from cosyn_multi.renderers.matplotlib_marks import Place, look_of
from cosyn_multi.renderers.matplotlib_text import Piece, Sight, contrast

NEAR_PX = 3.0
"""A value label belongs to the nearest mark; another one may be at most this much nearer by chance."""


class _Lost(str):
    """Why a bound value is not a reading."""


class Refused(Exception):
    """The picture as a whole can't be trusted."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


def fold(text: str) -> str:
    return " ".join(str(text).split())


class Reader:
    """Builds the readings of one figure."""

    def __init__(self, view: BoundView, figure: Any, sight: Sight, axes: Axes, places: list[Place]) -> None:
        self.bound, self.view, self.sight, self.axes = view, view.view, sight, axes
        self.figure, self.height = figure, sight.height
        self.places: dict[str, Place] = {p.bound.ref: p for p in places}
        self.by_ref: dict[str, list[Piece]] = defaultdict(list)
        self.lost: list[str] = []
        self.looks, self.frames = self._legends()
        self._name_pieces()

    def readings(self) -> tuple[tuple[Reading, ...], tuple[Reading, ...], tuple[str, ...]]:
        """Cells, keys, lost refs. Raises: Refused."""
        keys = [r for ref, text in self._key_texts() for r in self._kept(ref, self._key(ref, text))]
        drawn = {k.ref for k in keys}
        cells = [
            reading
            for part in self.view.parts
            for row in range(len(part.rows))
            for column in part.columns
            if part.cell(row, column.name) is not None
            for reading in self._kept(cell_ref(part.name, row, column.name), self._cell(part, row, column, drawn))
        ]
        if not any(c.kind in ("count", "amount", "percent") for c in cells):
            raise Refused("nothing_readable", "; ".join(self.lost[:4]) or "no cell is drawn")
        return tuple(cells), tuple(keys), tuple(self.lost)

    def _legends(self) -> tuple[dict[int, Look], list[tuple[Any, Box]]]:
        looks: dict[int, Look] = {}
        frames: list[tuple[Any, Box]] = []
        for legend in self.figure.findobj(Legend):
            b = legend.get_window_extent()
            if legend.get_visible() and legend.get_frame_on():
                frames.append((legend, Box(x0=b.x0, y0=self.height - b.y1, x1=b.x1, y1=self.height - b.y0)))
            for text, handle in zip(legend.get_texts(), legend.legend_handles, strict=False):
                if look := look_of(handle):
                    looks[id(text)] = look
        return looks, frames

    def _name_pieces(self) -> None:
        """Which piece shows which ref: by the Bound it was given, else by a text that is nobody else's."""
        for piece in self.sight.pieces:
            if piece.bound is not None:
                piece.ref = piece.bound.ref
                self.by_ref[piece.ref].append(piece)
        numeric = {c.name for p in self.view.parts for c in p.columns if c.numeric}
        open_: dict[str, set[str]] = defaultdict(set)
        for bound in self.bound.binder.bound:
            is_number = "[" in bound.ref and bound.ref.rpartition(".")[2] in numeric
            if bound.ref not in self.by_ref and not is_number:
                open_[fold(bound)].add(bound.ref)
        for piece in self.sight.pieces:
            refs = open_.get(piece.text, set())
            if not piece.ref and len(refs) == 1:
                piece.ref = next(iter(refs))
                self.by_ref[piece.ref].append(piece)

    def _best(self, ref: str) -> tuple[Piece, Seen] | None:
        """The best seen drawing of a ref."""
        found = [(p, self.sight.seen(p)) for p in self.by_ref.get(ref, [])]
        return max(
            found,
            key=lambda f: (round(f[1].inside, 2), -round(f[1].covered + f[1].overlapped, 2), f[1].contrast),
            default=None,
        )

    def _key_texts(self) -> Iterable[tuple[str, str]]:
        seen: set[str] = set()
        for bound in self.bound.binder.bound:
            if "[" not in bound.ref and bound.ref not in seen:
                seen.add(bound.ref)
                yield bound.ref, fold(bound)

    def _key(self, ref: str, text: str) -> Reading | _Lost:
        """The reading of a title, note, header, legend entry or axis title."""
        best = self._best(ref)
        if best is None:
            return _Lost("not drawn")
        piece, seen = best
        boxes, look = piece.boxes, self.looks.get(id(piece.artist))
        if "@" not in ref:
            column = self._column(ref)
            more = self._unit_boxes(column, piece)
            if more is None:
                return _Lost(f"its unit {column.unit!r} is not drawn")
            boxes = (*boxes, *more)
            marks = [p for r, p in self.places.items() if r.partition("[")[0] + "." + r.rpartition(".")[2] == ref]
            if look and marks and not any(alike(m.look, look) or _same_color(m.look, look) for m in marks):
                return _Lost("its legend entry looks unlike its marks")
            look = look or (marks[0].look if marks and len({m.look for m in marks}) == 1 else None)
        shown = text if piece.text == text or len(boxes) > len(piece.boxes) else piece.text
        return Reading(
            ref=ref, role=self._role(ref, piece), shown=shown, value=shown, boxes=boxes, seen=seen, look=look
        )

    def _role(self, ref: str, piece: Piece) -> ReadingRole:
        if ref.startswith("@note"):
            return "note"
        if ref == "@page":
            return "text"
        if "@" in ref:
            return "title"
        if id(piece.artist) in self.looks:
            return "legend"
        labels = {id(axis.label) for axes in self.figure.axes for axis in (axes.xaxis, axes.yaxis)}
        return "axis" if id(piece.artist) in labels else "header"

    def _column(self, ref: str) -> Column:
        part, _, column = ref.partition(".")
        return self.view.part(part).column(column)

    def _unit_boxes(self, column: Column, piece: Piece) -> tuple[Box, ...] | None:
        """Where the unit stands, if the header itself is drawn without it; None if it stands nowhere."""
        in_text = _names_unit(piece.text, column, self.view.locale)
        if not column.unit or in_text or column.format.unit_in == "note" or self._labelled(column):
            return ()
        for other in self.sight.pieces:
            if other is not piece and _names_unit(other.text, column, self.view.locale):
                return (*other.boxes,)
        return None

    def _labelled(self, column: Column) -> bool:
        """Whether the unit stands in the cells and all of them are printed."""
        return column.format.unit_in == "cell" and all(
            cell_ref(part.name, row, column.name) in self.by_ref
            for part in self.view.parts if column in part.columns for row in range(len(part.rows))
        )  # fmt: skip

    def _cell(self, part: Part, row: int, column: Column, drawn: set[str]) -> Reading | _Lost:
        ref = cell_ref(part.name, row, column.name)
        place, text = self.places.get(ref), self._best(ref)
        mark = self._mark(ref, place, column, part.cell(row, column.name)) if place else "not drawn"
        keys = tuple(k for k in needed_keys(part, row, column.name) if column is not part.label or k in drawn)
        if text and column.numeric and place and not self._beside(text[0], place):
            text = None
        if text:
            return self._text_cell(ref, column, text, place, keys)
        if not column.numeric or place is None or isinstance(mark, str):
            return _Lost(mark if isinstance(mark, str) else "not drawn")
        return Reading(
            ref=ref, kind=column.kind, value=mark.value, tolerance=mark.tolerance, boxes=(place.box,), keys=keys,
            seen=self._mark_seen(place), axis=self.axes.name(place), look=place.look,
        )  # fmt: skip

    def _text_cell(
        self, ref: str, column: Column, text: tuple[Piece, Seen], place: Place | None, keys: tuple[str, ...]
    ) -> Reading | _Lost:
        piece, seen = text
        try:
            value = read(piece.text, column.kind, column.format, self.view.locale)
        except Unreadable as error:
            return _Lost(f"unreadable: {error}")
        boxes = (*piece.boxes, place.box) if place and place.drawn else piece.boxes
        return Reading(
            ref=ref, shown=piece.text, kind=column.kind, value=value, boxes=boxes, keys=keys, seen=seen,
            axis=self.axes.name(place) if place else "", look=place.look if place else self.looks.get(id(piece.artist)),
        )  # fmt: skip

    def _mark(self, ref: str, place: Place, column: Column, bound: Value) -> MarkValue | str:
        """What the mark says, or why it says nothing. Raises: Refused if it contradicts the bound value."""
        if not place.drawn:
            return "no visible extent"
        mark = self.axes.read(place, column)
        if isinstance(mark, str):
            return mark
        if not agrees(mark, bound):
            raise Refused("mark_differs", f"{ref}: drawn as {mark.value} +- {mark.tolerance}, meant {bound}")
        return mark

    def _beside(self, piece: Piece, place: Place) -> bool:
        """Whether a value label stands nearer to its own mark than to any other; a slice's is tied to it by a line."""
        if place.direction == "angle":
            return True
        box = piece.box
        others = (gap(box, p.box) for r, p in self.places.items() if r != place.bound.ref)
        return gap(box, place.box) <= min(others, default=1e9) + NEAR_PX

    def _mark_seen(self, place: Place) -> Seen:
        """Facts about a mark: its end must be visible; how thick it is counts, its length is its value."""
        frame = frame_of(place.axes, self.height)
        clipped = inside_share((place.box,), self.sight.width, self.sight.height)
        legends = (place.box.overlap(b) / place.box.area for legend, b in self.frames)
        return Seen(
            height_px=place.thickness,
            inside=min(clipped, 1.0 if frame.overlap(place.box) > 0 else 0.0),
            covered=max(self._covered(place), *legends, 0.0),
            contrast=contrast(255 * np.array(place.color[:3]), self._behind(place)),
        )

    def _behind(self, place: Place) -> "np.ndarray[Any, Any]":
        patch = place.axes.patch
        shown = patch.get_visible() and patch.get_alpha() != 0
        return 255 * np.array(to_rgb(patch.get_facecolor() if shown else self.figure.get_facecolor()))

    def _covered(self, place: Place) -> float:
        """Share of a mark's end that something hides: 0 while a quarter of it shows, for a point while anything does.

        Another point at the same place hides a point of which one can't tell that there are two.
        """
        image, wanted = self.sight.image, 255 * np.array(place.color[:3])
        tip = [(int(x), int(y)) for x, y in place.tip if 0 <= x < self.sight.width and 0 <= y < self.sight.height]
        off = [np.abs(image[y, x].astype(float) - wanted).max() > 60 for x, y in tip]
        if not place.by_row and any(self._same_place(place, other) for other in self.places.values()):
            return 1.0
        enough = 1 if place.start is None else 0.25 * len(off)
        return float(np.mean(off)) if off and len(off) - sum(off) < enough else 0.0

    @staticmethod
    def _same_place(a: Place, b: Place) -> bool:
        column = a.bound.ref.rpartition(".")[2] == b.bound.ref.rpartition(".")[2]
        return column and a is not b and a.start is None and gap_of_middles(a.box, b.box) < 3

    def _kept(self, ref: str, found: Reading | _Lost) -> list[Reading]:
        if isinstance(found, Reading):
            return [found]
        self.lost.append(f"{ref}: {found}")
        return []


def gap(a: Box, b: Box) -> float:
    """Pixels between two boxes; 0 if they touch."""
    across = max(a.x0 - b.x1, b.x0 - a.x1, 0.0)
    down = max(a.y0 - b.y1, b.y0 - a.y1, 0.0)
    return float(np.hypot(across, down))


def gap_of_middles(a: Box, b: Box) -> float:
    return float(np.hypot(a.x0 + a.x1 - b.x0 - b.x1, a.y0 + a.y1 - b.y0 - b.y1)) / 2


def _same_color(a: Look, b: Look) -> bool:
    """A legend may show a plain patch for a line with markers."""
    return alike(Look(color=a.color), Look(color=b.color))


def _names_unit(text: str, column: Column, locale: str) -> bool:
    """Whether a text names a column's unit, in words or as the symbol of its currency."""
    currency = column.format.currency
    symbol = str(get_currency_symbol(currency, locale=locale)) if currency else ""
    padded = f" {fold(text).casefold()} ".replace("(", " ").replace(")", " ").replace(",", " ")
    if any(sign and sign in text for sign in (symbol, "%" if column.unit == "%" else "")):
        return True
    return any(
        name and f" {fold(name).casefold()} " in padded for name in (column.unit, currency, column.format.suffix)
    )
