"""Counting different texts of a run of any size: by 64-bit digests, 8 bytes for a text or less, not by the texts."""

from array import array
from hashlib import blake2b
from typing import Final

import numpy as np

AT_ONCE: Final = 2**16
"""So many digests wait before those that are known are left out of them."""


def hashed(text: str) -> int:
    """64 bits of a text: among a million texts, the odds that two have the same are 1 to 37 million."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


class Distinct:
    """How many different texts there are."""

    def __init__(self) -> None:
        self._known = np.zeros(0, dtype=np.uint64)
        self._new = array("Q")

    def add(self, text: str) -> None:
        self._new.append(hashed(text))
        if len(self._new) >= max(AT_ONCE, len(self._known)):
            self._join()

    def __len__(self) -> int:
        self._join()
        return len(self._known)

    def _join(self) -> None:
        self._known = np.union1d(self._known, np.array(self._new, dtype=np.uint64))
        self._new = array("Q")


class Commonest:
    """Which text comes most often; of several, the one that came first."""

    def __init__(self) -> None:
        self._met = array("Q")

    def add(self, text: str) -> None:
        self._met.append(hashed(text))

    def __len__(self) -> int:
        """How many texts came, equal ones included."""
        return len(self._met)

    def found(self) -> tuple[int, int]:
        """Its digest, and how often it came. At least one text must have come."""
        digests, first, counts = np.unique(np.array(self._met, dtype=np.uint64), return_index=True, return_counts=True)
        best = np.lexsort((first, -counts))[0]
        return int(digests[best]), int(counts[best])
