"""Questions as people write them: the text of now, every version of it, and the time that went into it.

What is kept while somebody types goes into one version; asking the model, taking its draft and submitting settle it, and
what comes after is the next version.
"""

import sqlite3
import time
from typing import Final, Literal

from pydantic import Field

from cosyn_multi.errors import UserError
from cosyn_multi.model import Frozen

from .database import NOW, Database

LONGEST_QUESTION: Final = 600
LONGEST_ANSWER: Final = 3000
"""Both with what is said to the model fit into the largest form that is taken, in any script."""
LONGEST_GAP_S: Final = 90.0
"""Time between two signs of life counts as work up to this."""

FieldName = Literal["question", "answer"]
Origin = Literal["typed", "model"]
State = Literal["open", "submitted"]


class Written(Frozen):
    """A question with its answer, as it is now."""

    id: int
    set_id: str
    writer: str
    question: str
    answer: str
    revision: int = Field(description="Grows with every change.")
    state: State
    seconds: float = Field(description="Time that the writer's page was in use.")
    second: bool = Field(description="Whether another person is to answer it, too.")
    begun_at: str
    submitted_at: str | None


class Version(Frozen):
    field: FieldName
    text: str
    origin: Origin
    at: str


class Changed(UserError):
    """The text was changed elsewhere since the page took it. `now` is what it is."""

    def __init__(self, now: Written) -> None:
        super().__init__("this question was changed in another window")
        self.now = now


