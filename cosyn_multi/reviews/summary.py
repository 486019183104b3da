"""Verdicts summed up: how often the run is wrong, and which questions a training set should leave out."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cosyn_multi.model import Frozen, ImageSet

from .interval import clopper_pearson, shown_share
from .store import REJECTING, VERDICTS, Review, Reviews, ref_of

LEVEL = 0.95


class Summary(Frozen):
    """Counts of questions, not of verdicts: one that two people judged counts once, and is wrong if either says so."""

    checked: int
    verdicts: dict[str, int]
    """Questions per verdict; two people may have given two."""
    reviewers: dict[str, int]
    disputed: tuple[tuple[str, int], ...]
    """Set and number of questions on which one says right and another doesn't."""
    blind: int
    """Questions answered blind, and those of them that were answered as the run does by all who tried."""
    blind_ok: int

    @property
    def wrong(self) -> int:
        return self.verdicts.get("wrong", 0)

    @property
    def line(self) -> str:
        """E.g. '212 checked, 1 wrong: error rate 0.5 % (0.0-2.6)'."""
        if not self.checked:
            return "0 checked"
        return f"{self.checked} checked, {self.wrong} wrong: error rate {shown_share(self.wrong, self.checked)}"

    @property
    def blind_line(self) -> str:
        """E.g. '10 answered blind, 9 as stored: 90.0 % (55.5-99.7)'; empty if nothing was."""
        if not self.blind:
            return ""
        return f"{self.blind} answered blind, {self.blind_ok} as stored: {shown_share(self.blind_ok, self.blind)}"

    def facts(self) -> dict[str, Any]:
        """For `stats`."""
        low, high = clopper_pearson(self.wrong, self.checked, LEVEL)
        found: dict[str, Any] = {"checked": self.checked}
        found |= {VERDICTS[v]: n for v, n in self.verdicts.items()}
        if self.checked:
            found["error_rate"] = round(self.wrong / self.checked, 5)
            found["error_rate_95_percent_clopper_pearson"] = [round(low, 5), round(high, 5)]
        found |= {"answered_blind": self.blind, "blind_as_stored": self.blind_ok, "disputed": len(self.disputed)}
        return found


def summed_up(reviews: Iterable[Review]) -> Summary:
    """The summary of a run's or several runs' verdicts."""
    said: dict[tuple[str, str], list[Review]] = defaultdict(list)
    for review in reviews:
        said[review.set_id, review.question].append(review)
    judged = {key: {r.verdict for r in of} - {""} for key, of in said.items()}
    blind = [[r.given_ok for r in of if r.given is not None] for of in said.values()]
    counted = Counter(v for verdicts in judged.values() for v in verdicts)
    return Summary(
        checked=sum(bool(v) for v in judged.values()),
        verdicts={v: counted[v] for v in VERDICTS if counted[v]},
        reviewers=dict(sorted(Counter(r.reviewer for of in said.values() for r in of if r.verdict).items())),
        disputed=tuple(
            (said[key][0].set_id, said[key][0].number)
            for key, verdicts in judged.items()
            if "right" in verdicts and verdicts & REJECTING
        ),
        blind=sum(bool(b) for b in blind),
        blind_ok=sum(bool(b) and all(b) for b in blind),
    )


def rejected(run: Path, verdicts: frozenset[str] = REJECTING) -> frozenset[tuple[str, str]]:
    """(set id, question digest) of every question to which any reviewer's last word is one of `verdicts`."""
    store = Reviews(run)
    try:
        return frozenset((r.set_id, r.question) for r in store.all() if r.verdict in verdicts)
    finally:
        store.close()


def without_rejected(made: ImageSet, out: frozenset[tuple[str, str]]) -> ImageSet:
    """The set without the questions that `rejected` names; it may have none left."""
    kept = tuple(
        q
        for number, q in enumerate(made.questions, 1)
        if (made.id, ref_of(made, number).question) not in out
    )  # fmt: skip
    return made if len(kept) == len(made.questions) else made.model_copy(update={"questions": kept})
