"""`balanced`: what is asked of a shard as a whole. The last step before it is written; looks at nothing beyond it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Self

from cosyn_multi.model import ImageSet, Question, Reject, Verdict
from cosyn_multi.scoring import options, without_options
from cosyn_multi.seeds import digest

DIRECT_SHARE: Final = Fraction(1, 10)
"""Most direct look-ups, of all questions."""
ANSWER_SHARE: Final = Fraction(1, 10)
ANSWERS_FREE: Final = 3
"""An answer text may occur this often within a kind, or in ANSWER_SHARE of its questions if that is more."""
MAJORITY: Final = Fraction(11, 10)
"""Yes may outnumber No (or No Yes) by this factor within a kind, or by one."""
NEAR: Final = 0.9
"""Two questions of one set with one answer are the same when so large a share of their words is."""


@dataclass(slots=True)
class Item:
    """What balancing looks at of a question, and what it decides. Light: a merge holds those of a whole run at a time."""

    set_id: str
    set_index: int
    place: int
    kind: str
    answer_type: str
    answer: str
    """As stored in qa_pairs."""
    choices: int
    draw: int
    """Decides who goes first where some must go: depends on the seed and the question, not on its neighbours."""
    gone: tuple[str, str] | None = None
    """Reason and detail, if it is dropped."""
    position: int | None = None
    """Where its right choice is to stand."""

    @classmethod
    def of(cls, set_id: str, set_index: int, place: int, question: Question, seed: int) -> Self:
        draft, answer = question.draft, question.text_answer
        draw = digest(seed, set_id, draft.text, answer)
        return cls(set_id, set_index, place, draft.kind, draft.answer_type, answer, len(draft.choices), draw)


def balance(sets: Sequence[ImageSet], seed: int) -> tuple[list[ImageSet], list[Reject]]:
    """Drop what would tilt the shard and re-deal the positions of right choices.

    Repeated questions go first; then what `even_out` drops. The same sets and seed give the same result, whatever their
    order of arrival. A set may be left without questions.
    """
    ordered = sorted(sets, key=lambda s: s.index)
    questions = [q for s in ordered for q in s.questions]
    items = [
        Item.of(s.id, s.index, place, q, seed) for s in ordered for place, q in enumerate(s.questions)
    ]  # fmt: skip
    _drop_repeated(items, [normal(q.draft.text) for q in questions])
    even_out(left(items))
    kept: dict[str, list[Question]] = defaultdict(list)
    for item, question in zip(items, questions, strict=True):
        if item.gone is None:
            kept[item.set_id].append(_passed(dealt(question, item)))
    balanced = [s.model_copy(update={"questions": tuple(kept[s.id])}) for s in ordered]
    return balanced, [reject_of(i, q.draft.text) for i, q in zip(items, questions, strict=True) if i.gone]


def even_out(items: list[Item]) -> None:
    """Drop too many Yes or No, an answer above its cap within a kind, direct look-ups above a tenth of what is left, in
    this order; then deal the right choices to even positions."""
    _even_yes_no(items)
    _cap_answers(left(items))
    _cap_direct(left(items))
    _deal_choices(left(items))


def left(items: Iterable[Item]) -> list[Item]:
    return [i for i in items if i.gone is None]


def dealt(question: Question, item: Item) -> Question:
    """The question with its right choice where the item says."""
    return question if item.position is None else moved(question, item.position)


def _passed(question: Question) -> Question:
    return question.model_copy(update={"verdicts": (*question.verdicts, Verdict.holds("balanced"))})


def reject_of(item: Item, text: str) -> Reject:
    """Why an item is gone. text: the question's."""
    reason, detail = item.gone or ("", "")
    return Reject(
        stage="balanced", reason=reason, detail=detail, set_index=item.set_index, kind=item.kind, question=text
    )


def _drop_repeated(items: list[Item], texts: list[str]) -> None:
    """Equal question and answer anywhere in the shard; nearly equal ones within a set. texts: in normal form."""
    seen: dict[tuple[str, str], str] = {}
    within: dict[tuple[str, str], list[frozenset[str]]] = defaultdict(list)
    for item, text in zip(items, texts, strict=True):
        answer = item.answer.casefold()
        if (text, answer) in seen:
            item.gone = ("repeated", f"asked and answered alike in set {seen[text, answer]}")
            continue
        seen[text, answer] = item.set_id
        words = frozenset(text.split())
        group = within[item.set_id, answer]
        if any(_jaccard(words, other) >= NEAR for other in group):
            item.gone = ("near_duplicate", "another question of the set has nearly these words and this answer")
        else:
            group.append(words)


def normal(text: str) -> str:
    """A text without case and punctuation."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0


def _even_yes_no(items: list[Item]) -> None:
    for kind, group in _by_kind(i for i in items if i.answer_type == "bool").items():
        sides = {a: [i for i in group if i.answer == a] for a in ("Yes", "No")}
        more, fewer = sorted(sides.values(), key=len, reverse=True)
        allowed = max(len(fewer) + 1, int(len(fewer) * MAJORITY))
        for item in _chosen(more, len(more) - allowed):
            item.gone = ("yes_no", f"{kind}: {len(more)} answer {item.answer}, {len(fewer)} don't")


def _cap_answers(items: list[Item]) -> None:
    open_ended = [i for i in items if i.answer_type in ("int", "float", "str", "date", "list")]
    for kind, group in _by_kind(open_ended).items():
        cap = max(ANSWERS_FREE, int(len(group) * ANSWER_SHARE))
        for answer, same in _grouped(group).items():
            for item in _chosen(same, len(same) - cap):
                item.gone = ("answer_cap", f"{kind}: {len(same)} of {len(group)} answer {answer!r}; at most {cap} may")


def _grouped(items: list[Item]) -> dict[str, list[Item]]:
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[item.answer.casefold()].append(item)
    return groups


def _cap_direct(items: list[Item]) -> None:
    direct = [i for i in items if i.kind == "direct_lookup"]
    others = len(items) - len(direct)
    allowed = int(others * DIRECT_SHARE / (1 - DIRECT_SHARE))
    for item in _chosen(direct, len(direct) - allowed):
        item.gone = (
            "direct_cap",
            f"{len(direct)} direct look-ups among {len(items)} questions; at most {allowed} may stay",
        )


def _deal_choices(items: list[Item]) -> None:
    """Give the right choices the positions 0, 1, 2 ... in turn, per number of choices, in the order of the draws."""
    groups: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        if item.answer_type == "choice":
            groups[item.choices].append(item)
    for count, group in groups.items():
        for turn, item in enumerate(sorted(group, key=lambda i: (i.draw, i.set_index, i.place))):
            item.position = turn % count


def moved(question: Question, position: int) -> Question:
    """The question with its right choice at a position; the others keep their order, and the text is written anew."""
    draft = question.draft
    right = next(c for c in draft.choices if " ".join(c.split()) == question.answer[0])
    others = [c for c in draft.choices if c != right]
    choices = (*others[:position], right, *others[position:])
    text = without_options(draft) + (options(choices) if without_options(draft) != draft.text else "")
    return question.model_copy(update={"draft": draft.model_copy(update={"choices": choices, "text": text})})


def _by_kind(items: Iterable[Item]) -> dict[str, list[Item]]:
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[item.kind].append(item)
    return groups


def _chosen(items: list[Item], count: int) -> list[Item]:
    """Those of the items that go: the lowest draws."""
    return sorted(items, key=lambda i: (i.draw, i.set_index, i.place))[: max(0, count)]
