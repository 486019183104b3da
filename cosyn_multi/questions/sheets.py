"""Look-ups over the as-read sheets that the question kinds share. Pure; nothing is judged or worded here.

A `Cell` is one readable cell; a `Field` is the same thing said by several images, one cell each: what can be compared,
ranked, added up or checked across images.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise
from random import Random

from cosyn_multi.model import Column, Origin, Sheet, Value, Views

FACTS = "facts"
Row = dict[str, Value]
"""A row of an intended sheet, by column name: what witnesses loop over."""


@dataclass(frozen=True)
class Cell:
    """One readable cell of one image."""

    sheet: Sheet
    row: int
    column: Column

    @property
    def image(self) -> int:
        return self.sheet.image

    @property
    def value(self) -> Value:
        return self.sheet.cell(self.row, self.column.name)

    @property
    def number(self) -> Decimal:
        """Its value as an exact decimal. Raises: TypeError if it isn't a number."""
        value = self.value
        if not isinstance(value, int | Decimal):
            raise TypeError(f"{self.ref} holds {value!r}, not a number")
        return Decimal(value)

    @property
    def tolerance(self) -> Decimal:
        return self.sheet.tolerance(self.row, self.column.name)

    @property
    def exact(self) -> bool:
        return not self.tolerance

    @property
    def ref(self) -> str:
        """For `Draft.evidence`: 'image1:items[3].amount'."""
        return f"image{self.image}:{self.sheet.ref(self.row, self.column.name)}"

    @property
    def origin(self) -> Origin:
        return self.sheet.origins[self.row][self.sheet.index(self.column.name)]

    @property
    def label(self) -> Value:
        """What names its row; None among facts, which have one row."""
        column = label_of(self.sheet)
        return self.sheet.cell(self.row, column.name) if column else None

    @property
    def label_cell(self) -> "Cell | None":
        column = label_of(self.sheet)
        return Cell(self.sheet, self.row, column) if column else None


@dataclass(frozen=True)
class Field:
    """The same thing said by several images: one cell each, in image order, of one kind and unit."""

    cells: tuple[Cell, ...]

    @property
    def column(self) -> Column:
        return self.cells[0].column

    @property
    def images(self) -> tuple[int, ...]:
        return tuple(c.image for c in self.cells)

    @property
    def exact(self) -> bool:
        return all(c.exact for c in self.cells)

    @property
    def slack(self) -> Decimal:
        """The sum of its cells' reading tolerances."""
        return sum((c.tolerance for c in self.cells), Decimal(0))

    def on(self, *images: int) -> "Field":
        """The same field on some of its images, in the order given."""
        return Field(tuple(next(c for c in self.cells if c.image == i) for i in images))


def label_of(sheet: Sheet) -> Column | None:
    """The column that names a sheet's rows, as `Part.label` finds it; None for facts."""
    if sheet.part == FACTS:
        return None
    for kind in ("key", "category", "date", "text"):
        for column in sheet.columns:
            if column.kind == kind:
                return column
    return None


def named_by(sheet: Sheet) -> Column:
    """`label_of` a sheet that is known to have one. Raises: LookupError."""
    column = label_of(sheet)
    if column is None:
        raise LookupError(f"nothing names the rows of {sheet.name}")
    return column


def is_time(sheet: Sheet) -> bool:
    """Whether dates name its rows."""
    label = label_of(sheet)
    return label is not None and label.kind == "date"


def grids(views: Views) -> tuple[Sheet, ...]:
    """Sheets with rows that are named uniquely: no label missing, none twice."""
    return tuple(s for s in views.read if s.part != FACTS and _named(s))


def facts(views: Views) -> tuple[Sheet, ...]:
    return tuple(s for s in views.read if s.part == FACTS)


def _named(sheet: Sheet) -> bool:
    label = label_of(sheet)
    if label is None:
        return False
    values = [_folded(v) for v in sheet.values(label.name)]
    return None not in values and len(set(values)) == len(values)


def _folded(value: Value) -> Value:
    return value.casefold() if isinstance(value, str) else value


def whole(views: Views, sheet: Sheet, *columns: str) -> bool:
    """Whether every row that the image means to show was read, in these columns too: what adding up and counting need."""
    meant = views.intended(sheet.name)
    return len(meant.rows) == len(sheet.rows) and all(None not in sheet.values(c) for c in columns)


def labels(sheet: Sheet) -> tuple[Value, ...]:
    """The row labels, in the order drawn."""
    column = label_of(sheet)
    return sheet.values(column.name) if column else ()


def row_of(sheet: Sheet, label: Value) -> int | None:
    """The row of that name."""
    for i, value in enumerate(labels(sheet)):
        if value == label:
            return i
    return None


def at(sheet: Sheet, label: Value, column: str) -> Cell | None:
    """The cell of a named row; None if the sheet lacks row or column, or the cell can't be read."""
    row = row_of(sheet, label)
    if row is None or all(c.name != column for c in sheet.columns):
        return None
    cell = Cell(sheet, row, sheet.column(column))
    return cell if cell.value is not None else None


