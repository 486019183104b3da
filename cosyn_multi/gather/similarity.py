"""How near texts are: the cosines of one or several embedders, blended.

An embedder that knows nothing of one of the two texts has no say in their similarity; its weight goes to the others.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from .embed import Embedder, Vectors
from .neighbours import Ids, nearest

PAIRS_AT_ONCE: Final = 4_096
MayMeet = Callable[[str, str], bool]


class Measure(NamedTuple):
    """What one embedder says: a row per text, of length 1 or zero, and its weight in the blend."""

    name: str
    vectors: Vectors
    weight: float


class Similarity:
    """Of different texts, in their sorted order. `index` tells a text's place."""

    def __init__(self, texts: Sequence[str], measures: Sequence[Measure]) -> None:
        """`texts` sorted and different, a row of each measure per text."""
        self.texts = list(texts)
        self.index = {t: i for i, t in enumerate(self.texts)}
        self.measures = [m for m in measures if m.weight > 0]
        self._known = [np.asarray(m.vectors.any(axis=1)) for m in self.measures]

    @classmethod
    def of(cls, texts: Iterable[str], embedders: Sequence[tuple[Embedder, float]]) -> "Similarity":
        """Embed texts, each once. Weights count by their ratio; one of 0 leaves its embedder out."""
        different = sorted(set(texts))
        return cls(different, [Measure(e.name, e(different), w) for e, w in embedders if w > 0])

    def pair(self, one: int, other: int) -> float:
        """The similarity of two texts by their places, -1 to 1; 1 for a text and itself, 0 where no embedder knows."""
        if one == other:
            return 1.0
        weight = said = 0.0
        for measure, known in zip(self.measures, self._known, strict=True):
            if known[one] and known[other]:
                weight += measure.weight
                said += measure.weight * float(measure.vectors[one] @ measure.vectors[other])
        return said / weight if weight else 0.0

    def near(self, k: int, floor: float, may_meet: MayMeet | None = None) -> list[tuple[int, ...]]:
        """Per text the others that are at least `floor` near and may meet it, the nearest first, about k at most.

        What any of the embedders calls near is a candidate; the blend decides.
        """
        found = [nearest(m.vectors, k).ids for m in self.measures]
        if not found:
            return [() for _ in self.texts]
        candidates = np.concatenate(found, axis=1)
        step = max(1, PAIRS_AT_ONCE // candidates.shape[1])
        listed: list[tuple[int, ...]] = []
        for start in range(0, len(self.texts), step):
            rows = np.arange(start, min(start + step, len(self.texts)))
            blended = self._blended(rows, candidates[rows])
            for row, ids, values in zip(rows, candidates[rows], blended, strict=True):
                listed.append(self._chosen(int(row), ids, values, k, floor, may_meet))
        return listed

    def _blended(self, rows: Ids, ids: Ids) -> Vectors:
        """The similarity of each row to each of its candidates; -1 where there is none."""
        said = np.zeros(ids.shape, dtype=np.float32)
        weight = np.zeros(ids.shape, dtype=np.float32)
        for measure, known in zip(self.measures, self._known, strict=True):
            both = known[rows][:, None] & known[ids] & (ids >= 0)
            cosines = np.einsum("id,ikd->ik", measure.vectors[rows], measure.vectors[ids])
            said += np.where(both, measure.weight * cosines, 0)
            weight += np.where(both, measure.weight, 0)
        return np.asarray(np.where(weight > 0, said / np.where(weight > 0, weight, 1), -1), dtype=np.float32)

    def _chosen(
        self, row: int, ids: Ids, values: Vectors, k: int, floor: float, may_meet: MayMeet | None
    ) -> tuple[int, ...]:
        near = {int(i): float(v) for i, v in zip(ids, values, strict=True) if v >= floor}
        ranked = sorted(near, key=lambda i: (-near[i], i))
        text = self.texts[row]
        return tuple(i for i in ranked if may_meet is None or may_meet(text, self.texts[i]))[:k]
