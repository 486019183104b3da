"""How often two people agree, per person and over all."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from pydantic import Field

from cosyn_multi.model import Frozen
from cosyn_multi.reviews.interval import shown_share

from .looks import Look
from .questions import Written


class Agreed(Frozen):
    """Counts of questions that were answered twice."""

    same: int = 0
    other: int = 0
    undecided: int = Field(0, description="Explanations that nobody compared yet: in neither of the two.")
    by_person: int = Field(0, description="Of `same` and `other`: those that the second person compared.")

    @property
    def compared(self) -> int:
        return self.same + self.other

    @property
    def line(self) -> str:
        """E.g. '42 compared, 38 the same: 90.5 % (77.4-97.3)'."""
        share = f", {self.same} the same: {shown_share(self.same, self.compared)}" if self.compared else ""
        said = f"{self.compared} compared{share}"
        extra = [f"{self.by_person} of them by the second person's word"] if self.by_person else []
        extra += [f"{self.undecided} not compared yet"] if self.undecided else []
        return "; ".join([said, *extra])

    def facts(self) -> dict[str, Any]:
        return {**self.model_dump(), "line": self.line}


class Agreement(Frozen):
    overall: Agreed
    writers: dict[str, Agreed]
    """Per person whose answers were looked at a second time."""
    seconds: dict[str, Agreed]
    """Per person who looked."""


def agreement(looks: Iterable[Look], questions: Iterable[Written]) -> Agreement:
    """Looks at questions that aren't there any more don't count."""
    writer_of = {q.id: q.writer for q in questions}
    counted = [(writer_of[look.question], look) for look in looks if look.question in writer_of]
    return Agreement(
        overall=_sum(look for _, look in counted),
        writers={w: _sum(look for by, look in counted if by == w) for w in sorted({w for w, _ in counted})},
        seconds={p: _sum(lk for _, lk in counted if lk.person == p) for p in sorted({lk.person for _, lk in counted})},
    )


def _sum(looks: Iterable[Look]) -> Agreed:
    found = list(looks)
    counts = Counter(look.verdict for look in found)
    return Agreed(
        same=counts["same"], other=counts["other"], undecided=counts["undecided"],
        by_person=sum(look.by == "person" for look in found),
    )  # fmt: skip
