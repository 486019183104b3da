"""`repeats`: within a set, no question asks again what another one has asked. Looks at the set, so it stands apart."""

import re
from collections.abc import Iterable
from typing import Final

from cosyn_multi.model import Question

SAME_ANSWER: Final = 0.5
"""Share of evidence in common from which two questions with one answer ask for the same fact."""
SAME_KIND: Final = 0.9
"""The same for two questions of one kind, or of two kinds that compare, whatever they answer."""
COMPARING: Final = frozenset({"compare_pair", "extremum", "rank_order", "odd_one_out", "claim_verification"})
"""Who is higher, by how much, is it true that one is higher: of the same cells, one of these is enough."""
_PLAIN: Final = frozenset({"yes", "no", "true", "false"})
_FIGURE: Final = re.compile(r"[-\u2212]?\d[\d.,]*\d|[-\u2212]?\d")


def repeats(question: Question, kept: Iterable[Question]) -> str | None:
    """Why a question adds nothing to those kept already, or None."""
    draft, cells, said = question.draft, frozenset(question.draft.evidence), _said(question)
    for other in kept:
        theirs = frozenset(other.draft.evidence)
        shared = _overlap(cells, theirs)
        if draft.text == other.draft.text:
            return "the same text stands in the set already"
        same = said == _said(other)
        if same and shared >= SAME_ANSWER:
            return f"the same answer from {shared:.0%} of the same cells as: {other.draft.text}"
        if same and _telling(question) and _within(cells, theirs):
            return f"the same answer, which is a step of: {other.draft.text}"
        alike = draft.kind == other.draft.kind or {draft.kind, other.draft.kind} <= COMPARING
        if alike and shared >= SAME_KIND:
            return f"the same kind from {shared:.0%} of the same cells as: {other.draft.text}"
    return None


def _said(question: Question) -> str:
    """What an answer comes to, whether it is written with its unit, as a choice is, or without."""
    text = question.text_answer.casefold()
    found = _FIGURE.match(text)
    return found.group() if found else text


def _telling(question: Question) -> bool:
    """Whether two questions hardly have this answer by chance: a verdict or one of a few images they may."""
    return question.draft.answer_type != "image" and question.text_answer.casefold() not in _PLAIN


def _within(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether one question reads nothing that the other doesn't read too."""
    return bool(one and other) and (one <= other or other <= one)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard index; 0 where neither names evidence."""
    return len(one & other) / len(one | other) if one | other else 0.0
