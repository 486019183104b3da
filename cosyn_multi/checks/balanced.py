"""`balanced`: what is asked of a shard as a whole. The last step before it is written; looks at nothing beyond it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

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


@dataclass
class Item:
    """A question of the shard, and where it belongs."""

    set_id: str
    set_index: int
    place: int
    question: Question
    draw: int
    """Decides who goes first where some must go: depends on the seed and the question, not on its neighbours."""
    gone: tuple[str, str] | None = None

    @property
    def kind(self) -> str:
        return self.question.draft.kind


def balance(sets: Sequence[ImageSet], seed: int) -> tuple[list[ImageSet], list[Reject]]:
    """Drop what would tilt the shard and re-deal the positions of right choices.

    In this order: repeated questions; too many Yes or No; an answer above its cap within a kind; direct look-ups above a
    tenth of what is left. Then the right choices are dealt to even positions. The same sets and seed give the same
    result, whatever their order of arrival. A set may be left without questions.
    """
    items = [
        Item(s.id, s.index, place, q, digest(seed, s.id, q.draft.text, q.text_answer))
        for s in sorted(sets, key=lambda s: s.index)
        for place, q in enumerate(s.questions)
    ]
    _drop_repeated(items)
    _even_yes_no(left(items))
    _cap_answers(left(items))
    _cap_direct(left(items))
    _deal_choices(left(items))
    kept: dict[str, list[Item]] = defaultdict(list)
    for item in left(items):
        kept[item.set_id].append(item)
    balanced = [
        s.model_copy(update={"questions": tuple(_passed(i.question) for i in kept[s.id])})
        for s in sorted(sets, key=lambda s: s.index)
    ]
    return balanced, [_reject(i) for i in items if i.gone]


def left(items: Iterable[Item]) -> list[Item]:
    return [i for i in items if i.gone is None]


def _passed(question: Question) -> Question:
    return question.model_copy(update={"verdicts": (*question.verdicts, Verdict.holds("balanced"))})


def _reject(item: Item) -> Reject:
    reason, detail = item.gone or ("", "")
    draft = item.question.draft
    return Reject(
        stage="balanced", reason=reason, detail=detail, set_index=item.set_index, kind=draft.kind, question=draft.text
    )


def _drop_repeated(items: list[Item]) -> None:
    """Equal question and answer anywhere in the shard; nearly equal ones within a set."""
    seen: dict[tuple[str, str], str] = {}
    within: dict[tuple[str, str], list[frozenset[str]]] = defaultdict(list)
    for item in items:
        text, answer = _normal(item.question.draft.text), item.question.text_answer.casefold()
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


def _normal(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0


def _even_yes_no(items: list[Item]) -> None:
    for kind, group in _by_kind(i for i in items if i.question.draft.answer_type == "bool").items():
        sides = {a: [i for i in group if i.question.text_answer == a] for a in ("Yes", "No")}
        more, fewer = sorted(sides.values(), key=len, reverse=True)
        allowed = max(len(fewer) + 1, int(len(fewer) * MAJORITY))
        for item in _chosen(more, len(more) - allowed):
            item.gone = ("yes_no", f"{kind}: {len(more)} answer {item.question.text_answer}, {len(fewer)} don't")


def _cap_answers(items: list[Item]) -> None:
    open_ended = [i for i in items if i.question.draft.answer_type in ("int", "float", "str", "date", "list")]
    for kind, group in _by_kind(open_ended).items():
        cap = max(ANSWERS_FREE, int(len(group) * ANSWER_SHARE))
        for answer, same in _grouped(group).items():
            for item in _chosen(same, len(same) - cap):
                item.gone = ("answer_cap", f"{kind}: {len(same)} of {len(group)} answer {answer!r}; at most {cap} may")


def _grouped(items: list[Item]) -> dict[str, list[Item]]:
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[item.question.text_answer.casefold()].append(item)
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
        if item.question.draft.answer_type == "choice":
            groups[len(item.question.draft.choices)].append(item)
    for count, group in groups.items():
        for turn, item in enumerate(sorted(group, key=lambda i: (i.draw, i.set_index, i.place))):
            item.question = moved(item.question, turn % count)


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
