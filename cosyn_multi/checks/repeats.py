"""`repeats`: within a set, no question asks again what another one has asked. Looks at the set, so it stands apart."""

from collections.abc import Iterable
from typing import Final

from cosyn_multi.model import Question

SAME_ANSWER: Final = 0.5
"""Share of evidence in common from which two questions with one answer ask for the same fact."""
SAME_KIND: Final = 0.9
"""The same for two questions of one kind, whatever they answer."""


def repeats(question: Question, kept: Iterable[Question]) -> str | None:
    """Why a question adds nothing to those kept already, or None."""
    draft, cells = question.draft, frozenset(question.draft.evidence)
    for other in kept:
        shared = _overlap(cells, frozenset(other.draft.evidence))
        if draft.text == other.draft.text:
            return "the same text stands in the set already"
        if question.answer == other.answer and shared >= SAME_ANSWER:
            return f"the same answer from {shared:.0%} of the same cells as: {other.draft.text}"
        if draft.kind == other.draft.kind and shared >= SAME_KIND:
            return f"the same kind from {shared:.0%} of the same cells as: {other.draft.text}"
    return None


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard index; 0 where neither names evidence."""
    return len(one & other) / len(one | other) if one | other else 0.0
