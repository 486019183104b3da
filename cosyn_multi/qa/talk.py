"""What was said between a writer and the model about one question's answer: asked for, waiting, there, or why not."""

import time
from typing import Literal

from pydantic import Field

from cosyn_multi.errors import UserError
from cosyn_multi.model import Frozen

from .database import NOW, Database, Row

TurnState = Literal["waiting", "there", "refused", "failed"]


class Turn(Frozen):
    """One thing asked of the model, and what came of it."""

    seq: int
    question: int
    asked: str = Field(description="The question's text when this was asked.")
    said: str = Field(description="What the writer said to the draft before; '' for a first draft.")
    state: TurnState
    answer: str
    remark: str = Field(description="What the model says beside its answer.")
    detail: str = Field(description="Why there is no draft.")
    model: str
    at: str
    since_s: float
    done_at: str | None


class Talk:
    def __init__(self, database: Database) -> None:
        self.database = database

    def ask(self, question: int, asked: str, said: str, model: str) -> Turn:
        """Note what is asked. Raises: UserError if the turn before still waits."""
        with self.database.writing() as db:
            if db.execute("SELECT 1 FROM turns WHERE question = ? AND state = 'waiting'", (question,)).fetchone():
                raise UserError("a draft is on its way already")
            seq = db.execute(
                f"INSERT INTO turns (question, asked, said, model, at, since_s) VALUES (?, ?, ?, ?, {NOW}, ?)",
                (question, asked, said, model, time.time()),
            ).lastrowid
        row = self.database.one("SELECT * FROM turns WHERE seq = ?", seq)
        assert row is not None, "what was just committed can be read"
        return _turn(row)

    def close(self, seq: int, state: TurnState, answer: str = "", remark: str = "", detail: str = "") -> None:
        """Keep what came of a turn that waits; a turn that was given up stays so."""
        with self.database.writing() as db:
            db.execute(
                f"UPDATE turns SET state = ?, answer = ?, remark = ?, detail = ?, done_at = {NOW} "
                "WHERE seq = ? AND state = 'waiting'",
                (state, answer, remark, detail, seq),
            )

    def of(self, question: int) -> list[Turn]:
        return [_turn(r) for r in self.database.all("SELECT * FROM turns WHERE question = ? ORDER BY seq", question)]

    def waiting(self) -> list[Turn]:
        return [_turn(r) for r in self.database.all("SELECT * FROM turns WHERE state = 'waiting' ORDER BY seq")]


def _turn(row: Row) -> Turn:
    return Turn(**row)
