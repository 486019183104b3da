"""Pieces of SQL that the programs of several kinds are made of."""

from collections.abc import Iterable

from .base import literal, q
from .fields import Field
from .sheets import Cell, label_of, named_by


def cell_sql(cell: Cell) -> str:
    """A SELECT without parentheses that yields the one cell."""
    return f"SELECT {q(cell.column.name)} FROM {q(cell.sheet.name)}{where(cell)}"


def where(cell: Cell) -> str:
    """The condition that finds a cell's row by its label; nothing among facts."""
    label = label_of(cell.sheet)
    return f" WHERE {q(label.name)} = {literal(cell.label)}" if label else ""


def value(cell: Cell) -> str:
    """A cell as a scalar expression."""
    return f"({cell_sql(cell)})"


def field_sql(field: Field) -> str:
    """One row per image: image (its number) and x (the value)."""
    return union(
        f"SELECT {c.image} AS image, {q(c.column.name)} AS x FROM {q(c.sheet.name)}{where(c)}" for c in field.cells
    )


def union(selects: Iterable[str]) -> str:
    return " UNION ALL ".join(selects)


def top_label(top: Cell, up: bool) -> str:
    """A SELECT of the name of the row with the highest (or lowest) value in a cell's column."""
    column, table = q(top.column.name), q(top.sheet.name)
    best = f"SELECT {'max' if up else 'min'}({column}) FROM {table}"
    return f"SELECT {q(named_by(top.sheet).name)} FROM {table} WHERE {column} = ({best})"
