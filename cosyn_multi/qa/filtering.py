"""`qa filter`: rules over every submitted question, then a model's judgement if it is wanted. Nothing is deleted: a drop is
a reason beside the question, and people can take it back in the page."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from cosyn_multi.llm.office import LlmOptions
from cosyn_multi.model import Reject
from cosyn_multi.scoring import folded

from .asking import ask_all
from .drops import Drop
from .languages import check_language
from .problems import Problem
from .prompts import Judged, judge_request
from .questions import Written
from .rules import Pair, faults
from .store import Store


class Filtered(NamedTuple):
    judged: int
    out: int
    """Left out now: what was taken back isn't."""
    taken_back: int
    reasons: Counter[str]
    """Of the questions that are left out."""
    waiting: int
    problems: list[Problem]


def filter_questions(
    store: Store, language: str, options: LlmOptions | None, say: Callable[[str], None]
) -> Filtered:  # fmt: skip
    """Judge all that is submitted anew. options: whom to ask after the rules; only about what they left.

    Raises: ConfigError for an unknown language; as `ask_all`.
    """
    check_language(language)
    questions = store.questions.submitted()
    store.drops.replace([q.id for q in questions], _by_rules(store, questions, language), "rules")
    waiting, problems = 0, list[Problem]()
    if options is not None:
        left = [q for q in questions if q.id not in store.drops.out()]
        waiting, problems = _by_model(store, left, language, options, say)
    drops, out = store.drops.all(), store.drops.out()
    return Filtered(
        judged=len(questions), out=len(out), taken_back=len(drops.keys() - out), waiting=waiting, problems=problems,
        reasons=Counter(d.reason for q in out for d in drops[q] if not d.taken_back_by),
    )  # fmt: skip


def _by_rules(store: Store, questions: list[Written], language: str) -> list[Drop]:
    found, asked = [], set[tuple[str, str]]()
    sizes = {g.id: len(g.members) for g in store.sets.all()}
    for q in questions:
        pair = Pair(question=q.question, answer=q.answer, images=sizes[q.set_id], language=language)
        wrong = faults(pair)
        key = (q.set_id, folded(q.question))
        if key in asked:
            wrong["duplicate"] = "the same question was asked of this set before"
        asked.add(key)
        found += [Drop(question=q.id, reason=reason, detail=detail, judge="rules") for reason, detail in wrong.items()]
    return found


def _by_model(
    store: Store, questions: list[Written], language: str, options: LlmOptions, say: Callable[[str], None]
) -> tuple[int, list[Problem]]:
    captions = {digest: c.text for digest, c in store.pictures.captions().items()}
    members = {g.id: [captions.get(m.sha256, "") for m in g.members] for g in store.sets.all()}
    problems: list[Problem] = []

    def take(question: Written, found: Judged | Reject) -> None:
        if isinstance(found, Reject):  # no judgement: the question stays
            problems.append(
                Problem(where=f"question {question.id}", reason=f"judge_{found.reason}", detail=found.detail)
            )
            return
        dropped = found.fault != "none"
        drop = Drop(question=question.id, reason=found.fault, detail=found.detail, judge=options.model)
        store.drops.replace([question.id], [drop] if dropped else [], options.model)

    todo = [
        (q, partial(judge_request, options.model, members[q.set_id], q.question, q.answer, language)) for q in questions
    ]
    return ask_all(store.run, options, todo, Judged, take, say).waiting, problems
