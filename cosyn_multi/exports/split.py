"""`--split`: sides that share no world, no persona and no picture, and a set's side that never changes.

A set's side follows from a hash of its persona alone, so it is the same in a run of any size, and all sets of a persona
fall together. What two sets of different sides may still share (a world told to two personas; pictures that look alike)
can't be part of that hash without joining more and more sets as a run grows. So the smaller side keeps such a set and the
larger one loses it: it is left out, and counted. Growing a run may take a set out; nothing moves it to the other side.
"""

import json
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from cosyn_multi.errors import ConfigError, RunError
from cosyn_multi.likeness.near import Lookalikes
from cosyn_multi.likeness.phash import WORDS, Hash, hashing
from cosyn_multi.seeds import digest
from cosyn_multi.shards.counting import hashed
from cosyn_multi.shards.rows import Row

COLUMNS: Final = ("images", "tables", "data", "code")
"""What `Sides` needs of a row, beside the id and the metadata."""
LEFT_OUT: Final = "sets that share a world or a picture with a smaller side"
NOWHERE: Final = -1
_SHARES: Final = 1_000_000

Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Split:
    """Sides and their shares, in the order given; shares are above 0 and add to 1."""

    shares: tuple[tuple[str, float], ...] = (("train", 1.0),)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.shares)

    def side(self, persona: str) -> int:
        """The place in `shares` of a persona's side."""
        draw = digest("split", " ".join(persona.casefold().split())) % _SHARES / _SHARES
        bounds = np.cumsum([share for _, share in self.shares])[:-1]
        return int(np.searchsorted(bounds, draw, "right"))


def parse_split(text: str) -> Split:
    """'train=0.98,validation=0.02'. Raises: ConfigError, one line."""
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, _, share = (p.strip() for p in part.partition("="))
        try:
            shares[name] = float(share) if name not in shares else -1.0
        except ValueError:
            shares[name] = -1.0
        if not (name.isascii() and name.isidentifier() and name.islower() and 0 < shares[name] <= 1):
            raise ConfigError(f"--split {text}: {part.strip()!r} is no side; write e.g. train=0.98,validation=0.02")
    if abs(sum(shares.values()) - 1) > 1e-6:
        raise ConfigError(f"--split {text}: the shares add to {sum(shares.values()):g}; they must add to 1")
    return Split(tuple(shares.items()))


class Sides:
    """Where each set of a run goes: known once all of them were looked at. About 100 bytes a set."""

    def __init__(self, split: Split, rows: Iterable[Row]) -> None:
        self._split = split
        self._of: dict[int, int] = {}
        if len(split.shares) > 1:
            seen = _Seen.of(rows, split)
            self._of = dict(zip(seen.ids.tolist(), _decided(seen, split).tolist(), strict=True))

    def of(self, row: Row) -> str | None:
        """The side of a row's set; None if it is left out."""
        side = self._of[hashed(row["id"])] if self._of else 0
        return self._split.names[side] if side != NOWHERE else None


@dataclass(frozen=True)
class _Seen:
    """What tells whether sets have something in common: numbers alone, 25 bytes for a set and 56 for each image."""

    ids: npt.NDArray[np.uint64]
    sides: npt.NDArray[np.int8]
    facts: npt.NDArray[np.uint64]
    fact_of: Places
    """The set that each fact belongs to."""
    pictures: Hash
    picture_of: Places

    @classmethod
    def of(cls, rows: Iterable[Row], split: Split) -> Self:
        """Look at every row. Raises: RunError if a picture can't be decoded."""
        ids, sides, pictures, facts = array("Q"), array("b"), array("Q"), array("Q")
        picture_of, fact_of = array("q"), array("q")
        with hashing() as hashes_of:
            for place, row in enumerate(rows):
                for number, one in enumerate(hashes_of([i["bytes"] for i in row["images"]]), 1):
                    if one is None:
                        raise RunError(f"set {row['id']}: image {number} can't be decoded; run `verify`")
                    pictures.extend(one.tolist())
                    picture_of.append(place)
                for fact in _facts(row):
                    facts.append(fact)
                    fact_of.append(place)
                ids.append(hashed(row["id"]))
                sides.append(split.side(row["metadata"]["persona"]))
        return cls(
            ids=np.array(ids, np.uint64), sides=np.array(sides, np.int8),
            facts=np.array(facts, np.uint64), fact_of=np.array(fact_of, np.int64),
            pictures=np.array(pictures, np.uint64).reshape(-1, WORDS), picture_of=np.array(picture_of, np.int64),
        )  # fmt: skip

    def sharing(self, members: Mask, others: Mask) -> Mask:
        """Which of the others have a fact or a picture in common with a member."""
        found = np.zeros(len(others), dtype=bool)
        found[self.fact_of[np.isin(self.facts, self.facts[members[self.fact_of]])]] = True
        known = Lookalikes(np.unique(self.pictures[members[self.picture_of]], axis=0))
        theirs = np.flatnonzero((others & ~found)[self.picture_of])
        different, which = np.unique(
            self.pictures[theirs], axis=0, return_inverse=True
        )  # equal ones are looked up once
        alike = np.fromiter((bool(known.near(picture)) for picture in different), dtype=bool)
        found[self.picture_of[theirs[alike[which.reshape(-1)]]]] = True
        return found & others


def _decided(seen: _Seen, split: Split) -> npt.NDArray[np.int8]:
    """The side of each set, in order, or NOWHERE."""
    kept = np.ones(len(seen.sides), dtype=bool)
    smallest_first = sorted(range(len(split.shares)), key=lambda s: (split.shares[s][1], s))
    for place, side in enumerate(smallest_first[:-1]):
        others = np.isin(seen.sides, smallest_first[place + 1 :])
        kept &= ~seen.sharing((seen.sides == side) & kept, others & kept)
    return np.where(kept, seen.sides, NOWHERE).astype(np.int8)


def _facts(row: Row) -> set[int]:
    """Digests of the set's world, and of what each image shows with what draws it."""
    world = json.dumps(json.loads(row["tables"])["world"], sort_keys=True)
    drawn = (f"{code}\0{data}" for code, data in zip(row["code"], row["data"], strict=True))
    return {hashed(text) for text in (world, *drawn)}
