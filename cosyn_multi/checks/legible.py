"""`legible`: every reading that the answer rests on, keys included, can be seen."""

from typing import Final

from cosyn_multi.model import Column, Reading, Sheet, Verdict, needed_keys

from .case import Bench, Case
from .places import NoPlace, places

LEAST_INSIDE: Final = 0.999
LEAST_TEXT_PX: Final = 7.0
LEAST_MARK_PX: Final = 1.5
"""A mark's smaller side: a bar's width or height, a line's stroke."""
MOST_COVERED: Final = 0.05
LEAST_CONTRAST: Final = 3.0
"""WCAG's least for large text and for graphics."""
LEAST_MARK_CONTRAST: Final = 1.5
LEAST_INK: Final = 0.5
MOST_OVERLAPPED: Final = 0.05

Fault = tuple[str, str]
"""A slug and a sentence."""


def fault(reading: Reading) -> Fault | None:
    """Why a reading can't be seen well enough, or None."""
    seen, what = reading.seen, f"{reading.ref} ({reading.shown!r})"
    text = bool(reading.shown)
    smallest = LEAST_TEXT_PX if text else LEAST_MARK_PX
    contrast = LEAST_CONTRAST if text else LEAST_MARK_CONTRAST
    found: tuple[tuple[bool, str, str], ...] = (
        (not reading.boxes, "no_box", "has no place in the picture"),
        (any(b.x0 >= b.x1 or b.y0 >= b.y1 for b in reading.boxes), "empty_box", "has a box without area"),
        (seen.inside < LEAST_INSIDE, "outside", f"is {seen.inside:.1%} inside the frame"),
        (seen.clipped, "clipped", "is cut off or shortened"),
        (bool(seen.missing), "missing_glyph", f"has no glyph for {seen.missing!r}"),
        (seen.ink < LEAST_INK, "no_ink", f"has {seen.ink:.0%} of its ink"),
        (seen.covered > MOST_COVERED, "covered", f"is {seen.covered:.0%} covered"),
        (seen.overlapped > MOST_OVERLAPPED, "overlapped", f"is {seen.overlapped:.0%} overlapped by other text"),
        (seen.height_px < smallest, "too_small", f"is {seen.height_px:.1f} px high"),
        (seen.contrast < contrast, "low_contrast", f"has contrast {seen.contrast:.1f}"),
    )
    return next(((slug, f"{what} {why}") for bad, slug, why in found if bad), None)


def legible(case: Case) -> Verdict:
    """Hold if every cell of every column that the program reads is legible, with its row's label and its header; and
    what is pointed at is one place of its image."""
    for sheet, column in case.columns:
        found = column_fault(case.bench, sheet, column)
        if found:
            return Verdict.fails("legible", found[0], f"image {sheet.image}: {found[1]}")
    if case.draft.answer_type == "points":
        try:
            places(case)
        except NoPlace as error:
            return Verdict.fails("legible", error.slug, error.detail)
    return Verdict.holds("legible")


def column_fault(bench: Bench, sheet: Sheet, column: Column) -> Fault | None:
    """The first fault among a column's cells and their keys; worked out once per set."""
    return bench.once(("legible", sheet.name, column.name), lambda: _column_fault(bench, sheet, column))


def _column_fault(bench: Bench, sheet: Sheet, column: Column) -> Fault | None:
    meant = bench.intended[sheet.name]
    if len(meant.rows) > len(sheet.rows):
        return "not_drawn", f"{len(meant.rows) - len(sheet.rows)} rows of {sheet.part} are not drawn"
    part = bench.views.view(sheet.image).part(sheet.part)
    needed: dict[str, None] = {}
    for row in range(len(sheet.rows)):
        ref = sheet.ref(row, column.name)
        needed[ref] = None
        reading = bench.reading(sheet.image, ref)
        if reading is None:
            if meant.cell(sheet.row_numbers[row], column.name) is not None:
                return "not_drawn", f"{ref} is not drawn"
            needed.pop(ref)
            continue
        keys = needed_keys(part, sheet.row_numbers[row], column.name)
        needed.update(dict.fromkeys((*reading.keys, *keys)))
    return first_fault(bench, sheet.image, list(needed))


def first_fault(bench: Bench, image: int, refs: list[str]) -> Fault | None:
    for ref in refs:
        reading = bench.reading(image, ref)
        found = ("not_drawn", f"{ref} is not drawn") if reading is None else fault(reading)
        if found:
            return found
    return None
