"""What is asked of a picture before any question is: all that its view holds is drawn, legible, and reads as meant."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from cosyn_multi.model import Column, Part, Reading, Reject, Rendering, Value, View, cell_ref, header_ref, needed_keys
from cosyn_multi.model.sheet import displayed
from cosyn_multi.scoring import folded

from .legible import Fault, fault
from .rules.drawing import alike, entries_of
from .rules.units import says

MOST_AREA: Final = 0.4
"""Largest share of the picture that the box of a text may take."""


def view_faults(view: View, rendering: Rendering) -> list[Reject]:
    """Everything that is wrong with a picture of a view; empty if it may be asked about.

    Slugs: drawn_twice, unknown_ref, not_drawn, those of `legible.fault`, value_differs, huge_box, looks_alike,
    unit_not_drawn, subject_not_drawn, no_words.
    """
    found = [*_whole(view, rendering), *_refs(view, rendering), *_cells(view, rendering), *_around(view, rendering)]
    return [Reject(stage="view", reason=slug, detail=detail[:500], image=view.image) for slug, detail in found]


def _whole(view: View, rendering: Rendering) -> Iterator[Fault]:
    if not rendering.words:
        yield "no_words", "the picture has no words"
    entries = list(entries_of(rendering).items())
    for i, (ref, look) in enumerate(entries):
        for other, another in entries[i + 1 :]:
            if alike(look, another):
                yield "looks_alike", f"{ref} ({look.color}) and {other} ({another.color}) can't be told apart"


def _refs(view: View, rendering: Rendering) -> Iterator[Fault]:
    known = {cell_ref(p.name, row, c.name) for p in view.parts for row in range(len(p.rows)) for c in p.columns}
    for ref, times in Counter(r.ref for r in rendering.cells).items():
        if ref not in known:
            yield "unknown_ref", f"{ref} is no cell of the view"
        if times > 1:
            yield "drawn_twice", f"{ref} has {times} readings"
    for ref, times in Counter(r.ref for r in rendering.keys).items():
        if times > 1:
            yield "drawn_twice", f"{ref} has {times} readings"


def _cells(view: View, rendering: Rendering) -> Iterator[Fault]:
    cells = {r.ref: r for r in rendering.cells}
    keys = {r.ref: r for r in rendering.keys}
    needed: dict[str, None] = {}
    for part in view.parts:
        for row in range(len(part.rows)):
            for column in part.columns:
                reading = cells.get(cell_ref(part.name, row, column.name))
                yield from _cell(view, part, row, column, reading, rendering)
                if reading is not None:
                    needed.update(dict.fromkeys((*reading.keys, *needed_keys(part, row, column.name))))
    for ref in needed:
        if ref not in cells:
            yield from _key(ref, keys.get(ref), rendering)


def _cell(
    view: View, part: Part, row: int, column: Column, reading: Reading | None, rendering: Rendering
) -> Iterator[Fault]:
    meant = displayed(part.cell(row, column.name), part, column.name, view.locale)
    if reading is None:
        if meant is not None:
            yield "not_drawn", f"{meant}: {_why(cell_ref(part.name, row, column.name), rendering)}"
        return
    found = fault(reading)
    if found:
        yield found
    if not _near(reading.value, meant, part.cell(row, column.name), reading.tolerance):
        yield "value_differs", f"{reading.ref} reads {reading.value} ({reading.shown!r}), meant is {meant}"
    text = bool(reading.shown) and not reading.tolerance and not reading.axis
    if text and any(b.area > MOST_AREA * rendering.width * rendering.height for b in reading.boxes):
        yield "huge_box", f"the box of {reading.ref} takes most of the picture"


def _near(read: Value, meant: Value, exact: Value, tolerance: Decimal) -> bool:
    """Equal for print; for marks, within tolerance of the value that was drawn (which is not rounded for display)."""
    if isinstance(read, str) and isinstance(meant, str):
        return " ".join(read.split()) == " ".join(meant.split())
    if not tolerance or not isinstance(read, int | Decimal):
        return read == meant
    return any(abs(Decimal(read) - Decimal(v)) <= tolerance for v in (meant, exact) if isinstance(v, int | Decimal))


def _why(ref: str, rendering: Rendering) -> str:
    """What the renderer says of a ref that it did not draw; headers that nothing needs may well be missing."""
    return next((lost for lost in rendering.lost if lost.startswith(f"{ref}: ")), f"{ref}: not drawn")


def _key(ref: str, reading: Reading | None, rendering: Rendering) -> Iterator[Fault]:
    if reading is None:
        yield "not_drawn", f"which names others: {_why(ref, rendering)}"
    elif found := fault(reading):
        yield found


def _around(view: View, rendering: Rendering) -> Iterator[Fault]:
    """Title, notes, page number, headings, subject and units."""
    keys = {r.ref: r for r in rendering.keys}
    wanted = {"@title": view.title, "@subtitle": view.second_line, "@page": view.page}
    wanted |= {f"@note{i}": note for i, note in enumerate(view.notes)}
    wanted |= {f"{p.name}.@title": p.title for p in view.parts}
    for ref, text in wanted.items():
        if text:
            yield from _key(ref, keys.get(ref), rendering)
    drawn = _drawn(rendering)
    if view.subject and not _has_words(drawn, view.subject) and view.subject != "all regions":
        yield "subject_not_drawn", f"nothing in the picture says {view.subject!r}"
    for part in view.parts:
        for column in part.columns:
            header = keys.get(header_ref(part.name, column.name))
            own = header.shown if header else ""
            if column.numeric and column.unit and not says(f"{own}\n{drawn}", column.unit):
                yield "unit_not_drawn", f"nothing in the picture says that {column.label} is in {column.unit}"


def _drawn(rendering: Rendering) -> str:
    words = " ".join(w.text for w in rendering.words)
    return "\n".join([words, *(r.shown for r in (*rendering.keys, *rendering.cells))])


def _has_words(drawn: str, subject: str) -> bool:
    """Whether a text has all the words of another, in any order."""
    have = {folded(w) for w in drawn.split()}
    return all(folded(w) in have or folded(w) in folded(drawn) for w in subject.split())
