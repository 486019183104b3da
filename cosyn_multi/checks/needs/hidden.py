"""Hidden: one image that isn't seen, and draws of what it could show."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Final

from cosyn_multi.checks.case import Case, label_of
from cosyn_multi.model import Column, Origin, Relation, Sheet, Value
from cosyn_multi.programs import Row, plain_row

from .known import Knowledge, Known, pinned
from .plausible import Plausible, later
from .related import repair
from .resized import resize

Grid = list[list[Value]]
Tables = dict[str, Grid]

EXTREMES: Final = (0.0, 1.0)
PERMUTATIONS: Final = 6
FIRST: Final = 20
"""Draws in order; later ones, made only where few were plausible, alternate between permutations and random ones."""


@dataclass
class Unseen:
    """A column of the hidden image that the program reads."""

    sheet: Sheet
    column: Column
    place: int
    free: list[int]
    """Rows whose cell no other image shows."""
    rough: dict[int, Known]
    """Rows whose cell another image shows, but less finely."""
    given: dict[int, Known]
    """Rows whose cell another image shows."""
    named: frozenset[int]
    """Rows whose text the question takes for granted: it may move to another row, but not vanish."""


@dataclass
class Hidden:
    """What is unknown of one image to someone who sees all the others and has read the question."""

    case: Case
    image: int
    known: Knowledge
    relations: tuple[Relation, ...]
    unseen: list[Unseen] = field(init=False)

    def __post_init__(self) -> None:
        self.plausible = Plausible(self.case.bench)
        named = _presumed(self.case)
        columns = [(s, c) for s, c in self.case.columns if s.image == self.image]
        self.unseen = [self._column(sheet, column, named) for sheet, column in columns]
        cells = {self._origin(u, row) for u in self.unseen for row in (*u.free, *u.rough)}
        numeric = [r for r in self.relations if cells & {r.target, *r.sources}]
        self.relations = tuple(r for r in numeric if {r.target, *r.sources} <= cells | self.known.keys())

    def _column(self, sheet: Sheet, column: Column, named: dict[tuple[str, str], set[str]]) -> Unseen:
        unseen = Unseen(sheet, column, sheet.index(column.name), [], {}, {}, frozenset())
        presumed = named.get((sheet.name, column.name), set()) | named.get(("", ""), set())
        texts = set()
        for row, value in enumerate(sheet.values(column.name)):
            known = self.known.get(self._origin(unseen, row))
            if known is None or value is None:
                unseen.free.append(row)
            else:
                seen = pinned(known, column, value)
                (unseen.rough if seen.slack else unseen.given)[row] = seen
            if (isinstance(value, str) and value in presumed) or (
                isinstance(value, date) and value.isoformat() in presumed
            ):
                texts.add(row)
        unseen.named = frozenset(texts)
        return unseen

    def _origin(self, unseen: Unseen, row: int) -> Origin:
        return unseen.sheet.origins[row][unseen.place]

    @property
    def open(self) -> bool:
        """Whether anything about the image is unknown, or other images say something else of it."""
        return any(u.free or u.rough or self._contradicted(u) for u in self.unseen)

    def _contradicted(self, u: Unseen) -> bool:
        return any(_typed(k.value, u.column) != u.sheet.rows[row][u.place] for row, k in u.given.items())

    def base(self) -> Tables:
        """The hidden sheets with what other images show in place of what this one does."""
        tables: Tables = {u.sheet.name: [list(r) for r in u.sheet.rows] for u in self.unseen}
        for u in self.unseen:
            for row, known in u.given.items():
                tables[u.sheet.name][row][u.place] = _typed(known.value, u.column)
        return tables

    def draws(self, rng: Random, count: int) -> Iterator[dict[str, list[Row]]]:
        """Plausible readings: the extremes, then permutations, then random ones."""
        for number in range(count):
            tables = self.base()
            self._draw(tables, rng, number)
            if repair(self, tables):
                yield finished(tables)

    def _draw(self, tables: Tables, rng: Random, number: int) -> None:
        first = number - len(EXTREMES)
        if first < 0:
            self._fill(tables, rng, EXTREMES[number])
        elif first == 0:
            self._fill(tables, rng, None, ends=True)
        elif first <= PERMUTATIONS or (number >= FIRST and number % 2):
            self._permute(tables, rng)
        else:
            self._fill(tables, rng, None)
            self._rename(tables, rng)
            if number % 3:
                resize(self, tables, rng)

    def _fill(self, tables: Tables, rng: Random, at: float | None, ends: bool = False) -> None:
        for u in self.unseen:
            grid = tables[u.sheet.name]
            if u.column.numeric:
                for row in u.free:
                    where = float(rng.random() < 0.5) if ends else at
                    own, label = grid[row][u.place], self._label(u, grid, row)
                    grid[row][u.place] = self.plausible.number(u.sheet, u.column, own, rng, where, label)
            elif u.column.kind == "date" and not u.named:
                self._redate(u, grid, rng)
            for row, known in u.rough.items():
                grid[row][u.place] = self.plausible.near(known, u.column, grid[row][u.place], rng)

    def _label(self, u: Unseen, grid: Grid, row: int) -> Value:
        return None if u.sheet.part == "facts" else grid[row][u.sheet.index(label_of(u.sheet).name)]

    def _redate(self, u: Unseen, grid: Grid, rng: Random) -> None:
        """A date of its own lies anywhere in the range of its like; a column of dates moves as a whole."""
        if len(u.free) == 1 and len(grid) == 1:
            grid[u.free[0]][u.place] = self.plausible.day(u.sheet, u.column, rng)
            return
        steps = rng.choice([s for s in range(-12, 13) if s])
        for row in u.free:
            value = grid[row][u.place]
            grid[row][u.place] = later(value, steps, u.column) if isinstance(value, date) else value

    def _permute(self, tables: Tables, rng: Random) -> None:
        """Values and names change places within their columns; a single one, as facts have, is drawn anew."""
        alone = [u for u in self.unseen if len(u.free) == 1]
        for u in self.unseen:
            grid = tables[u.sheet.name]
            if len(u.free) > 1 and (u.column.kind != "date" or label_of(u.sheet).name != u.column.name):
                values = [grid[row][u.place] for row in u.free]
                for row, value in zip(u.free, rng.sample(values, len(values)), strict=True):
                    grid[row][u.place] = value
        for u in alone:
            grid, row = tables[u.sheet.name], u.free[0]
            own = grid[row][u.place]
            if u.column.numeric:
                label = self._label(u, grid, row)
                grid[row][u.place] = self.plausible.number(u.sheet, u.column, own, rng, label=label)
            elif isinstance(own, date) and row not in u.named:
                grid[row][u.place] = self.plausible.day(u.sheet, u.column, rng)
            elif isinstance(own, str) and row not in u.named:
                grid[row][u.place] = self.plausible.name(u.sheet, u.column, [own], own, rng)

    def _rename(self, tables: Tables, rng: Random) -> None:
        for u in self.unseen:
            if u.column.numeric or u.column.kind == "date":
                continue
            grid = tables[u.sheet.name]
            values = [grid[row][u.place] for row in u.free]
            for row, value in zip(u.free, rng.sample(values, len(values)), strict=True):
                grid[row][u.place] = value
            kept = {u.sheet.rows[row][u.place] for row in u.named}
            for row in u.free:
                own = grid[row][u.place]
                if isinstance(own, str) and own not in kept and rng.random() < 0.6:
                    taken = [r[u.place] for r in grid]
                    grid[row][u.place] = self.plausible.name(u.sheet, u.column, taken, own, rng)


def _presumed(case: Case) -> dict[tuple[str, str], set[str]]:
    """Texts that the question takes for granted, per column; under ('', '') those it names anywhere."""
    found: dict[tuple[str, str], set[str]] = {("", ""): set(case.draft.names)}
    for table, column, text in case.program.named:
        found.setdefault((table, column), set()).add(text)
    return found


def _typed(value: Value, column: Column) -> Value:
    if isinstance(value, int | Decimal):
        return round(value) if column.kind == "count" else Decimal(value)
    return value


def finished(tables: Tables) -> dict[str, list[Row]]:
    return {name: [plain_row(row) for row in grid] for name, grid in tables.items()}
