"""What is decided over all the runs together: ids, copies, and the caps of `balanced`.

One pass over the questions; pictures aren't read. What is kept in memory is about 2 kB for a set.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from sys import intern
from typing import Final

from cosyn_multi.checks.balanced import Item, dealt, even_out, left, normal, reject_of
from cosyn_multi.config import FEWEST_QUESTIONS
from cosyn_multi.errors import RunError
from cosyn_multi.model import Question, Reject
from cosyn_multi.shards.folder import FileRecord
from cosyn_multi.shards.rows import Facts, Row, questions_of

from .sources import Source

_PNG_DIGEST: Final = re.compile(r'"png_digest":"([0-9a-f]{64})"')
"""In a JSON text these unescaped quotes can't stand inside a string."""
COLUMNS: Final = ("id", "questions", "readings", "provenance")


@dataclass
class Member:
    """One set of the whole."""

    id: str
    index: int
    fewest: int
    """With fewer questions than this it is dropped."""
    items: list[Item] = field(default_factory=list)
    """One for each of its questions, in their order."""
    copy_of: str = ""
    """The id of an earlier set with one of its pictures."""

    @property
    def stays(self) -> bool:
        return not self.copy_of and not self.thin

    @property
    def thin(self) -> bool:
        return not self.copy_of and len(left(self.items)) < self.fewest


@dataclass
class Whole:
    """Every set of every run, by where it stands."""

    seed: int
    members: dict[tuple[int, int], Member] = field(default_factory=dict)
    """(run's number, index in it) -> the set."""

    def decide(self, sources: Sequence[Source]) -> None:
        """Look at all sets, then even out what is asked. Raises: RunError if a row can't be read."""
        ids: set[str] = set()
        pictures: dict[bytes, str] = {}
        asked: set[bytes] = set()
        for source in sources:
            for file in source.run.files():
                for row, index in read_rows(source, file, COLUMNS):
                    member = self._member(source, row, index, ids)
                    digests = [bytes.fromhex(d) for d in _PNG_DIGEST.findall(row["readings"])]
                    member.copy_of = next((pictures[d] for d in digests if d in pictures), "")
                    if not member.copy_of:
                        pictures |= dict.fromkeys(digests, member.id)
                        self._ask(member, questions_of(row), asked)
                    self.members[source.number, index] = member
        even_out([i for m in self.members.values() if not m.copy_of for i in left(m.items)])

    def _member(self, source: Source, row: Row, index: int, ids: set[str]) -> Member:
        name = row["id"]
        while name in ids:
            name = f"r{source.number}-{name}"
        ids.add(name)
        fewest = min(FEWEST_QUESTIONS, source.recipe.questions)
        return Member(name, source.first_set + index, fewest)

    def _ask(self, member: Member, questions: Sequence[Question], asked: set[bytes]) -> None:
        """Take note of a set's questions; those that an earlier set asks and answers alike are gone at once."""
        for place, question in enumerate(questions):
            item = Item.of(member.id, member.index, place, question, self.seed)
            item.kind, item.answer_type, item.answer = intern(item.kind), intern(item.answer_type), intern(item.answer)
            text = f"{normal(question.draft.text)}\0{item.answer.casefold()}"
            key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
            if key in asked:
                item.gone = ("repeated", "asked and answered alike in an earlier set")
            asked.add(key)
            member.items.append(item)


def read_rows(source: Source, file: FileRecord, columns: Sequence[str]) -> Iterator[tuple[Row, int]]:
    """The rows of a file with their index in its run. Raises: RunError if one can't be read."""
    for row in source.run.rows(file, list(columns)):
        try:
            yield row, Facts.model_validate_json(row["provenance"]).index
        except ValueError as error:
            said = str(error).splitlines()[0]
            raise RunError(f"{source.run.folder.path / file.path}: set {row['id']} can't be read: {said}") from error


def kept_questions(member: Member, questions: Sequence[Question]) -> tuple[list[Question], list[Reject]]:
    """What stays of a set's questions, with right choices where the whole wants them, and rejects for the others."""
    pairs = list(zip(member.items, questions, strict=True))
    return (
        [dealt(q, i) for i, q in pairs if i.gone is None],
        [reject_of(i, q.draft.text) for i, q in pairs if i.gone is not None],
    )
