"""The review store: `reviews.sqlite` in a run's folder, made with the first verdict.

One row per reviewer, set and question, and every change in `history`. A question is known by what a reviewer saw of it:
if a run grows and its last shard is made again, a verdict never slips to another question that took the number.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final

from pydantic import Field

from cosyn_multi.errors import RunError, UserError, unknown
from cosyn_multi.model import Frozen, ImageSet

VERDICTS: Final = {
    "right": "right",
    "wrong": "wrong answer",
    "unreadable": "not readable",
    "not_needed": "not needed",
    "ugly": "ugly",
}
"""Slug -> what a person reads. `not_needed`: an image that the question claims to need isn't needed for it."""
REJECTING: Final = frozenset({"wrong", "unreadable", "not_needed"})
"""Verdicts after which a question should not be trained on; an ugly picture still tells the truth."""
FILE: Final = "reviews.sqlite"
LONGEST_NOTE: Final = 2000
LONGEST_NAME: Final = 40

_FIELDS: Final = "reviewer, set_id, question, number, kind, verdict, note, given, given_ok, at"
_COLUMNS: Final = """
    reviewer TEXT NOT NULL, set_id TEXT NOT NULL, question TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL,
    verdict TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', given TEXT, given_ok INTEGER, at TEXT NOT NULL
"""
_KEEP: Final = f"INSERT INTO history ({_FIELDS}) VALUES ({', '.join('new.' + f for f in _FIELDS.split(', '))});"
_SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS verdicts ({_COLUMNS}, PRIMARY KEY (reviewer, set_id, question)) STRICT;
CREATE TABLE IF NOT EXISTS history (seq INTEGER PRIMARY KEY, {_COLUMNS}) STRICT;
CREATE TRIGGER IF NOT EXISTS first AFTER INSERT ON verdicts BEGIN {_KEEP} END;
CREATE TRIGGER IF NOT EXISTS later AFTER UPDATE ON verdicts BEGIN {_KEEP} END;
CREATE INDEX IF NOT EXISTS by_set ON verdicts (set_id);
"""
_NOW: Final = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"


class Ref(Frozen):
    """Which question a verdict is about."""

    set_id: str
    question: str = Field(description="Digest of the question's text, its answer and the set's pictures.")
    number: int = Field(ge=1, description="Its place in the set when it was reviewed, from 1.")
    kind: str


class Review(Ref):
    """What one reviewer says of one question."""

    reviewer: str
    verdict: str = Field("", description="A key of VERDICTS; empty if none is given or it was taken back.")
    note: str = ""
    given: str | None = Field(None, description="What was answered in blind mode; None if the answer was in sight.")
    given_ok: bool | None = Field(None, description="Whether scoring took that for right.")
    at: str = Field(description="UTC, ISO 8601, of the last change.")


def ref_of(made: ImageSet, number: int) -> Ref:
    """The ref of a set's question, numbered from 1. Raises: IndexError if it has no such question."""
    if not 1 <= number <= len(made.questions):
        raise IndexError(f"set {made.id} has no question {number}")
    question = made.questions[number - 1]
    pictures = [p.png_digest or hashlib.sha256(p.rendering.png).hexdigest() for p in made.pictures]
    seen = "\0".join([question.draft.text, question.text_answer, *pictures])
    digest = hashlib.sha256(seen.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return Ref(set_id=made.id, question=digest, number=number, kind=question.draft.kind)


def reviewer_name(name: str) -> str:
    """A name as it is stored. Raises: UserError if it is empty, too long, or holds what can't be printed."""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise UserError(f"a reviewer's name has 1 to {LONGEST_NAME} printable characters")
    return plain


class Reviews:
    """The verdicts on one run. Safe to use from several threads, and beside other processes on the same run."""

    def __init__(self, run: Path) -> None:
        self.path = run / FILE
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    def judge(self, reviewer: str, ref: Ref, verdict: str, note: str | None = None) -> Review:
        """Store a verdict at once; an empty one takes it back, a note of None leaves the note as it is.

        Raises: UserError for an unknown verdict or name; RunError if the file can't be written.
        """
        if verdict and verdict not in VERDICTS:
            raise UserError(unknown("verdict", verdict, VERDICTS))
        changes: dict[str, Any] = {"verdict": verdict}
        if note is not None:
            changes["note"] = note.strip()[:LONGEST_NOTE]
        return self._change(reviewer, ref, changes)

    def answer(self, reviewer: str, ref: Ref, given: str, ok: bool) -> Review:
        """Store a blind answer. The first one stands: what came after was given in sight of the right one."""
        there = self._of(reviewer_name(reviewer), ref)
        if there and there.given is not None:
            return there
        return self._change(reviewer, ref, {"given": given[:LONGEST_NOTE], "given_ok": int(ok)})

    def of_set(self, set_id: str) -> list[Review]:
        return self._read(f"SELECT {_FIELDS} FROM verdicts WHERE set_id = ? ORDER BY number, reviewer", (set_id,))

    def by(self, reviewer: str) -> list[Review]:
        return self._read(f"SELECT {_FIELDS} FROM verdicts WHERE reviewer = ? ORDER BY at", (reviewer,))

    def all(self) -> list[Review]:
        """Every reviewer's last word on every question, by set, number and name."""
        return self._read(f"SELECT {_FIELDS} FROM verdicts ORDER BY set_id, number, reviewer", ())

    def said(self) -> dict[str, frozenset[str]]:
        """The verdicts that anybody gave, by set id; sets without one aren't there."""
        found: dict[str, set[str]] = {}
        for set_id, verdict in self._rows("SELECT DISTINCT set_id, verdict FROM verdicts WHERE verdict != ''"):
            found.setdefault(set_id, set()).add(verdict)
        return {set_id: frozenset(verdicts) for set_id, verdicts in found.items()}

    def history(self) -> list[Review]:
        """Everything that was ever said, in the order it was."""
        return self._read(f"SELECT {_FIELDS} FROM history ORDER BY seq", ())

    def close(self) -> None:
        with self._lock:
            if self._connection:
                self._connection.close()
                self._connection = None

    def _of(self, reviewer: str, ref: Ref) -> Review | None:
        where = f"SELECT {_FIELDS} FROM verdicts WHERE reviewer = ? AND set_id = ? AND question = ?"
        return next(iter(self._read(where, (reviewer, ref.set_id, ref.question))), None)

    def _change(self, reviewer: str, ref: Ref, changes: dict[str, Any]) -> Review:
        fields = {"reviewer": reviewer_name(reviewer), **ref.model_dump(), **changes}
        marks = ", ".join(f":{name}" for name in fields)
        update = ", ".join(f"{name} = excluded.{name}" for name in (*changes, "number", "at"))
        with self._open() as connection, connection:
            connection.execute(
                f"INSERT INTO verdicts ({', '.join(fields)}, at) VALUES ({marks}, {_NOW}) "
                f"ON CONFLICT (reviewer, set_id, question) DO UPDATE SET {update}",
                fields,
            )
        stored = self._of(fields["reviewer"], ref)
        assert stored is not None, "what was just committed can be read"
        return stored

    def _read(self, query: str, values: tuple[str, ...]) -> list[Review]:
        names = _FIELDS.split(", ")
        return [Review.model_validate(dict(zip(names, row, strict=True))) for row in self._rows(query, values)]

    def _rows(self, query: str, values: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        if not self.path.exists():
            return []
        with self._open() as connection:
            return connection.execute(query, values).fetchall()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The one connection, under the lock."""
        with self._lock:
            try:
                self._connection = self._connection or _connect(self.path)
                yield self._connection
            except sqlite3.Error as error:
                raise RunError(
                    f"{self.path}: can't be used: {error}; check the file and the folder's rights"
                ) from error


def _connect(path: Path) -> sqlite3.Connection:
    if not isinstance(path, Path):
        raise RunError(f"{path}: verdicts are kept in a file of this machine; copy the run into a folder")
    connection = sqlite3.connect(path, timeout=20, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a verdict that was acknowledged survives a power cut
        connection.executescript(_SCHEMA)
    except sqlite3.Error:
        connection.close()
        raise
    return connection
