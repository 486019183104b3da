"""Every set of a run against everything that the benchmarks hold."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from cosyn_multi.errors import RunError
from cosyn_multi.likeness.near import FARTHEST
from cosyn_multi.likeness.phash import Hash, hashing
from cosyn_multi.model import Frozen
from cosyn_multi.scoring import options
from cosyn_multi.shards.read import Run
from cosyn_multi.shards.rows import Row

from .benchmarks import Benchmarks

BITS: Final = FARTHEST
"""Two pictures are alike when their hashes differ in at most so many of 256 bits: a JPEG of a picture, or its half size,
differs in up to 10; pictures of different sets in 60 or more, nearly always."""
SHARE: Final = 0.7
"""A question is like another that holds so large a share of its word n-grams."""


class Likeness(Frozen):
    """A picture or question of a set, and what it resembles."""

    set: str
    image: int = 0
    question: int = 0
    like: str
    """The benchmark's file, and the row in it."""
    bits: int | None = None
    share: float | None = None

    @property
    def line(self) -> str:
        if self.image:
            return f"{self.set}: image {self.image} is like {self.like} ({self.bits} of 256 bits differ)"
        return f"{self.set}: question {self.question} is like {self.like} ({self.share:.0%} of its n-grams)"


def likenesses(run: Run, benchmarks: Benchmarks, bits: int = BITS, share: float = SHARE) -> Iterator[Likeness | str]:
    """Yields what resembles a benchmark, set by set, and each set's id once it was looked at.

    Raises: RunError if a shard or one of its pictures can't be read.
    """
    with hashing() as hashed:
        for file in run.files():
            for row in run.rows(file, ["id", "images", "questions"]):
                yield from _pictures(row, hashed([i["bytes"] for i in row["images"]]), benchmarks, bits)
                yield from _questions(row, benchmarks, share)
                yield str(row["id"])


def _pictures(row: Row, hashes: Sequence[Hash | None], benchmarks: Benchmarks, bits: int) -> Iterator[Likeness]:
    for image, one in enumerate(hashes, 1):
        if one is None:
            raise RunError(f"set {row['id']}: image {image} can't be decoded; run `verify`")
        for entry, found in benchmarks.pictures.near(one, bits)[:1]:
            yield Likeness(set=row["id"], image=image, like=benchmarks.picture_places.label(entry), bits=found)


def _questions(row: Row, benchmarks: Benchmarks, share: float) -> Iterator[Likeness]:
    for number, stored in enumerate(json.loads(row["questions"]), 1):
        draft = stored["draft"]
        text = draft["text"].removesuffix(options(draft.get("choices", ())))
        if found := benchmarks.questions.most_like(text, share):
            like = benchmarks.question_places.label(found[0])
            yield Likeness(set=row["id"], question=number, like=like, share=round(found[1], 3))
