"""Second looks: a question answered again by somebody who doesn't see the answer. At most one per question."""

import time
from typing import Final, Literal

from pydantic import Field

from cosyn_multi.errors import UserError
from cosyn_multi.model import Frozen

from .database import NOW, Database

HOLD_S: Final = 15 * 60
Verdict = Literal["", "same", "other", "undecided"]
"""`undecided`: no rule can compare the two, and the person hasn't said yet."""


class Look(Frozen):
    question: int
    person: str
    given: str
    against: str = Field(description="The answer that it was compared with.")
    verdict: Verdict
    by: str = Field(description="Who compared: `scoring`, or `person`.")
    at: str


class Looks:
    def __init__(self, database: Database) -> None:
        self.database = database

    def next_for(self, person: str) -> int | None:
        """Take a question to answer; None if there is none. Never one that the person wrote, or one given up by filters."""
        now = time.time()
        with self.database.writing() as db:
            row = db.execute(
                "SELECT q.id FROM questions q JOIN sets s ON s.id = q.set_id LEFT JOIN looks l ON l.question = q.id "
                "WHERE q.state = 'submitted' AND q.second AND q.writer != ?1 "
                "AND (l.question IS NULL OR l.given IS NULL AND (l.person = ?1 OR l.until_s <= ?2)) "
                "AND NOT EXISTS (SELECT 1 FROM drops d WHERE d.question = q.id AND d.taken_back_by = '') "
                "ORDER BY l.person IS NOT ?1, q.submitted_at, q.id LIMIT 1",
                (person, now),
            ).fetchone()
            if row is None:
                return None
            db.execute(
                f"INSERT OR REPLACE INTO looks (question, person, until_s, at) VALUES (?, ?, ?, {NOW})",
                (row["id"], person, now + HOLD_S),
            )
        return int(row["id"])

    def answer(self, question: int, person: str, given: str, against: str, verdict: Verdict) -> Look:
        """Keep an answer. The first one stands. Raises: UserError if the question isn't this person's to answer."""
        with self.database.writing() as db:
            row = db.execute("SELECT person, given FROM looks WHERE question = ?", (question,)).fetchone()
            if row is None or row["person"] != person:
                raise UserError(f"question {question}: somebody else answers it by now; take the next one")
            if row["given"] is None:
                by = "" if verdict == "undecided" else "scoring"
                db.execute(
                    f"UPDATE looks SET given = ?, against = ?, verdict = ?, by = ?, at = {NOW} WHERE question = ?",
                    (given, against, verdict, by, question),
                )
        found = self.of(question)
        assert found is not None, "what was just committed can be read"
        return found

    def decide(self, question: int, person: str, same: bool) -> None:
        """The person's own word, where no rule could compare."""
        with self.database.writing() as db:
            db.execute(
                "UPDATE looks SET verdict = ?, by = 'person' WHERE question = ? AND person = ? AND by != 'scoring' "
                "AND given IS NOT NULL",
                ("same" if same else "other", question, person),
            )

    def of(self, question: int) -> Look | None:
        """The look at a question, if it was answered."""
        row = self.database.one("SELECT * FROM looks WHERE question = ? AND given IS NOT NULL", question)
        return Look(**{name: row[name] for name in Look.model_fields}) if row else None

    def all(self) -> list[Look]:
        rows = self.database.all("SELECT * FROM looks WHERE given IS NOT NULL ORDER BY question")
        return [Look(**{name: row[name] for name in Look.model_fields}) for row in rows]

    def wanted(self) -> int:
        """How many questions still wait for one."""
        row = self.database.one(
            "SELECT count(*) n FROM questions q LEFT JOIN looks l ON l.question = q.id AND l.given IS NOT NULL "
            "WHERE q.state = 'submitted' AND q.second AND l.question IS NULL "
            "AND NOT EXISTS (SELECT 1 FROM drops d WHERE d.question = q.id AND d.taken_back_by = '')"
        )
        return int(row["n"]) if row else 0
