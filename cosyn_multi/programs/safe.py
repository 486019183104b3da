"""A SQLite connection on which a program can do nothing but read its tables, for a bounded number of steps."""

import sqlite3
from collections.abc import Callable
from typing import Any, Final

from . import exact

FUNCTIONS: Final = frozenset({
    "abs", "avg", "coalesce", "count", "date", "dense_rank", "ifnull", "iif", "instr", "julianday", "length",
    "lower", "max", "min", "nullif", "rank", "round", "sign", "strftime", "substr", "substring", "sum", "total", "trim",
    "upper", "like", "lag", "lead",
})  # fmt: skip
"""All that a program may call. No random(), no clock, no printf, nothing that makes large values."""

STEPS_PER_TICK: Final = 1000
MOST_TICKS: Final = 2000
"""A program may take two million steps of SQLite's machine: a count, not a time, so that verdicts are the same on a
slow computer."""

MOST_ROWS: Final = 200
"""Most rows that a program may return."""

LIMITS: Final[dict[int, int]] = {
    sqlite3.SQLITE_LIMIT_LENGTH: 20_000,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 10_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 64,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 80,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 24,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 25_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 12,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 64,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}


class ProgramError(Exception):
    """A program that may not run, or that failed. `slug` is from a closed set, `detail` a sentence."""

    def __init__(self, slug: str, detail: str) -> None:
        super().__init__(f"{slug}: {detail}")
        self.slug, self.detail = slug, detail


class Guard:
    """Decides what statements may do, counts steps, and notes which columns a statement reads."""

    def __init__(self) -> None:
        self.tables: set[str] = set()
        self.open = True
        """While True, everything is allowed: for our own statements."""
        self.read: set[tuple[str, str]] = set()
        self.refused = ""
        self.misuse = ""
        self.ticks = 0

    def start(self) -> None:
        """Before a program is prepared and run."""
        self.read, self.refused, self.misuse, self.ticks = set(), "", "", 0

    def authorize(self, action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if self.open or action == sqlite3.SQLITE_SELECT:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            return self._reads(first or "", second or "")
        if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in FUNCTIONS:
            return sqlite3.SQLITE_OK
        what = {sqlite3.SQLITE_FUNCTION: f"function {second}", sqlite3.SQLITE_RECURSIVE: "recursion"}
        self.refused = self.refused or what.get(action, "anything but reading")
        return sqlite3.SQLITE_DENY

    def _reads(self, table: str, column: str) -> int:
        if table in self.tables:
            self.read.add((table, column))
            return sqlite3.SQLITE_OK
        if not column and not table.lower().startswith(("sqlite_", "pragma_")):
            return sqlite3.SQLITE_OK  # a subquery or CTE none of whose columns is used
        self.refused = self.refused or f"table {table}"
        return sqlite3.SQLITE_DENY

    def tick(self) -> bool:
        """Called every STEPS_PER_TICK steps; True stops the program."""
        self.ticks += 1
        return not self.open and self.ticks > MOST_TICKS

    def noting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function whose misuse is remembered: SQLite only tells that some function failed."""

        def call(*arguments: Any) -> Any:
            try:
                return function(*arguments)
            except exact.Misuse as error:
                self.misuse = str(error)
                raise

        return call


def connect(guard: Guard) -> sqlite3.Connection:
    """An empty database in memory, with our functions, its limits and its guard."""
    db = sqlite3.connect(":memory:", isolation_level=None, cached_statements=256)
    db.execute("PRAGMA temp_store = MEMORY")
    scalars = {
        "round": exact.rounded, "julianday": exact.julian_day, "date": exact.shifted, "strftime": exact.part_of_date,
    }  # fmt: skip
    for name, function in scalars.items():
        db.create_function(name, -1, guard.noting(function), deterministic=True)
    for name, aggregate in {"sum": exact.Sum, "total": exact.Total, "avg": exact.Mean}.items():
        db.create_window_function(name, 1, _noting(guard, aggregate))
    for limit, value in LIMITS.items():
        db.setlimit(limit, value)
    db.set_authorizer(guard.authorize)
    db.set_progress_handler(guard.tick, STEPS_PER_TICK)
    return db


def _noting(guard: Guard, aggregate: type[exact.Sum]) -> Any:
    """The aggregate with its `step` noted."""

    class Noted(aggregate):  # type: ignore[misc,valid-type]
        def step(self, value: exact.Cell) -> None:
            try:
                super().step(value)
            except exact.Misuse as error:
                guard.misuse = str(error)
                raise

    return Noted
