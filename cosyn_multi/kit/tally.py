"""What many proofs of one template come to."""

import heapq
from collections import Counter
from collections.abc import Iterable
from statistics import median, quantiles
from typing import Final, Self

from cosyn_multi.model import Template

from .proofs import Proof

WORST: Final = 12
FAIR: Final = 6
"""Pictures without a fault that are kept to look at."""


class Tally:
    """Counts, times, the worst pictures, and a few good ones."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.drawn = self.bad = 0
        self.skipped: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        """Slug -> pictures that have it."""
        self.locales: Counter[str] = Counter()
        """Locale -> pictures that have a fault."""
        self.fair: list[Proof] = []
        self._seconds: list[float] = []
        self._worst: list[tuple[int, int, Proof]] = []

    @classmethod
    def of(cls, template: Template, found: Iterable[Proof]) -> Self:
        made = cls(template)
        for proof in found:
            made.add(proof)
        return made

    def add(self, proof: Proof) -> None:
        if proof.skipped:
            self.skipped[proof.skipped] += 1
            return
        self.drawn += 1
        self._seconds.append(proof.seconds)
        if proof.good:
            if len(self.fair) < FAIR:
                self.fair.append(proof)
            return
        self.bad += 1
        self.locales[proof.locale] += 1
        self.faults.update({f.reason for f in proof.faults})
        heapq.heappush(self._worst, (self._weight(proof), -self.drawn, proof))
        if len(self._worst) > WORST:
            heapq.heappop(self._worst)

    @staticmethod
    def _weight(proof: Proof) -> int:
        return len(proof.faults) if proof.rendering else 10_000

    @property
    def worst(self) -> list[Proof]:
        """The pictures with the most faults; those that could not be drawn at all come first."""
        return [p for _, _, p in sorted(self._worst, key=lambda w: w[:2], reverse=True)]

    @property
    def median_s(self) -> float:
        return median(self._seconds) if self._seconds else 0.0

    @property
    def slow_s(self) -> float:
        """Nineteen of twenty pictures take less."""
        return quantiles(self._seconds, n=20)[-1] if len(self._seconds) > 1 else self.median_s

    def passes(self, allowed: float) -> bool:
        """Whether something was drawn, and no larger share of it than allowed has faults."""
        return self.drawn > 0 and self.bad <= allowed * self.drawn

    def line(self) -> str:
        """'650 pictures, 3 with faults (covered 2, outside 1); 0.11 s each, 0.19 s the slow ones; 50 skipped (no_font)'."""
        faults = f" ({_listed(self.faults)})" if self.faults else ""
        skipped = f"; {sum(self.skipped.values())} skipped ({_listed(self.skipped)})" if self.skipped else ""
        return (
            f"{self.drawn} pictures, {self.bad} with faults{faults}; {self.median_s:.2f} s each (median), "
            f"{self.slow_s:.2f} s for the slow ones{skipped}"
        )


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {n}" for name, n in counts.most_common())
