"""A given answer against the right one, and the text forms that answers are stored in."""

import re
from collections.abc import Sequence
from decimal import Decimal

from cosyn_multi.model import NOT_ANSWERABLE, AnswerType, Draft

from .forms import SEPARATOR, Unstorable, options, stored, with_options, without_options
from .matching import matched
from .members import UNPARSED, Rule, Score, exactly, folded, same_number, score_member
from .places import score_points

__all__ = [
    "SEPARATOR", "Score", "Unstorable", "folded", "options", "same_answer", "same_number", "score", "score_question",
    "stored", "verdict_of", "with_options", "without_options",
]  # fmt: skip


def score(
    *,
    given: str | None,
    right: Sequence[str],
    answer_type: AnswerType,
    member_type: AnswerType = "str",
    unit: str = "",
    decimals: int | None = None,
    tolerance: Decimal = Decimal(0),
    choices: Sequence[str] = (),
    order_matters: bool = False,
    others: Sequence[str] = (),
) -> Score:
    """Judge a given text. All by keyword, so that the two answers can't be swapped.

    Args: given: what was answered. right: the right answer's canonical members, () for Not answerable.
        tolerance: absolute slack that the question states. others: names of other entities in the set; giving one of
        them is wrong however near its letters are.

    int: equal; 3.9 is not 3, and 3.0 is. float: within 1 %, within `tolerance`, or equal after rounding at the right
    answer's digits. Units may be left out; another unit can't be parsed; '1.2 million' is 1,200,000 unless the unit
    itself says million. A percent sign may be missing; a fraction in its place (0.528 for 52.8 %) is wrong.
    str: ANLS above 0.5, so 'the Danish painter' is wrong for 'painter'; with a digit in it, it is an identifier and must
    be equal but for case and spaces. date: the same day (or month), in ISO or with the month's name; numeric day-month
    orders can't be parsed. bool: yes, no, true, false. image: 'image 2', '2', 'the second image'. choice: letter or text.
    list: members parted by ';', as many as in the right one, and the worst member counts; in order if `order_matters`,
    else matched as a set. none: 'Not answerable' and three ways to say so.
    points: in the text form; in each image as many points as right ones, and one to one each in the right one's area; those are
    the members of the right answer ('1 190 320 220 340': image, left, top, right, bottom in thousandths).
    What can't be parsed (empty, over 400 characters, 'A or B', markup) is wrong, and `parsed` says so.

    relaxed: as above, but a float may be off by 5 % of the smaller of the two absolute values: the rule is the same if
    both are swapped, and never more generous than 5 % of the right one. A point may lie 10 thousandths beside its area. Nothing else has
    slack: ints (counts, years, pages), dates and identifiers stay exact.
    """
    rule = Rule(unit, decimals, tolerance, tuple(choices), tuple(others))
    if given is None:
        return UNPARSED
    if answer_type == "none" or not right:
        return score_member(given, NOT_ANSWERABLE, "none", rule)
    if answer_type == "points":
        return score_points(given, right)
    if answer_type == "list":
        return _score_list(given, list(right), member_type, rule, order_matters)
    return score_member(given, right[0], answer_type, rule)


def score_question(*, given: str | None, right: Sequence[str], draft: Draft, others: Sequence[str] = ()) -> Score:
    """`score` with what a draft says of its answer."""
    return score(
        given=given, right=right, answer_type=draft.answer_type, member_type=draft.member_type, unit=draft.unit,
        decimals=draft.decimals, tolerance=draft.tolerance, choices=draft.choices, order_matters=draft.order_matters,
        others=others,
    )  # fmt: skip


def _score_list(given: str, right: list[str], kind: AnswerType, rule: Rule, ordered: bool) -> Score:
    if folded(given) == folded(NOT_ANSWERABLE):
        return exactly(False)
    members = [m.strip() for m in given.strip().rstrip(";").split(";")]
    if not all(members):
        return UNPARSED
    table = [[score_member(m, r, kind, rule) for r in right] for m in members]
    if not all(row[0].parsed for row in table):
        return UNPARSED
    if len(members) != len(right):
        return exactly(False)
    if ordered:
        pairs = [table[i][i] for i in range(len(right))]
        return Score(all(s.ok for s in pairs), True, all(s.relaxed for s in pairs))
    return Score(matched([[s.ok for s in r] for r in table]), True, matched([[s.relaxed for s in r] for r in table]))


def same_answer(one: Sequence[str], other: Sequence[str], draft: Draft, slack: bool = True) -> bool:
    """Whether two answers in canonical form are the same: floats within 1 % or the stated tolerance, ints within the
    stated tolerance, all else exactly. Without `slack`, exactly for numbers too."""
    if len(one) != len(other):
        return False
    kind = draft.member_type if draft.answer_type == "list" else draft.answer_type
    if draft.answer_type == "list" and not draft.order_matters:
        one, other = sorted(one), sorted(other)
    return all(_same(a, b, kind, draft, slack) for a, b in zip(one, other, strict=True))


def _same(one: str, other: str, kind: AnswerType, draft: Draft, slack: bool) -> bool:
    if one == other:
        return True
    numeric = re.compile(r"-?\d+(\.\d+)?\Z")
    if kind not in ("int", "float") or not (numeric.match(one) and numeric.match(other)):
        return False
    a, b = Decimal(one), Decimal(other)
    if not slack or kind == "int":
        return abs(a - b) <= (draft.tolerance if slack else 0)
    return same_number(a, b, draft.tolerance, draft.decimals)


def verdict_of(text: str | None) -> bool | None:
    """What a judge's word says: True for 'correct' alone, False for 'incorrect' or 'not correct', None for all else.

    The whole answer must be the word, so that 'INCORRECT' can't pass for containing 'CORRECT'.
    """
    word = folded(text or "")
    return {"correct": True, "incorrect": False, "not correct": False, "wrong": False}.get(word)
