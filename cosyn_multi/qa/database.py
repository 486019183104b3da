"""The file of a question-writing run, `qa.sqlite`: its tables, and the one connection to it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, Final

from cosyn_multi.errors import RunError

FILE: Final = "qa.sqlite"
VERSION: Final = 1
NOW: Final = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
Row = sqlite3.Row

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS images (
    sha256 TEXT PRIMARY KEY, place INTEGER NOT NULL, address TEXT NOT NULL, file TEXT NOT NULL,
    width INTEGER NOT NULL, height INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS names (name TEXT NOT NULL, sha256 TEXT NOT NULL REFERENCES images, PRIMARY KEY (name, sha256)) STRICT;
CREATE TABLE IF NOT EXISTS captions (
    sha256 TEXT PRIMARY KEY REFERENCES images, text TEXT NOT NULL, source TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS sets (
    id TEXT PRIMARY KEY, place INTEGER NOT NULL, similarities TEXT NOT NULL,
    holder TEXT NOT NULL DEFAULT '', held_since_s REAL NOT NULL DEFAULT 0, held_until_s REAL NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS members (
    set_id TEXT NOT NULL REFERENCES sets, number INTEGER NOT NULL, sha256 TEXT NOT NULL REFERENCES images,
    PRIMARY KEY (set_id, number)
) STRICT;
CREATE TABLE IF NOT EXISTS skips (
    seq INTEGER PRIMARY KEY, set_id TEXT NOT NULL REFERENCES sets, person TEXT NOT NULL, reason TEXT NOT NULL,
    note TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS skips_by_set ON skips (set_id);
CREATE TABLE IF NOT EXISTS questions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, set_id TEXT NOT NULL REFERENCES sets, writer TEXT NOT NULL,
    question TEXT NOT NULL DEFAULT '', answer TEXT NOT NULL DEFAULT '', revision INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'open', seconds REAL NOT NULL DEFAULT 0, seen_at_s REAL NOT NULL,
    second INTEGER NOT NULL DEFAULT 0, begun_at TEXT NOT NULL, submitted_at TEXT
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_open ON questions (set_id, writer) WHERE state = 'open';
CREATE INDEX IF NOT EXISTS by_set ON questions (set_id);
CREATE TABLE IF NOT EXISTS versions (
    seq INTEGER PRIMARY KEY, question INTEGER NOT NULL REFERENCES questions, field TEXT NOT NULL, text TEXT NOT NULL,
    origin TEXT NOT NULL, settled INTEGER NOT NULL DEFAULT 0, at TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS versions_by_question ON versions (question, field);
CREATE TABLE IF NOT EXISTS turns (
    seq INTEGER PRIMARY KEY, question INTEGER NOT NULL REFERENCES questions, asked TEXT NOT NULL, said TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', answer TEXT NOT NULL DEFAULT '', remark TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '', model TEXT NOT NULL, at TEXT NOT NULL, since_s REAL NOT NULL, done_at TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS turns_by_question ON turns (question);
CREATE TABLE IF NOT EXISTS looks (
    question INTEGER PRIMARY KEY REFERENCES questions, person TEXT NOT NULL, until_s REAL NOT NULL, given TEXT,
    against TEXT NOT NULL DEFAULT '', verdict TEXT NOT NULL DEFAULT '', by TEXT NOT NULL DEFAULT '', at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS drops (
    question INTEGER NOT NULL REFERENCES questions, reason TEXT NOT NULL, detail TEXT NOT NULL, judge TEXT NOT NULL,
    at TEXT NOT NULL, taken_back_by TEXT NOT NULL DEFAULT '', taken_back_at TEXT, PRIMARY KEY (question, reason)
) STRICT;
"""


class Database:
    """Safe to use from several threads, and beside other processes on the same run.

    What `writing` did is on disk when it ends, and survives a power cut. Raises: RunError if the file can't be used, or
    isn't there and `make` is off.
    """

    def __init__(self, run: Path, make: bool = False) -> None:
        self.path = run / FILE
        self._lock = RLock()
        if not make and not self.path.is_file():
            raise RunError(f"{run}: no {FILE} there; give the folder that `qa start --out` made")
        with self._told():
            if make:
                run.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=30, check_same_thread=False, isolation_level=None)
            self._db.row_factory = sqlite3.Row
            self._prepare()

    def _prepare(self) -> None:
        try:
            found = self._db.execute("PRAGMA user_version").fetchone()[0]
            if found not in (0, VERSION):
                raise RunError(f"{self.path}: of version {found}, this program writes {VERSION}; use the newer one")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(_SCHEMA)
            self._db.execute(f"PRAGMA user_version = {VERSION}")
        except BaseException:
            self._db.close()
            raise

    def all(self, query: str, *values: Any) -> list[Row]:
        with self._lock, self._told():
            return self._db.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> Row | None:
        return next(iter(self.all(query, *values)), None)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, alone; rolled back if the block raises."""
        with self._lock, self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise RunError(f"{self.path}: can't be used: {error}; check the file and the folder's rights") from error

    def close(self) -> None:
        with self._lock:
            self._db.close()
