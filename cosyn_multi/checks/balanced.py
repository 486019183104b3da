"""`balanced`: what is asked of a shard as a whole. The last step before it is written; looks at nothing beyond it."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from cosyn_multi.model import ImageSet, Question, Reject, Verdict
from cosyn_multi.scoring import options, without_options

from .evening import Asked

NEAR: Final = 0.9
"""Two questions of one set with one answer are the same when so large a share of their words is."""


def balance(sets: Sequence[ImageSet], seed: int) -> tuple[list[ImageSet], list[Reject]]:
    """Drop what would tilt the shard and re-deal the positions of right choices.

    Repeated questions go first; then what `Asked.even_out` drops. The same sets and seed give the same result, whatever
    their order of arrival. A set may be left without questions.
    """
    ordered = sorted(sets, key=lambda s: s.index)
    asked = Asked(seed)
    for made in ordered:
        for place, question in enumerate(made.questions):
            asked.add(made.id, made.index, place, question)
    questions = [(s, q) for s in ordered for q in s.questions]
    _drop_repeated(asked, questions)
    asked.even_out()
    kept: dict[str, list[Question]] = defaultdict(list)
    rejects = []
    for number, (made, question) in enumerate(questions):
        if asked.gone(number):
            rejects.append(asked.reject(number, question, made.index))
        else:
            kept[made.id].append(_passed(dealt(question, asked.position(number))))
    return [s.model_copy(update={"questions": tuple(kept[s.id])}) for s in ordered], rejects


def dealt(question: Question, position: int | None) -> Question:
    """The question with its right choice where it is to stand."""
    return question if position is None else moved(question, position)


def _passed(question: Question) -> Question:
    return question.model_copy(update={"verdicts": (*question.verdicts, Verdict.holds("balanced"))})


def _drop_repeated(asked: Asked, questions: Sequence[tuple[ImageSet, Question]]) -> None:
    """Equal question and answer anywhere in the shard; nearly equal ones within a set."""
    seen: dict[tuple[str, str], str] = {}
    within: dict[tuple[str, str], list[frozenset[str]]] = defaultdict(list)
    for number, (made, question) in enumerate(questions):
        text, answer = normal(question.draft.text), question.text_answer.casefold()
        if (text, answer) in seen:
            asked.drop(number, "repeated", f"asked and answered alike in set {seen[text, answer]}")
            continue
        seen[text, answer] = made.id
        words = frozenset(text.split())
        group = within[made.id, answer]
        if any(_jaccard(words, other) >= NEAR for other in group):
            asked.drop(number, "near_duplicate", "another question of the set has nearly these words and this answer")
        else:
            group.append(words)


def normal(text: str) -> str:
    """A text without case and punctuation."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0


def moved(question: Question, position: int) -> Question:
    """The question with its right choice at a position; the others keep their order, and the text is written anew."""
    draft = question.draft
    right = next(c for c in draft.choices if " ".join(c.split()) == question.answer[0])
    others = [c for c in draft.choices if c != right]
    choices = (*others[:position], right, *others[position:])
    text = without_options(draft) + (options(choices) if without_options(draft) != draft.text else "")
    return question.model_copy(update={"draft": draft.model_copy(update={"choices": choices, "text": text})})
