"""Which questions of a run are exported: a stream of rows with what is left of their questions."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from cosyn_multi.reviews import rejected, without_rejected
from cosyn_multi.shards.index import difficulty
from cosyn_multi.shards.read import Run
from cosyn_multi.shards.rows import Row, image_set_of

from .where import Facts, Test

NEEDED: Final = ("id", "metadata", "questions", "provenance")
MARKERS: Final = ("Answer:", "<image>")
"""What no exported text may hold: trainers split at the first and put a picture in the place of the second."""

Style = Literal["short", "explained"]


@dataclass(frozen=True)
class Choice:
    """What to leave out."""

    where: Test | None = None
    rejected: bool = False
    """Whether questions that a reviewer refused are left out."""
    contaminated: frozenset[str] = frozenset()
    """Ids of sets that are too like a benchmark."""


@dataclass(frozen=True)
class Turn:
    """One question as a trainer sees it."""

    number: int
    """Its place in the set, from 1."""
    question: str
    answer: str
    explanation: str
    facts: Facts

    def said(self, style: Style) -> str:
        """What the model is to say: the answer, after its explanation on a line of its own if that is asked for."""
        return self.answer if style == "short" else f"{self.explanation}\n{self.answer}"


@dataclass
class Chooser:
    """Yields what a choice leaves of a run, and counts what it leaves out."""

    run: Run
    choice: Choice
    left_out: Counter[str] = field(default_factory=Counter)

    def rows(self, *more: str) -> Iterator[tuple[Row, tuple[Turn, ...]]]:
        """Rows with the columns NEEDED and `more`, and their turns: at least one. Raises: RunError on a broken file."""
        self.left_out.clear()
        refused = rejected(self.run.folder.path) if self.choice.rejected else frozenset()
        for file in self.run.files():
            config = Path(file.path).parent.name
            for row in self.run.rows(file, self._columns(bool(refused), more)):
                if row["id"] in self.choice.contaminated:
                    self.left_out["sets too like a benchmark"] += 1
                elif turns := self._turns(row, config, refused):
                    yield row, turns
                else:
                    self.left_out["sets without a question left"] += 1

    def _columns(self, whole: bool, more: tuple[str, ...]) -> list[str]:
        return list(dict.fromkeys([*NEEDED, *more, *(("images", "code", "readings", "tables") if whole else ())]))

    def _turns(self, row: Row, config: str, refused: frozenset[tuple[str, str]]) -> tuple[Turn, ...]:
        texts = _refused_texts(row, refused)
        turns = []
        for turn in turns_of(row, config):
            if reason := self._reason(turn, turn.question in texts):
                self.left_out[reason] += 1
            else:
                turns.append(turn)
        return tuple(turns)

    def _reason(self, turn: Turn, refused: bool) -> str:
        """Why a question is left out; empty if it isn't."""
        if refused:
            return "questions that a reviewer refused"
        if self.choice.where and not self.choice.where(turn.facts):
            return "questions that --where leaves out"
        if any(m in text for m in MARKERS for text in (turn.question, turn.answer, turn.explanation)):
            return f"questions that hold {' or '.join(MARKERS)}"
        return ""


def turns_of(row: Row, config: str) -> Iterator[Turn]:
    """All questions of a row that has the columns NEEDED. config: the folder under data/ that it stands in."""
    told, source = row["metadata"], json.loads(row["provenance"])["provenance"]
    of_set = {
        "id": row["id"], "config": config, "author": source["author"], "model": source["model"], "seed": source["seed"],
        **{name: told[name] for name in ("scenario", "domain", "locale", "persona", "topic", "num_images")},
    }  # fmt: skip
    for number, stored in enumerate(json.loads(row["questions"]), 1):
        draft = stored["draft"]
        of_question = {
            "kind": draft["kind"], "answer_type": draft["answer_type"], "unit": draft.get("unit", ""),
            "question": draft["text"], "answer": stored["text_answer"], "explanation": stored["explanation"],
            "difficulty": difficulty(stored), "needs": len(draft["images"]), "cells": len(draft.get("evidence", ())),
            "choices": len(draft.get("choices", ())),
        }  # fmt: skip
        yield Turn(number, draft["text"], stored["text_answer"], stored["explanation"], {**of_set, **of_question})


def _refused_texts(row: Row, refused: frozenset[tuple[str, str]]) -> frozenset[str]:
    """The texts of the row's questions that are refused; no two questions of a set have one text."""
    if not any(set_id == row["id"] for set_id, _ in refused):
        return frozenset()
    made = image_set_of(row)
    kept = {q.draft.text for q in without_rejected(made, refused).questions}
    return frozenset(q.draft.text for q in made.questions) - kept
