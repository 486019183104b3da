"""Near-equal hashes out of millions, without comparing with each of them.

Two hashes that differ in at most FARTHEST bits have a band of 16 bits in which they differ by at most one (pigeonhole: 16
bands, and 32 differences are the first that could put two into each). So a look-up takes the entries that share a band
with the hash, or nearly, and counts bits for those alone: of a million evenly spread hashes, about 4,000. Source: the
multi-index hashing of Norouzi, Punjani and Fleet 2012, CVPR.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from .phash import WORDS, Hash, distance

FARTHEST: Final = 31
"""The farthest that a look-up can reach, in bits of 256."""
_BAND: Final = 16
_BANDS: Final = WORDS * 64 // _BAND
_PROBES: Final = np.concatenate([[0], 1 << np.arange(_BAND)]).astype(np.uint16)


class Lookalikes:
    """An index of hashes, a row each."""

    def __init__(self, hashes: npt.ArrayLike) -> None:
        self.hashes: Hash = np.asarray(hashes, dtype=np.uint64).reshape(-1, WORDS)
        bands = self.hashes.view(np.uint16).reshape(-1, _BANDS)
        self._orders = [np.argsort(bands[:, b], kind="stable").astype(np.int32) for b in range(_BANDS)]
        every = np.arange(2**_BAND + 1)
        self._starts = [np.searchsorted(bands[o, b], every) for b, o in enumerate(self._orders)]

    def __len__(self) -> int:
        return len(self.hashes)

    def candidates(self, hash: Hash) -> npt.NDArray[np.int32]:
        """Entries that may be within FARTHEST bits; all that are, are among them."""
        found = []
        for value, order, starts in zip(hash.view(np.uint16), self._orders, self._starts, strict=True):
            probed = (value ^ _PROBES).astype(np.int64)
            found += [order[a:b] for a, b in zip(starts[probed], starts[probed + 1], strict=True) if a < b]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int32)

    def near(self, hash: Hash, bits: int = FARTHEST) -> list[tuple[int, int]]:
        """(entry, distance) of all within `bits` bits, nearest first. Raises: ValueError if bits > FARTHEST."""
        if not 0 <= bits <= FARTHEST:
            raise ValueError(f"{bits} bits: the index reaches 0 to {FARTHEST}")
        entries = self.candidates(hash)
        far = distance(hash, self.hashes[entries])
        kept = np.flatnonzero(far <= bits)
        return sorted(((int(entries[k]), int(far[k])) for k in kept), key=lambda pair: (pair[1], pair[0]))
