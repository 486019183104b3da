"""Sheets: the tables that programs run over. One per part of each image, named image1_items and the like.

Two kinds of sheet have one shape: *intended* (what the views mean to show, at display precision) and *as-read*
(rebuilt from readings alone). A column or row that is not drawn is not in an as-read sheet; a cell that is not drawn
is None there.
"""

from collections.abc import Iterable
from decimal import Decimal

from pydantic import Field

from .formats import Unreadable, read, show
from .reading import Reading
from .values import Value
from .view import Part, View, cell_ref, header_ref
from .world import Grid, Origin


class Sheet(Grid):
    """One table that programs see."""

    name: str
    image: int
    part: str
    row_noun: str = "row"
    origins: tuple[tuple[Origin, ...], ...] = Field((), description="The world's cell behind each cell.")
    tolerances: tuple[tuple[Decimal, ...], ...] = Field((), description="0 for printed text.")
    row_numbers: tuple[int, ...] = Field((), description="For each row, its number in the part (refs use it).")

    @property
    def exact(self) -> bool:
        return not any(t for row in self.tolerances for t in row)

    def tolerance(self, row: int, column: str) -> Decimal:
        return self.tolerances[row][self.index(column)]

    def ref(self, row: int, column: str) -> str:
        """The ref of a cell within its image, e.g. 'items[3].amount'."""
        return cell_ref(self.part, self.row_numbers[row], column)


def sheet_name(image: int, part: str) -> str:
    return f"image{image}_{part}"


def displayed(value: Value, part: Part, column: str, locale: str) -> Value:
    """A value at the precision its display format keeps: what a reader of perfect sight would take from it."""
    found = part.column(column)
    try:
        return read(show(value, found.format, locale), found.kind, found.format, locale)
    except Unreadable:
        return None


def intended(view: View) -> tuple[Sheet, ...]:
    """What the view means to show, at display precision."""
    return tuple(
        Sheet(
            name=sheet_name(view.image, part.name), image=view.image, part=part.name, row_noun=part.row_noun,
            columns=part.columns,
            rows=tuple(
                tuple(displayed(v, part, c.name, view.locale) for c, v in zip(part.columns, row, strict=True))
                for row in part.rows
            ),
            origins=_origins(part, range(len(part.rows)), [c.name for c in part.columns]),
            tolerances=tuple(tuple(Decimal(0) for _ in part.columns) for _ in part.rows),
            row_numbers=tuple(range(len(part.rows))),
        )
        for part in view.parts
    )  # fmt: skip


def as_read(view: View, readings: Iterable[Reading]) -> tuple[Sheet, ...]:
    """The view rebuilt from its cell readings alone; parts without any reading are left out."""
    found = {r.ref: r for r in readings if r.role == "cell"}
    return tuple(s for part in view.parts if (s := _as_read_part(view, part, found)) is not None)


def _as_read_part(view: View, part: Part, found: dict[str, Reading]) -> Sheet | None:
    drawn = [[found.get(cell_ref(part.name, row, c.name)) for c in part.columns] for row in range(len(part.rows))]
    rows = [r for r, cells in enumerate(drawn) if any(cells)]
    columns = [i for i in range(len(part.columns)) if any(drawn[r][i] for r in rows)]
    if not rows:
        return None
    cells = [[drawn[r][i] for i in columns] for r in rows]
    return Sheet(
        name=sheet_name(view.image, part.name), image=view.image, part=part.name, row_noun=part.row_noun,
        columns=tuple(part.columns[i] for i in columns),
        rows=tuple(tuple(c.value if c else None for c in row) for row in cells),
        origins=_origins(part, rows, [part.columns[i].name for i in columns]),
        tolerances=tuple(tuple(c.tolerance if c else Decimal(0) for c in row) for row in cells),
        row_numbers=tuple(rows),
    )  # fmt: skip


def _origins(part: Part, rows: Iterable[int], columns: list[str]) -> tuple[tuple[Origin, ...], ...]:
    return tuple(tuple(part.origin(r, c) for c in columns) for r in rows)


def needed_keys(part: Part, row: int, column: str) -> tuple[str, ...]:
    """Refs of what a reader needs to understand a cell: its row's label cell and its column's header.

    A row's label explains itself (months along an axis need no "Month"), so does a self-evident column; the facts have
    one row and need no label for it.
    """
    keys: list[str] = []
    label = part.label if part.name != "facts" else None
    if label is not None and label.name == column:
        return ()
    if label is not None:
        keys.append(cell_ref(part.name, row, label.name))
    if not part.column(column).self_evident:
        keys.append(header_ref(part.name, column))
    return tuple(keys)
