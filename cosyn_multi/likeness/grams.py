"""Texts that share most of their word n-grams, out of millions.

A text that shares at least k of its n n-grams with another shares at least one of any n - k + 1 of them: the rarest are
looked up, so that a phrase which stands everywhere is never followed. Source: the prefix filter of Chaudhuri, Ganti and
Kaushik 2006, ICDE.
"""

import math
import re
from array import array
from functools import cached_property
from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt

GRAM_WORDS: Final = 5
"""Words of an n-gram; a shorter text is one n-gram."""

Grams = npt.NDArray[np.uint64]


def grams(text: str) -> Grams:
    """The different n-grams of a text, hashed to 64 bits, sorted. Case and punctuation don't count; none for no words."""
    words = re.findall(r"\w+", text.casefold())
    starts = range(max(1, len(words) - GRAM_WORDS + 1)) if words else range(0)
    return np.unique(np.fromiter((_hashed(words[s : s + GRAM_WORDS]) for s in starts), dtype=np.uint64))


def _hashed(words: list[str]) -> int:
    return int.from_bytes(blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


class GramIndex:
    """Which of many texts hold an n-gram: about 12 bytes for each n-gram of each text. Texts are added, then looked up."""

    def __init__(self) -> None:
        self._found, self._owned = array("Q"), array("I")
        self._size = 0

    def add(self, text: str) -> None:
        own = grams(text)
        self._found.extend(own.tolist())
        self._owned.extend([self._size] * len(own))
        self._size += 1

    def __len__(self) -> int:
        return self._size

    @cached_property
    def _sorted(self) -> tuple[Grams, npt.NDArray[np.uint32]]:
        """All n-grams in order, and the text that each belongs to; the texts of one n-gram stay in order."""
        found = np.array(self._found, dtype=np.uint64)
        order = np.argsort(found, kind="stable")
        return found[order], np.array(self._owned, dtype=np.uint32)[order]

    def most_like(self, text: str, share: float) -> tuple[int, float] | None:
        """The text that holds most of this one's n-grams, and which share; None below `share` (above 0, up to 1)."""
        own = grams(text)
        if not len(own):
            return None
        need = max(1, math.ceil(share * len(own) - 1e-9))
        sorted_grams, owners = self._sorted
        starts = np.searchsorted(sorted_grams, own, "left")
        ends = np.searchsorted(sorted_grams, own, "right")
        rarest = np.argsort(ends - starts, kind="stable")[: len(own) - need + 1]
        entries = np.unique(np.concatenate([owners[starts[i] : ends[i]] for i in rarest]))
        if not len(entries):
            return None
        shared = np.sum([_holds(owners[a:b], entries) for a, b in zip(starts, ends, strict=True)], axis=0)
        best = int(np.argmax(shared))
        return (int(entries[best]), float(shared[best] / len(own))) if shared[best] >= need else None


def _holds(owners: npt.NDArray[np.uint32], entries: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """1 for each entry that is among the sorted owners, else 0."""
    if not len(owners):
        return np.zeros(len(entries), dtype=np.int64)
    places = np.minimum(np.searchsorted(owners, entries), len(owners) - 1)
    held: npt.NDArray[np.int64] = (owners[places] == entries).astype(np.int64)
    return held
