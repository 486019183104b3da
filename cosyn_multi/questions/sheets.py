"""Look-ups over the as-read sheets that the question kinds share. Pure; nothing is judged or worded here.

A `Cell` is one readable cell.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cosyn_multi.model import Column, Origin, Sheet, Value, Views

FACTS = "facts"
PACKING = "packing"
"""Role of a column that says how something is sold: by the bag, in boxes."""
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


def sameness(column: Column) -> tuple[str, ...]:
    """What columns of several images must have in common to say the same thing.

    Name, label and unit alone don't do: two charts may have a series "Lake intake" in %, one of reservoir levels and
    one of losses; their nouns tell them apart.
    """
    return column.name, column.kind, column.unit, column.label, column.called


def comparable(a: Column, b: Column) -> bool:
    """Whether two columns say the same thing of their rows."""
    return sameness(a) == sameness(b)


def naming(sheet: Sheet) -> tuple[Column, ...]:
    """Columns beside the label that could name the rows too: texts of which none is there twice, and no packings."""
    label = label_of(sheet)
    others = [c for c in sheet.columns if c.kind in ("key", "category", "text") and c != label and c.role != PACKING]
    values = {c.name: [_folded(v) for v in sheet.values(c.name)] for c in others}
    return tuple(c for c in others if len(set(values[c.name])) == len(sheet.rows) > 1)


def shared_labels(*sheets: Sheet) -> tuple[Value, ...]:
    """Row labels that all the sheets have, in the first one's order."""
    return tuple(v for v in labels(sheets[0]) if all(row_of(s, v) is not None for s in sheets[1:]))


def only_here(views: Views, cell: Cell) -> bool:
    """Whether no other image shows the same cell of the world."""
    return shown_on(views, cell.origin) == (cell.image,)


def shown_on(views: Views, origin: Origin) -> tuple[int, ...]:
    """The images that show a cell of the world."""
    return views.shown_on.get(origin, ())


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


def exact_number(value: Value) -> Decimal:
    """A value that must be a number. Raises: TypeError."""
    if not isinstance(value, int | Decimal):
        raise TypeError(f"{value!r} is not a number")
    return Decimal(value)


def amount(views: Views, cell: Cell) -> Decimal:
    """`truth` of a numeric cell."""
    return exact_number(truth(views, cell))


def needless(top: Cell, found: Cell, up: bool) -> bool:
    """Whether a look-up from one image into another can be had without the first.

    So it is where the row found is the outstanding one in its own image too, in the same way, or where the first image
    gives the same number for it.
    """
    best = max(column_cells(found.sheet, found.column.name), key=lambda c: c.number if up else -c.number)
    here = [Cell(top.sheet, top.row, c) for c in measures(top.sheet) if top.sheet.cell(top.row, c.name) is not None]
    return best.label == found.label or any(
        c.number == found.number for c in here if c.column.unit == found.column.unit
    )


def own(views: Views, column: str, *sheets: Sheet) -> bool:
    """Whether no other image shows a cell of this column of these sheets."""
    return all(only_here(views, c) for s in sheets for c in column_cells(s, column))


def is_price(column: Column) -> bool:
    """Whether a column is a price per unit."""
    told = column.role == "price" or "price" in column.name
    return told and column.kind == "amount" and not column.additive and column.format.style != "compact"


def is_quantity(column: Column) -> bool:
    """Whether a column counts what is ordered or delivered."""
    return column.kind == "count" and (column.role == "quantity" or "quantity" in column.name)
