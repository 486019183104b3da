"""Draws with another number of rows: what a hidden table's length could be."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from cosyn_multi.checks.case import label_of

if TYPE_CHECKING:
    from .hidden import Grid, Hidden, Tables, Unseen

MORE_OR_LESS = 2
"""A hidden table may be so many rows longer or shorter than the lengths that are seen."""


def resize(hidden: Hidden, tables: Tables, rng: Random) -> None:
    """Drop or add rows. Rows that other images show or the question names stay; where one is shown, none is added."""
    for name, grid in tables.items():
        columns = [u for u in hidden.unseen if u.sheet.name == name]
        sheet = columns[0].sheet
        if sheet.part == "facts" or label_of(sheet).kind == "date":
            continue
        lengths = [len(s.rows) for s in hidden.case.bench.sheets.values() if s.part == sheet.part]
        wanted = rng.randint(max(1, min(lengths) - MORE_OR_LESS), max(lengths) + MORE_OR_LESS)
        if wanted < len(grid):
            _shorten(columns, grid, len(grid) - wanted, rng)
        elif not any(u.given or u.rough for u in columns):
            _lengthen(hidden, columns, grid, wanted - len(grid), rng)


def _shorten(columns: list[Unseen], grid: Grid, count: int, rng: Random) -> None:
    shown = {row for u in columns for row in (*u.given, *u.rough)}
    named = {u.sheet.rows[row][u.place] for u in columns for row in u.named}
    loose = [
        row for row, cells in enumerate(grid) if row not in shown and not named & {cells[u.place] for u in columns}
    ]
    gone = set(rng.sample(loose, min(len(loose), count)))
    grid[:] = [cells for row, cells in enumerate(grid) if row not in gone] or grid[:1]


def _lengthen(hidden: Hidden, columns: list[Unseen], grid: Grid, count: int, rng: Random) -> None:
    for _ in range(count):
        cells = list(rng.choice(grid))
        for u in columns:
            own = cells[u.place]
            if u.column.numeric:
                cells[u.place] = hidden.plausible.number(u.sheet, u.column, own, rng)
            elif isinstance(own, str):
                cells[u.place] = hidden.plausible.name(u.sheet, u.column, [r[u.place] for r in grid], own, rng)
        grid.append(cells)