def column_cells(sheet: Sheet, column: str) -> tuple[Cell, ...]:
    """The readable cells of a column."""
    found = sheet.column(column)
    return tuple(Cell(sheet, i, found) for i, v in enumerate(sheet.values(column)) if v is not None)


def measures(sheet: Sheet) -> tuple[Column, ...]:
    return tuple(c for c in sheet.columns if c.numeric)


def comparable(a: Column, b: Column) -> bool:
    """Whether two columns say the same thing of their rows."""
    return a.name == b.name and a.kind == b.kind and a.unit == b.unit and a.label == b.label


def siblings(views: Views) -> tuple[tuple[Sheet, ...], ...]:
    """Groups of two or more grids, one per image, that share part name, label column and at least one measure.

    A group holds all grids that have some measure; what two orders have in common makes one, though a price list has
    the same items.
    """
    return tuple(group for group, _ in _families(views))


def _families(views: Views) -> list[tuple[tuple[Sheet, ...], tuple[Column, ...]]]:
    """Groups of siblings, and the measures that just these sheets share."""
    by_measure: dict[tuple[str, ...], list[tuple[Sheet, Column]]] = {}
    for sheet in grids(views):
        for column in measures(sheet):
            key = (sheet.part, named_by(sheet).name, column.name, column.kind, column.unit, column.label)
            by_measure.setdefault(key, []).append((sheet, column))
    names: dict[tuple[str, ...], tuple[list[Sheet], list[Column]]] = {}
    for found in by_measure.values():
        group = [s for s, _ in found]
        if len(group) >= 2:
            names.setdefault(tuple(s.name for s in group), (group, []))[1].append(found[0][1])
    return [(tuple(g), tuple(c)) for g, c in names.values()]


def shared_measures(sheets: Iterable[Sheet]) -> tuple[Column, ...]:
    """Numeric columns that all the sheets have."""
    first, *rest = sheets
    return tuple(c for c in measures(first) if all(any(comparable(c, d) for d in measures(s)) for s in rest))


def shared_labels(*sheets: Sheet) -> tuple[Value, ...]:
    """Row labels that all the sheets have, in the first one's order."""
    return tuple(v for v in labels(sheets[0]) if all(row_of(s, v) is not None for s in sheets[1:]))


def joinable(views: Views) -> Iterator[tuple[Sheet, Sheet]]:
    """Ordered pairs of grids of two images that name at least two rows alike."""
    for a, b in combinations(grids(views), 2):
        if a.image != b.image and len(shared_labels(a, b)) >= 2:
            yield a, b
            yield b, a


def fields(views: Views, *kinds: str) -> tuple[Field, ...]:
    """Everything of these kinds that two or more images say each for itself (no world cell is shown twice).

    Facts come first, then cells of named rows; each field has as many images as there are.
    """
    wanted = kinds or ("count", "amount", "percent")
    return tuple(f for f in _all_fields(views, wanted) if _own(views, f))


def restated(views: Views) -> tuple[Field, ...]:
    """Fields whose cells all stand for one cell of the world: what sources must agree on."""
    groups: dict[Origin, list[Cell]] = {}
    for sheet in (*facts(views), *grids(views)):
        for column in sheet.columns:
            if column.numeric or (sheet.part == FACTS and column.kind == "date"):
                for cell in column_cells(sheet, column.name):
                    groups.setdefault(cell.origin, []).append(cell)
    return tuple(Field(tuple(g)) for g in groups.values() if len({c.image for c in g}) == len(g) >= 2)


def _all_fields(views: Views, kinds: tuple[str, ...]) -> Iterator[Field]:
    yield from _fact_fields(views, kinds)
    for group, columns in _families(views):
        for column in columns:
            if column.kind in kinds:
                yield from _row_fields(group, column)


def _fact_fields(views: Views, kinds: tuple[str, ...]) -> Iterator[Field]:
    groups: dict[tuple[str, str, str, str], list[Cell]] = {}
    for sheet in facts(views):
        for column in sheet.columns:
            if column.kind in kinds and sheet.cell(0, column.name) is not None:
                key = (column.name, column.kind, column.unit, column.label)
                groups.setdefault(key, []).append(Cell(sheet, 0, column))
    for cells in groups.values():
        if len(cells) >= 2:
            yield Field(tuple(cells))


def _row_fields(group: tuple[Sheet, ...], column: Column) -> Iterator[Field]:
    seen: list[Value] = []
    for sheet in group:
        for label in labels(sheet):
            if label in seen:
                continue
            seen.append(label)
            cells = tuple(c for s in group if (c := at(s, label, column.name)))
            if len(cells) >= 2:
                yield Field(cells)


def _own(views: Views, field: Field) -> bool:
    return all(only_here(views, c) for c in field.cells)


def only_here(views: Views, cell: Cell) -> bool:
    """Whether no other image shows the same cell of the world."""
    return shown_on(views, cell.origin) == (cell.image,)


def shown_on(views: Views, origin: Origin) -> tuple[int, ...]:
    """The images that show a cell of the world."""
    return tuple(sorted({s.image for s in views.read if any(origin in row for row in s.origins)}))


