"""What the filter dropped, why, and what people took back."""

from collections.abc import Iterable
from typing import Final

from pydantic import Field

from cosyn_multi.model import Frozen

from .database import NOW, Database

REASONS: Final = {
    "language": "another language", "unfit": "question and answer don't fit", "no_such_image": "no such image",
    "counting": "asks to count", "repeats": "the answer repeats the question", "identity": "asks who a person is",
    "mark": "holds a trainer's mark", "duplicate": "asked twice", "one_image": "one image is enough",
    "expert": "needs an expert",
}  # fmt: skip
"""Slug -> what a person reads."""


class Drop(Frozen):
    """One reason to leave a question out."""

    question: int
    reason: str
    detail: str
    judge: str = Field(description="`rules`, or the model's name.")
    taken_back_by: str = Field("", description="Who said that the question stays all the same.")


class Drops:
    def __init__(self, database: Database) -> None:
        self.database = database

    def replace(self, judged: Iterable[int], found: Iterable[Drop], judge: str) -> None:
        """Put what a judge found about these questions in place of what it found before; what was taken back stays so."""
        with self.database.writing() as db:
            now = {(d.question, d.reason): d for d in found}
            for question in judged:
                for row in db.execute(
                    "SELECT reason FROM drops WHERE question = ? AND judge = ?", (question, judge)
                ).fetchall():
                    if (question, row["reason"]) not in now:
                        db.execute("DELETE FROM drops WHERE question = ? AND reason = ?", (question, row["reason"]))
            for drop in now.values():
                db.execute(
                    f"INSERT INTO drops (question, reason, detail, judge, at) VALUES (?, ?, ?, ?, {NOW}) "
                    "ON CONFLICT (question, reason) DO UPDATE SET detail = excluded.detail, judge = excluded.judge",
                    (drop.question, drop.reason, drop.detail, drop.judge),
                )

    def take_back(self, question: int, person: str) -> None:
        """The question stays, whatever was found about it so far."""
        self._set(question, "taken_back_by = ?, taken_back_at = " + NOW, (person,))

    def drop_again(self, question: int) -> None:
        self._set(question, "taken_back_by = '', taken_back_at = NULL", ())

    def _set(self, question: int, what: str, values: tuple[str, ...]) -> None:
        with self.database.writing() as db:
            db.execute(f"UPDATE drops SET {what} WHERE question = ?", (*values, question))

    def of(self, question: int) -> list[Drop]:
        rows = self.database.all("SELECT * FROM drops WHERE question = ? ORDER BY reason", question)
        return [Drop(**{name: row[name] for name in Drop.model_fields}) for row in rows]

    def all(self) -> dict[int, list[Drop]]:
        """By question."""
        found: dict[int, list[Drop]] = {}
        for row in self.database.all("SELECT * FROM drops ORDER BY question, reason"):
            drop = Drop(**{name: row[name] for name in Drop.model_fields})
            found.setdefault(drop.question, []).append(drop)
        return found

    def out(self) -> set[int]:
        """Questions that are left out now."""
        return {q for q, drops in self.all().items() if any(not d.taken_back_by for d in drops)}
