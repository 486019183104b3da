"""Database: one set's sheets as typed SQLite tables, and programs run over them."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from cosyn_multi.model import Sheet, Value

from .exact import Cell
from .safe import MOST_ROWS, Guard, ProgramError, connect

Row = tuple[Cell, ...]

TYPES: Final = {"count": "INTEGER", "amount": "REAL", "percent": "REAL"}
"""SQLite type per kind; all others are TEXT (dates as ISO text, so that they sort)."""


_SELECT = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Result:
    """What a program returned, and which (table, column) it read; column '' means that only rows were counted."""

    rows: tuple[Row, ...]
    columns_read: frozenset[tuple[str, str]]


class Database:
    """The sheets of one set, loaded once. Not thread-safe.

    Programs should have passed `static.analyse` first; what they do is limited here all the same.
    """

    def __init__(self, sheets: Iterable[Sheet]) -> None:
        self._guard = Guard()
        self._db = connect(self._guard)
        self._rows: dict[str, list[Row]] = {}
        self._read: dict[str, frozenset[tuple[str, str]]] = {}
        self.sheets = {s.name: s for s in sheets}
        for sheet in self.sheets.values():
            columns = ", ".join(f'"{c.name}" {TYPES.get(c.kind, "TEXT")}' for c in sheet.columns)
            self._db.execute(f'CREATE TABLE "{sheet.name}" ({columns}) STRICT')
            self._rows[sheet.name] = [plain_row(row) for row in sheet.rows]
            self._fill(sheet.name, self._rows[sheet.name])
        self._guard.tables = set(self.sheets)
        self._guard.open = False

    def close(self) -> None:
        self._db.close()

    def rows(self, name: str) -> list[Row]:
        """A sheet's rows as loaded. Don't change the list."""
        return self._rows[name]

    def run(self, program: str) -> Result:
        """Run one SELECT.

        Raises: ProgramError: not_a_select, forbidden, recursion, runaway, no_such_table, no_such_column, function_misused,
            too_many_rows, too_large, several_statements, sql_error.
        """
        if not _SELECT.match(program):
            raise ProgramError("not_a_select", "a program begins with SELECT or WITH")
        guard = self._guard
        guard.start()
        try:
            rows = self._db.execute(program).fetchmany(MOST_ROWS + 1)
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise self._explained(error) from error
        finally:
            # A statement is prepared once: later runs of it tell the guard nothing.
            self._read.setdefault(program, frozenset(guard.read))
        if len(rows) > MOST_ROWS:
            raise ProgramError("too_many_rows", f"it returns more than {MOST_ROWS} rows")
        return Result(tuple(rows), self._read[program])

    def _explained(self, error: Exception) -> ProgramError:
        guard, text = self._guard, str(error)
        if guard.refused:
            slug = "recursion" if guard.refused == "recursion" else "forbidden"
            return ProgramError(slug, f"a program may not use {guard.refused}")
        if guard.misuse:
            return ProgramError("function_misused", guard.misuse)
        for sign, slug in _SLUGS:
            if sign in text:
                return ProgramError(slug, text)
        return ProgramError("sql_error", text)

    @contextmanager
    def perturbed(self) -> Iterator["Perturbation"]:
        """Tables may be changed inside; afterwards they are as loaded."""
        change = Perturbation(self)
        try:
            yield change
        finally:
            change.put({})

    def _fill(self, name: str, rows: Sequence[Row], clear: bool = False) -> None:
        guard = self._guard
        before, guard.open = guard.open, True
        try:
            self._db.execute("BEGIN")
            if clear:
                self._db.execute(f'DELETE FROM "{name}"')
            marks = ", ".join("?" * len(self.sheets[name].columns))
            self._db.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
            self._db.execute("COMMIT")
        finally:
            guard.open = before


class Perturbation:
    """Tables changed for a while; made by `Database.perturbed`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.touched: set[str] = set()

    def put(self, tables: Mapping[str, Sequence[Row]]) -> None:
        """Other rows in these tables until the next `put` or the end; all other tables as loaded."""
        for name in sorted(self.touched - tables.keys()):
            self._database._fill(name, self._database.rows(name), clear=True)
        for name, rows in tables.items():
            self._database._fill(name, rows, clear=True)
        self.touched = set(tables)


_SLUGS: Final = (
    ("interrupted", "runaway"),
    ("no such table", "no_such_table"),
    ("no such column", "no_such_column"),
    ("one statement", "several_statements"),
    ("too big", "too_large"),
    ("too many", "too_large"),
    ("too large", "too_large"),
    ("too complex", "too_large"),
)


def plain(value: Value) -> Cell:
    """A value as SQLite holds it: amounts as floats, dates as ISO text."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def plain_row(row: Iterable[Value]) -> Row:
    return tuple(plain(v) for v in row)