class Questions:
    def __init__(self, database: Database) -> None:
        self.database = database

    def open(self, set_id: str, writer: str) -> Written:
        """The writer's open question on a set; begun if there is none."""
        with self.database.writing() as db:
            db.execute(
                f"INSERT OR IGNORE INTO questions (set_id, writer, seen_at_s, begun_at) VALUES (?, ?, ?, {NOW})",
                (set_id, writer, time.time()),
            )
            row = db.execute(
                "SELECT id FROM questions WHERE set_id = ? AND writer = ? AND state = 'open'", (set_id, writer)
            ).fetchone()
        return self.get(row["id"])

    def get(self, number: int) -> Written:
        """Raises: UserError if there is no such question."""
        row = self.database.one("SELECT * FROM questions WHERE id = ?", number)
        if row is None:
            raise UserError(f"question {number}: not there")
        return _written(row)

    def of_set(self, set_id: str) -> list[Written]:
        """Those that were submitted, in that order."""
        rows = self.database.all(
            "SELECT * FROM questions WHERE set_id = ? AND state = 'submitted' ORDER BY submitted_at, id", set_id
        )
        return [_written(row) for row in rows]

    def submitted(self) -> list[Written]:
        rows = self.database.all(
            "SELECT q.* FROM questions q JOIN sets s ON s.id = q.set_id WHERE q.state = 'submitted' "
            "ORDER BY s.place, s.id, q.submitted_at, q.id"
        )
        return [_written(row) for row in rows]

    def keep(self, number: int, writer: str, question: str, answer: str, revision: int, worked_s: float) -> Written:
        """Keep what stands in the page, and count the time worked.

        Raises: UserError if it isn't the writer's, is submitted or too long; Changed if `revision` isn't the last one.
        """
        _refuse_long(question, answer)
        with self.database.writing() as db:
            now = self._mine(number, writer)
            changes: list[tuple[FieldName, str]] = [("question", question), ("answer", answer)]
            changes = [(field, text) for field, text in changes if text != getattr(now, field)]
            if changes and revision != now.revision:
                raise Changed(now)
            for field, text in changes:
                _put(db, number, field, text, "typed")
            self._worked(db, number, worked_s)
        return self.get(number)

    def take(self, number: int, writer: str, answer: str) -> Written:
        """Put a model's draft in place of the answer; what stood there stays as a version. Raises: as `keep`."""
        with self.database.writing() as db:
            self._mine(number, writer)
            settle(db, number)
            _put(db, number, "answer", answer, "model")
            settle(db, number)
        return self.get(number)

    def settle(self, number: int) -> None:
        """What is changed from now on is another version."""
        with self.database.writing() as db:
            settle(db, number)

    def submit(self, number: int, writer: str, second: bool) -> Written:
        """Raises: UserError if it isn't the writer's, or a text is missing."""
        with self.database.writing() as db:
            now = self._mine(number, writer)
            missing = [name for name, text in (("question", now.question), ("answer", now.answer)) if not text.strip()]
            if missing:
                raise UserError(f"the {' and the '.join(missing)} {'is' if len(missing) == 1 else 'are'} empty")
            settle(db, number)
            db.execute(
                f"UPDATE questions SET state = 'submitted', second = ?, submitted_at = {NOW} WHERE id = ?",
                (int(second), number),
            )
        return self.get(number)

    def reopen(self, number: int, writer: str) -> Written:
        """Go on with a submitted question of one's own. Raises: UserError if it can't be."""
        with self.database.writing() as db:
            now = self.get(number)
            looked = db.execute("SELECT 1 FROM looks WHERE question = ? AND given IS NOT NULL", (number,)).fetchone()
            if now.writer != writer or now.state != "submitted":
                raise UserError(f"question {number}: only its writer can change it, once it is submitted")
            if looked:
                raise UserError(f"question {number}: another person has answered it; it can't be changed any more")
            db.execute(  # a page that was only opened
                "DELETE FROM questions WHERE set_id = ? AND writer = ? AND state = 'open' AND question = '' AND answer = '' "
                "AND id NOT IN (SELECT question FROM turns) AND id NOT IN (SELECT question FROM versions)",
                (now.set_id, writer),
            )
            try:
                db.execute("UPDATE questions SET state = 'open', submitted_at = NULL WHERE id = ?", (number,))
            except sqlite3.IntegrityError as error:
                raise UserError("you have another question open on this set; submit that one first") from error
            db.execute("DELETE FROM drops WHERE question = ?", (number,))
            db.execute("DELETE FROM looks WHERE question = ?", (number,))
        return self.get(number)

    def versions(self, number: int) -> list[Version]:
        rows = self.database.all("SELECT field, text, origin, at FROM versions WHERE question = ? ORDER BY seq", number)
        return [Version(**row) for row in rows]

    def _mine(self, number: int, writer: str) -> Written:
        now = self.get(number)
        if now.writer != writer:
            raise UserError(f"question {number}: {now.writer} writes it")
        if now.state != "open":
            raise UserError(f"question {number}: it is submitted already")
        return now

    def _worked(self, db: sqlite3.Connection, number: int, worked_s: float) -> None:
        """Never more than has passed since the last sign of life: a page can't be believed in its clock."""
        now = time.time()
        row = db.execute("SELECT seen_at_s FROM questions WHERE id = ?", (number,)).fetchone()
        counted = max(0.0, min(worked_s, now - row["seen_at_s"], LONGEST_GAP_S))
        db.execute("UPDATE questions SET seconds = seconds + ?, seen_at_s = ? WHERE id = ?", (counted, now, number))


def settle(db: sqlite3.Connection, number: int) -> None:
    db.execute("UPDATE versions SET settled = 1 WHERE question = ?", (number,))


def _put(db: sqlite3.Connection, number: int, field: FieldName, text: str, origin: Origin) -> None:
    last = db.execute(
        "SELECT seq, settled FROM versions WHERE question = ? AND field = ? ORDER BY seq DESC LIMIT 1", (number, field)
    ).fetchone()
    if last and not last["settled"]:
        db.execute(f"UPDATE versions SET text = ?, at = {NOW} WHERE seq = ?", (text, last["seq"]))
    else:
        db.execute(
            f"INSERT INTO versions (question, field, text, origin, at) VALUES (?, ?, ?, ?, {NOW})",
            (number, field, text, origin),
        )
    db.execute(f"UPDATE questions SET {field} = ?, revision = revision + 1 WHERE id = ?", (text, number))


def _refuse_long(question: str, answer: str) -> None:
    for name, text, most in (("question", question, LONGEST_QUESTION), ("answer", answer, LONGEST_ANSWER)):
        if len(text) > most:
            raise UserError(f"the {name} has {len(text):,} characters, {most:,} is the most")


def _written(row: sqlite3.Row) -> Written:
    return Written(**{name: row[name] for name in Written.model_fields})