def texts(views: Views) -> tuple[Cell, ...]:
    """Every readable cell that could name something elsewhere: keys, categories and texts that don't label rows."""
    found: list[Cell] = []
    for sheet in (*facts(views), *grids(views)):
        label = label_of(sheet)
        for column in sheet.columns:
            if column.kind in ("key", "category", "text") and column != label:
                found += column_cells(sheet, column.name)
    return tuple(found)


def has_day(column: Column) -> bool:
    """Whether a date column prints whole days."""
    return column.kind == "date" and "d" in (column.format.pattern or "d")


def days(value: Value) -> date:
    """A value that must be a date. Raises: TypeError."""
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is not a date")
    return value


def meant(views: Views, sheet: Sheet) -> list[Row]:
    """The rows that an image means to show, as plain dicts."""
    grid = views.intended(sheet.name)
    names = [c.name for c in grid.columns]
    return [dict(zip(names, row, strict=True)) for row in grid.rows]


def truth(views: Views, cell: Cell) -> Value:
    """What the image means to show in a cell: found by row number in the intended sheet, for witnesses."""
    return views.intended(cell.sheet.name).cell(cell.sheet.row_numbers[cell.row], cell.column.name)


def apart(a: Cell, b: Cell) -> bool:
    """Whether two numbers differ by well more than reading error."""
    return abs(a.number - b.number) > 2 * (a.tolerance + b.tolerance)


def ranked(cells: Iterable[Cell]) -> list[Cell] | None:
    """From lowest to highest; None if two neighbours are not well apart."""
    order = sorted(cells, key=lambda c: c.number)
    return order if all(apart(a, b) for a, b in pairwise(order)) else None


def exact_number(value: Value) -> Decimal:
    """A value that must be a number. Raises: TypeError."""
    if not isinstance(value, int | Decimal):
        raise TypeError(f"{value!r} is not a number")
    return Decimal(value)


def amount(views: Views, cell: Cell) -> Decimal:
    """`truth` of a numeric cell."""
    return exact_number(truth(views, cell))


def disjoint(group: Iterable[Sheet]) -> bool:
    """Whether no row label stands in two of the sheets."""
    return all(not shared_labels(a, b) for a, b in combinations(tuple(group), 2))


def own(views: Views, column: str, *sheets: Sheet) -> bool:
    """Whether no other image shows a cell of this column of these sheets."""
    return all(only_here(views, c) for s in sheets for c in column_cells(s, column))


def text_fields(views: Views) -> tuple[Field, ...]:
    """Texts among the facts that several images state, each for itself."""
    return tuple(f for f in _fact_fields(views, ("text", "category")) if _own(views, f))


def threshold(rng: Random, cells: Iterable[Cell]) -> Decimal | None:
    """A round number that no cell is near to, with cells on both sides; None if there is none.

    Near means within twice a cell's reading tolerance, or equal.
    """
    order = sorted(cells, key=lambda c: c.number)
    gaps = [(a, b) for a, b in pairwise(order) if b.number - a.number > 2 * (a.tolerance + b.tolerance)]
    rng.shuffle(gaps)
    for a, b in gaps:
        low, high = a.number + 2 * a.tolerance, b.number - 2 * b.tolerance
        found = _roundest(low, high, 0 if a.column.kind == "count" else -4)
        if found is not None:
            return found
    return None


def _roundest(low: Decimal, high: Decimal, finest: int) -> Decimal | None:
    """The number with the fewest digits strictly between two others."""
    for power in range(12, finest - 1, -1):
        step = Decimal(1).scaleb(power)
        for unit in (5 * step, 2 * step, step):
            candidate = (low // unit + 1) * unit if low >= 0 else Decimal(0)
            if low < candidate < high:
                return Decimal(f"{candidate.normalize():f}")
    return None


def is_price(column: Column) -> bool:
    """Whether a column is a price per unit."""
    told = column.role == "price" or "price" in column.name
    return told and column.kind == "amount" and not column.additive and column.format.style != "compact"


def is_quantity(column: Column) -> bool:
    """Whether a column counts what is ordered or delivered."""
    return column.kind == "count" and (column.role == "quantity" or "quantity" in column.name)


_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def follows(views: Views, images: Iterable[int]) -> bool:
    """Whether each of these images is plainly later than the one before it, by a date or year that they show."""
    moments = [_moment(views, i) for i in images]
    return None not in moments and all(a < b for a, b in pairwise(m for m in moments if m is not None))


def _moment(views: Views, image: int) -> date | None:
    """The first date among an image's facts, the first of its rows' periods, or the year of its subject."""
    for sheet in (s for s in views.read if s.image == image):
        label = label_of(sheet)
        found = [c for c in sheet.columns if c.kind == "date" and (sheet.part == FACTS or c == label)]
        values = [v for c in found[:1] for v in sheet.values(c.name) if isinstance(v, date)]
        if values:
            return min(values)
    years = _YEAR.findall(views.view(image).subject)
    return date(int(years[0]), 1, 1) if len(years) == 1 else None
