"""Views as a perfect drawing would give them: every cell and header read as meant. No pixels needed."""

import sqlite3
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from cosyn_multi.model import (
    Format,
    Reading,
    Rendering,
    Sheet,
    View,
    Views,
    World,
    header_ref,
    intended,
    needed_keys,
    show,
)
from cosyn_multi.model.sheet import displayed
from cosyn_multi.model.view import cell_ref


def perfect(world: World, views: tuple[View, ...], marks: dict[str, Decimal] | None = None) -> Views:
    """Views of perfect renderings. `marks`: tolerance of columns that are read from marks, by column name."""
    return Views(world=world, views=views, renderings=tuple(_rendering(v, marks or {}) for v in views))


def _rendering(view: View, marks: dict[str, Decimal]) -> Rendering:
    cells, keys = [], [Reading(ref="@title", role="title", shown=view.title, value=view.title)]
    for part in view.parts:
        for column in part.columns:
            keys.append(Reading(ref=header_ref(part.name, column.name), role="header", shown=column.header))
            for row, value in enumerate(part.values(column.name)):
                cells.append(
                    Reading(
                        ref=cell_ref(part.name, row, column.name),
                        shown=show(value, column.format, view.locale),
                        kind=column.kind,
                        value=displayed(value, part, column.name, view.locale),
                        tolerance=marks.get(column.name, Decimal(0)),
                        keys=needed_keys(part, row, column.name),
                    )
                )
    return Rendering(png=b"", width=800, height=1000, cells=tuple(cells), keys=tuple(keys))


class _Sum:
    def __init__(self) -> None:
        self.numbers: list[Decimal] = []

    def step(self, value: Any) -> None:
        if value is not None:
            self.numbers.append(Decimal(str(value)))

    def finalize(self) -> float | int | None:
        total = sum(self.numbers, Decimal(0))
        return None if not self.numbers else int(total) if total == int(total) else float(total)


class _Mean(_Sum):
    def finalize(self) -> float | None:
        return float(sum(self.numbers, Decimal(0)) / len(self.numbers)) if self.numbers else None


def _round(value: Any, places: int = 0) -> float | None:
    if value is None:
        return None
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def run(program: str, sheets: tuple[Sheet, ...]) -> list[tuple[Any, ...]]:
    """A program's rows, over these sheets in a plain SQLite with exact decimal functions."""
    db = sqlite3.connect(":memory:")
    try:
        for name, arity, function in (("round", 1, _round), ("round", 2, _round)):
            db.create_function(name, arity, function, deterministic=True)
        db.create_aggregate("sum", 1, _Sum)  # type: ignore[arg-type]
        db.create_aggregate("total", 1, _Sum)  # type: ignore[arg-type]
        db.create_aggregate("avg", 1, _Mean)  # type: ignore[arg-type]
        for sheet in sheets:
            load(db, sheet)
        return db.execute(program).fetchall()
    finally:
        db.close()


def load(db: sqlite3.Connection, sheet: Sheet) -> None:
    kinds = {"count": "INTEGER", "amount": "REAL", "percent": "REAL"}
    columns = ", ".join(f'"{c.name}" {kinds.get(c.kind, "TEXT")}' for c in sheet.columns)
    db.execute(f'CREATE TABLE "{sheet.name}" ({columns}) STRICT')
    marks = ", ".join("?" for _ in sheet.columns)
    rows = [tuple(_plain(v) for v in row) for row in sheet.rows]
    db.executemany(f'INSERT INTO "{sheet.name}" VALUES ({marks})', rows)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


__all__ = ["Format", "intended", "perfect", "run"]
