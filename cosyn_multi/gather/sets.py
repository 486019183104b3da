"""Soft sets: 2 to 5 different images whose texts mean the same or nearly so; an image may be in several.

Items with few possible partners choose first, so that as many as possible are covered. All members of a set are near
each other, not only near the one that chose (or "car", "car park", "park" would be one set). What a set lacks of its
wanted size is taken from items that are in a set already, up to a cap. The order in which items come has no influence.
"""

import hashlib
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final, NamedTuple, Self

from pydantic import Field, model_validator

from cosyn_multi.errors import ConfigError
from cosyn_multi.model import Frozen
from cosyn_multi.seeds import digest

from .similarity import MayMeet, Similarity

LOOKED_AT: Final = 8
"""Items of one text that are looked at for one of an image that the set hasn't got."""
RARE: Final = 24
"""Possible partners from which on an item has no need to choose early."""


class Item(NamedTuple):
    """One image with one text. `key` tells items apart and must be the same in every run; `image` the picture."""

    key: str
    image: str
    text: str


class Gathered(NamedTuple):
    """A set: places of its items, and the similarity of every pair, in the order of `combinations(members, 2)`."""

    id: str
    members: tuple[int, ...]
    similarities: tuple[float, ...]


class Formed(NamedTuple):
    sets: list[Gathered]
    alone: tuple[int, ...]
    """Items without any partner."""


class Shape(Frozen):
    """What sets are wanted."""

    sizes: dict[int, float] = Field(
        {2: 0.30, 3: 0.33, 4: 0.24, 5: 0.13}, description="Size -> share of the sets; the mean of this one is 3.2."
    )
    per_item: int = Field(2, ge=1, description="Most sets that one item is in.")
    per_image: int = Field(12, ge=1, description="Most sets that one image is in.")
    floor: float = Field(0.6, ge=-1, le=1, description="Least similarity of any two members of a set.")
    neighbours: int = Field(24, ge=1, le=256, description="Texts that are looked at as partners of a text.")

    @model_validator(mode="after")
    def _sized(self) -> Self:
        if not self.sizes or min(self.sizes) < 2 or max(self.sizes) > 5:
            raise ValueError("sizes: sets hold 2 to 5 images")
        if min(self.sizes.values()) < 0 or sum(self.sizes.values()) <= 0:
            raise ValueError("sizes: shares are 0 or more, and not all 0")
        return self

    @property
    def mean(self) -> float:
        return sum(n * share for n, share in self.sizes.items()) / sum(self.sizes.values())


def sized(text: str) -> dict[int, float]:
    """A histogram as users write it, '2:30,3:33,4:24,5:13'. Raises: ConfigError."""
    try:
        found = {int(n): float(share) for n, _, share in (part.partition(":") for part in text.split(","))}
        Shape(sizes=found)
    except ValueError as error:
        raise ConfigError(
            f"--sizes {text}: write sizes from 2 to 5 and their shares, e.g. 2:30,3:33,4:24,5:13"
        ) from error
    return found


def form_sets(
    items: Sequence[Item], similarity: Similarity, shape: Shape, seed: int, may_meet: MayMeet | None = None
) -> Formed:
    """Sets of items, in a seeded order. `may_meet(text, text)`: a veto on pairs, however near.

    Raises: SetupError without faiss; KeyError for a text that `similarity` hasn't got.
    """
    return _Former(items, similarity, shape, seed, may_meet).formed()


