"""What is decided over all the runs together: ids, copies, and the caps of `balanced`.

One pass over the questions; pictures aren't read. What is kept in memory is about 500 bytes for a set, 100 for a picture
and 40 for a question.
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from cosyn_multi.checks.balanced import dealt, normal
from cosyn_multi.checks.evening import Asked
from cosyn_multi.config import FEWEST_QUESTIONS
from cosyn_multi.errors import RunError
from cosyn_multi.model import Question, Reject
from cosyn_multi.shards.counting import hashed
from cosyn_multi.shards.folder import FileRecord
from cosyn_multi.shards.rows import Facts, Row, questions_of

from .sources import Source

_PNG_DIGEST: Final = re.compile(r'"png_digest":"([0-9a-f]{64})"')
"""In a JSON text these unescaped quotes can't stand inside a string."""
COLUMNS: Final = ("id", "questions", "readings", "provenance")


@dataclass(slots=True)
class Member:
    """One set of the whole."""

    id: str
    index: int
    fewest: int
    """With fewer questions than this it is dropped."""
    first: int = 0
    """The number of its first question among all that are asked."""
    questions: int = 0
    copy_of: str = ""
    """The id of an earlier set with one of its pictures; its questions aren't asked then."""


class Whole:
    """Every set of every run, by its index in the whole."""

    def __init__(self, seed: int) -> None:
        self.members: dict[int, Member] = {}
        self._asked = Asked(seed)

    def decide(self, sources: Sequence[Source]) -> None:
        """Look at all sets, then even out what is asked. Raises: RunError if a row can't be read."""
        ids: set[str] = set()
        pictures: dict[int, str] = {}
        texts = array("Q")
        for source in sources:
            for file in source.run.files():
                for row, index in read_rows(source, file, COLUMNS):
                    member = _member(source, row, index, ids)
                    digests = [int(d[:16], 16) for d in _PNG_DIGEST.findall(row["readings"])]
                    member.copy_of = next((pictures[d] for d in digests if d in pictures), "")
                    if not member.copy_of:
                        pictures |= dict.fromkeys(digests, member.id)
                        self._ask(member, questions_of(row), texts)
                    self.members[member.index] = member
        self._drop_repeated(texts)
        self._asked.even_out()

    def thin(self, member: Member) -> bool:
        """Whether too few of its questions are left."""
        return not member.copy_of and self._asked.left(member.first, member.questions) < member.fewest

    def kept(self, member: Member, questions: Sequence[Question]) -> tuple[list[Question], list[Reject]]:
        """What stays of a set's questions, with right choices where the whole wants them, and rejects for the others."""
        kept, rejects = [], []
        for number, question in enumerate(questions, member.first):
            if self._asked.gone(number):
                rejects.append(self._asked.reject(number, question, member.index))
            else:
                kept.append(dealt(question, self._asked.position(number)))
        return kept, rejects

    def _ask(self, member: Member, questions: Sequence[Question], texts: "array[int]") -> None:
        member.first, member.questions = len(self._asked), len(questions)
        for place, question in enumerate(questions):
            self._asked.add(member.id, member.index, place, question)
            texts.append(hashed(f"{normal(question.draft.text)}\0{question.text_answer.casefold()}"))

    def _drop_repeated(self, texts: "array[int]") -> None:
        """Those that an earlier set asks and answers alike."""
        _, first = np.unique(np.array(texts, dtype=np.uint64), return_index=True)
        repeated = np.ones(len(texts), dtype=bool)
        repeated[first] = False
        for number in np.flatnonzero(repeated):
            self._asked.drop(int(number), "repeated", "asked and answered alike in an earlier set")


def _member(source: Source, row: Row, index: int, ids: set[str]) -> Member:
    name = row["id"]
    while name in ids:
        name = f"r{source.number}-{name}"
    ids.add(name)
    return Member(name, source.first_set + index, min(FEWEST_QUESTIONS, source.recipe.questions))


def read_rows(source: Source, file: FileRecord, columns: Sequence[str]) -> Iterator[tuple[Row, int]]:
    """The rows of a file with their index in its run. Raises: RunError if one can't be read."""
    for row in source.run.rows(file, list(columns)):
        try:
            yield row, Facts.model_validate_json(row["provenance"]).index
        except ValueError as error:
            said = str(error).splitlines()[0]
            raise RunError(f"{source.run.folder.path / file.path}: set {row['id']} can't be read: {said}") from error
