"""What a question kind is made of: the Kind record, and words, literals and look-ups that every kind uses.

A kind is one file in a group's folder with a `KIND` and a `propose(views, rng)`. It says what it needs, yields drafts,
and never judges: ties, legibility and need belong to the checks.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from random import Random
from typing import Protocol

from pydantic import Field

from cosyn_multi.model import AnswerType, Frozen, Value, Views
from cosyn_multi.model.question import Draft

GROUPS = ("retrieve", "compare", "compute", "chain", "verify", "structure", "form")


class Kind(Frozen):
    """A question kind."""

    name: str
    group: str
    answer_types: tuple[AnswerType, ...]
    min_images: int = 2
    optional: bool = Field(False, description="Proposed only where a recipe asks for it.")
    about: str = Field("", description="One line: what is asked.")


class Proposer(Protocol):
    """A module of a kind."""

    KIND: Kind

    def propose(self, views: Views, rng: Random) -> Iterator[Draft]: ...


def q(name: str) -> str:
    """A quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: Value) -> str:
    """A SQL literal, typed as the as-read sheets are: numbers bare, dates as ISO text."""
    if value is None:
        return "NULL"
    if isinstance(value, int | Decimal):
        return str(value)
    text = value.isoformat() if isinstance(value, date) else value
    return "'" + text.replace("'", "''") + "'"


def pick(rng: Random, phrasings: Sequence[str]) -> tuple[int, str]:
    """One phrasing with its number."""
    i = rng.randrange(len(phrasings))
    return i, phrasings[i]
