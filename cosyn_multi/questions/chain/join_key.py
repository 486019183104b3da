"""join_key: one image names a key, another holds what belongs to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from cosyn_multi.model import Draft, Views

from .. import words
from ..base import Kind, q
from ..drafting import draft, number, some
from ..sheets import FACTS, Cell, Row, at, exact_number, grids, measures, meant, named_by, only_here, texts, facts
from ..sql import cell_sql

KIND = Kind(
    name="join_key",
    group="chain",
    answer_types=("int", "float"),
    about="One image names a key (an invoice number, a code), another holds what belongs to it.",
)

PHRASINGS = (
    "Take {key} from {a}. What {asked} does {b} give for it?",
    "Read {key} in {a}, then look it up in {b}: what is its {asked}?",
    "{a} gives {key}. Find that entry in {b}. What is its {asked}?",
    "According to {b}, what is the {asked} of the entry that {a} names as {key}?",
    "What {asked} does {b} list for {key} that is given in {a}?",
    "Use {key} in {a} to find the matching entry in {b}. What {asked} stands there?",
)
DOCUMENT = (
    "{a} lists a {noun} with the {most} {lead}. What is {asked} on the document that {entry} names?",
)


@dataclass(frozen=True)
class Link:
    """A text in one image that names a row of another, and what that row says."""

    key: Cell
    found: Cell


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    for link in some(rng, list(_links(views, rng)), 6):
        yield _draft(views, rng, link)


def _links(views: Views, rng: Random) -> Iterator[Link]:
    """Every text that labels a row elsewhere, with one number of that row."""
    for key in texts(views):
        for b in grids(views):
            if b.image == key.image or not measures(b):
                continue
            found = at(b, key.value, rng.choice(measures(b)).name)
            if found and only_here(views, found):
                yield Link(key, found)
