"""`--split`: sides that share no world, no persona and no picture, and a set's side that never changes.

A set's side follows from a hash of its persona alone, so it is the same in a run of any size, and all sets of a persona
fall together. What two sets of different sides may still share (a world told to two personas; pictures that look alike)
can't be part of that hash without joining more and more sets as a run grows. So the smaller side keeps such a set and the
larger one loses it: it is left out, and counted. Growing a run may take a set out; nothing moves it to the other side.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from cosyn_multi.errors import ConfigError, RunError
from cosyn_multi.likeness.near import Lookalikes
from cosyn_multi.likeness.phash import Hash, hashing
from cosyn_multi.seeds import digest
from cosyn_multi.shards.rows import Row

COLUMNS: Final = ("images", "tables", "data", "code")
"""What `Sides` needs of a row, beside the id and the metadata."""
LEFT_OUT: Final = "sets that share a world or a picture with a smaller side"
_SHARES: Final = 1_000_000

Places = npt.NDArray[np.int64]


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
    """Where each set of a run goes: known once all of them were looked at."""

    def __init__(self, split: Split, rows: Iterable[Row]) -> None:
        self._split = split
        self._of: dict[str, str | None] = {}
        if len(split.shares) > 1:
            seen = _Seen()
            seen.look(rows, split)
            for name, side in zip(seen.ids, seen.decided(split), strict=True):
                self._of[name] = side

    def of(self, row: Row) -> str | None:
        """The side of a row's set; None if it is left out."""
        return self._of[row["id"]] if self._of else self._split.names[0]


class _Seen:
    """What tells whether sets have something in common: about 600 bytes each."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self._sides: list[int] = []
        self._facts: list[frozenset[int]] = []
        self._hashes: list[Hash] = []

    def look(self, rows: Iterable[Row], split: Split) -> None:
        """Take note of every row. Raises: RunError if a picture can't be decoded."""
        with hashing() as hashed:
            for row in rows:
                found = hashed([i["bytes"] for i in row["images"]])
                for number, one in enumerate(found, 1):
                    if one is None:
                        raise RunError(f"set {row['id']}: image {number} can't be decoded; run `verify`")
                self.ids.append(row["id"])
                self._sides.append(split.side(row["metadata"]["persona"]))
                self._facts.append(_facts(row))
                self._hashes.append(np.stack([one for one in found if one is not None]))

    def decided(self, split: Split) -> Iterator[str | None]:
        """The side of each set, in order; None for one that is left out."""
        sides = np.asarray(self._sides)
        kept = np.ones(len(sides), dtype=bool)
        smallest_first = sorted(range(len(split.shares)), key=lambda s: (split.shares[s][1], s))
        for place, side in enumerate(smallest_first[:-1]):
            members = np.flatnonzero((sides == side) & kept)
            others = np.flatnonzero(np.isin(sides, smallest_first[place + 1 :]) & kept)
            kept[self._sharing(members, others)] = False
        for side, stays in zip(self._sides, kept, strict=True):
            yield split.names[side] if stays else None

    def _sharing(self, members: Places, others: Places) -> list[int]:
        """Those of the others that have a fact or a picture in common with a member."""
        facts = frozenset[int]().union(*(self._facts[m] for m in members))
        pictures = Lookalikes([h for m in members for h in self._hashes[m]])
        return [
            int(n) for n in others
            if self._facts[n] & facts or any(pictures.near(h) for h in self._hashes[n])
        ]  # fmt: skip


def _facts(row: Row) -> frozenset[int]:
    """Digests of the set's world, and of what each image shows with what draws it."""
    world = json.dumps(json.loads(row["tables"])["world"], sort_keys=True)
    drawn = (f"{code}\0{data}" for code, data in zip(row["code"], row["data"], strict=True))
    return frozenset(
        int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") for text in (world, *drawn)
    )
