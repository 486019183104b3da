"""`places`: where the cells are that a program points at; each must be one place of its image, and no other like it."""

from cosyn_multi.model import Reading, Sheet
from cosyn_multi.model.canonical import canonical
from cosyn_multi.pointing import Area, area_of
from cosyn_multi.programs import CELL

from .case import Case, label_of


class NoPlace(Exception):
    """Something can't be pointed at. `slug`: from a closed set; `detail`: for a person."""

    def __init__(self, slug: str, detail: str) -> None:
        super().__init__(detail)
        self.slug, self.detail = slug, detail


def places(case: Case) -> tuple[str, ...]:
    """The area of each cell of the answer, as text, image by image.

    Raises: NoPlace: no_place, several_places (it is drawn in pieces), not_inside (the middle of its box may lie outside the
        mark), too_thin (no point of the grid is in it), named_twice (its image has the same text, or the same cell, in
        another place too).
    """
    areas = []
    cells = [_cell(case, member) for member in case.answer]
    for sheet, row, column in cells:
        reading = case.bench.reading(sheet.image, sheet.ref(row, column))
        if reading is None or not reading.boxes:
            raise NoPlace("no_place", f"image {sheet.image}: {sheet.ref(row, column)} has no place")
        alike = [r for s, i, c in cells if s.image == sheet.image and (r := case.bench.reading(s.image, s.ref(i, c)))]
        _alone(case, sheet, row, column, reading, alike)
        areas.append(_area(case, sheet.image, reading))
    return tuple(a.text for a in sorted(areas))


def _cell(case: Case, member: str) -> tuple[Sheet, int, str]:
    """The cell that a member of the answer names. Raises: NoPlace."""
    match = CELL.fullmatch(member)
    image, part, column, name = match.groups() if match else ("", "", "", "")
    sheet = case.bench.sheets.get(f"image{image}_{part}")
    if sheet is None or all(c.name != column for c in sheet.columns):
        raise NoPlace("no_place", f"there is no {part}.{column} in image {image}")
    named = column if part == "facts" else label_of(sheet).name
    rows = [i for i, value in enumerate(sheet.values(named)) if value is not None and canonical(value) == name]
    if len(rows) != 1:
        raise NoPlace(
            "no_place" if not rows else "named_twice", f"image {image}: {len(rows)} cells are called {name!r}"
        )
    return sheet, rows[0], column


def _alone(case: Case, sheet: Sheet, row: int, column: str, reading: Reading, pointed: list[Reading]) -> None:
    """Whether nothing else in the image may be meant. pointed: the readings of the image that are pointed at."""
    origin, views = sheet.origins[row][sheet.index(column)], case.bench.views
    twins = [o for s in views.read if s.image == sheet.image for r in s.origins for o in r if o == origin]
    if len(twins) > 1:
        raise NoPlace("named_twice", f"image {sheet.image} draws {reading.ref} in {len(twins)} places")
    if sheet.column(column).kind not in ("key", "category", "text"):
        return
    text = _folded(reading.shown)
    meant = sum(text in _folded(r.shown) for r in pointed)
    rendering = views.renderings[sheet.image - 1]
    words = _folded(" ".join(w.text for w in rendering.words)).count(text)
    told = sum(text in _folded(r.shown) for r in (*rendering.keys, *rendering.cells))
    if max(words, told) > meant:
        raise NoPlace("named_twice", f"image {sheet.image} has {reading.shown!r} {max(words, told)} times")


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _area(case: Case, image: int, reading: Reading) -> Area:
    if len(reading.boxes) != 1:
        raise NoPlace("several_places", f"image {image}: {reading.ref} is drawn in {len(reading.boxes)} pieces")
    if not reading.shown and reading.axis[:1] not in ("x", "y"):
        raise NoPlace("not_inside", f"image {image}: the middle of {reading.ref}'s box may lie outside the mark")
    area = area_of(image, reading.boxes[0], case.bench.views.renderings[image - 1])
    if area is None:
        raise NoPlace("too_thin", f"image {image}: {reading.ref} is too thin to be pointed at")
    return area