class _Former:
    def __init__(
        self, items: Sequence[Item], similarity: Similarity, shape: Shape, seed: int, may_meet: MayMeet | None
    ) -> None:
        self._items, self._similarity, self._shape, self._seed = items, similarity, shape, seed
        self._may_meet = may_meet
        self._near = similarity.near(shape.neighbours, shape.floor, may_meet)
        self._text_of = [similarity.index[i.text] for i in items]
        self._rank = [digest(seed, i.key) for i in items]
        self._fresh: dict[int, deque[int]] = {}
        self._used: dict[int, deque[int]] = {}
        for place in sorted(range(len(items)), key=self._rank.__getitem__):
            self._fresh.setdefault(self._text_of[place], deque()).append(place)
        self._uses: Counter[int] = Counter()
        self._image_uses: Counter[str] = Counter()
        self._made: Counter[int] = Counter()

    def formed(self) -> Formed:
        sets: dict[str, Gathered] = {}
        alone = []
        for place in self._turns():
            if self._uses[place]:
                continue
            members = self._around(place)
            if len(members) < 2:
                alone.append(place)
                continue
            self._made[len(members)] += 1
            made = self._gathered(members)
            sets[made.id] = made
        ordered = sorted(sets.values(), key=lambda s: digest(self._seed, s.id))
        lone = tuple(sorted((p for p in alone if not self._uses[p]), key=lambda p: self._items[p].key))
        return Formed(ordered, lone)

    def _turns(self) -> list[int]:
        """Items in the order in which they choose: those with few partners first, then by a seeded order."""
        held = {text: len(pool) for text, pool in self._fresh.items()}
        partners = {t: min(RARE, sum(held.get(n, 0) for n in (t, *self._near[t]))) for t in held}
        return sorted(range(len(self._items)), key=lambda p: (partners[self._text_of[p]], self._rank[p]))

    def _around(self, place: int) -> list[int]:
        """A set around an item: fresh items first, then, for what is missing, those that are in a set already."""
        if self._image_uses[self._items[place].image] >= self._shape.per_image:
            return [place]
        members, wanted = [place], self._wanted()
        self._fill(members, wanted, self._fresh, most_uses=0)
        self._fill(members, wanted, self._used, most_uses=self._shape.per_item - 1)
        if len(members) >= 2:
            for member in members:
                self._count(member)
        return members

    def _fill(self, members: list[int], wanted: int, pools: dict[int, deque[int]], most_uses: int) -> None:
        """Add items up to the wanted size. A text gives one at a time, so that a set has several wordings if it can."""
        text = self._text_of[members[0]]
        open_ = [t for t in (*self._near[text], text) if t in pools]
        while open_ and len(members) < wanted:
            still = []
            for candidate in open_:
                if len(members) == wanted:
                    break
                if not self._fits(candidate, members):
                    continue
                taken = self._take(pools[candidate], members, most_uses)
                if taken is not None:
                    members.append(taken)
                    still.append(candidate)
            open_ = still

    def _fits(self, text: int, members: list[int]) -> bool:
        for other in {self._text_of[m] for m in members}:
            if text == other:
                continue
            if self._similarity.pair(text, other) < self._shape.floor:
                return False
            if self._may_meet and not self._may_meet(self._similarity.texts[text], self._similarity.texts[other]):
                return False
        return True

    def _take(self, pool: deque[int], members: list[int], most_uses: int) -> int | None:
        """The next item of a pool with an image that isn't in the set; what can't be used any more leaves the pool."""
        images = {self._items[m].image for m in members}
        kept: list[int] = []
        taken = None
        while pool and taken is None and len(kept) < LOOKED_AT:
            place = pool.popleft()
            image = self._items[place].image
            if self._uses[place] > most_uses or self._image_uses[image] >= self._shape.per_image:
                continue
            if place in members or image in images:
                kept.append(place)
            else:
                taken = place
        pool.extendleft(reversed(kept))
        return taken

    def _count(self, place: int) -> None:
        self._uses[place] += 1
        self._image_uses[self._items[place].image] += 1
        if self._uses[place] < self._shape.per_item:
            self._used.setdefault(self._text_of[place], deque()).append(place)

    def _wanted(self) -> int:
        """The size that the histogram lacks most."""
        total, shares = sum(self._shape.sizes.values()), self._shape.sizes
        done = sum(self._made.values()) + 1
        return max(sorted(shares), key=lambda n: shares[n] / total * done - self._made[n])

    def _gathered(self, members: list[int]) -> Gathered:
        ordered = tuple(sorted(members, key=self._rank.__getitem__))
        return Gathered(self._id(ordered), ordered, tuple(self._similarities(ordered)))

    def _id(self, members: tuple[int, ...]) -> str:
        keys = "\x1f".join(sorted(self._items[m].key for m in members))
        return hashlib.blake2b(keys.encode(), digest_size=8).hexdigest()

    def _similarities(self, members: tuple[int, ...]) -> Iterator[float]:
        for one, other in combinations(members, 2):
            yield round(self._similarity.pair(self._text_of[one], self._text_of[other]), 4)
