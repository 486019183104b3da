"""Candidates of a model as drafts. What can be told without judging is told here; everything else is the court's."""

from decimal import Decimal, InvalidOperation
from random import Random
from typing import Final

from cosyn_multi.model import Draft, Reject, Views, Witness
from cosyn_multi.model.canonical import canonical
from cosyn_multi.programs import Database, ProgramError, analyse, answer_of
from cosyn_multi.questions import all_kinds
from cosyn_multi.questions.base import Kind
from cosyn_multi.scoring import same_answer

from .answers import AskAnswer, Candidate, DeriveAnswer
from .wording import MARK, strange

NOT_ASSIGNED: Final = frozenset({"page_order", "direct_lookup"})
"""Kinds that few sets can have, or that a run caps."""
PER_QUESTION: Final = 1.5
MOST_AT_ONCE: Final = 16
CLAIMED: Final = "claimed"
SECOND: Final = "second_call"


def kinds() -> list[Kind]:
    """Every kind but the optional ones, in the order of the design."""
    return [k.KIND for k in all_kinds().values() if not k.KIND.optional]


def assigned(images: int, wanted: int, rng: Random) -> list[str]:
    """Kinds to ask for: no two alike while others are left."""
    fitting = [k.name for k in kinds() if k.min_images <= images and k.name not in NOT_ASSIGNED]
    count = min(MOST_AT_ONCE, max(1, round(wanted * PER_QUESTION)))
    found: list[str] = []
    while len(found) < count:
        found += rng.sample(fitting, len(fitting))
    return found[:count]


def drafts_of(answer: AskAnswer, views: Views) -> list[Draft | Reject]:
    """A draft for each candidate, with the claimed answer as its witness; or why it is none."""
    return [_draft(c, views) for c in answer.questions]


def _draft(given: Candidate, views: Views) -> Draft | Reject:
    found = _fault(given, views)
    if found:
        return Reject(stage="ask", reason=found[0], detail=found[1][:500], kind=given.kind, question=given.text)
    text = " ".join(given.text.split())
    return Draft(
        kind=given.kind,
        text=text,
        answer_type=given.answer_type,
        member_type=given.member_type if given.answer_type == "list" else "str",
        unit=given.unit.strip(),
        decimals=given.decimals if given.decimals >= 0 and "float" in (given.answer_type, given.member_type) else None,
        choices=tuple(" ".join(c.split()) for c in given.choices),
        program=given.program.strip().rstrip(";"),
        witnesses=(Witness(name=CLAIMED, answer=tuple(_plain(a, given) for a in given.answer)),),
        images=given.images,
        evidence=tuple(dict.fromkeys(c for c in given.cells if c in views.readings)),
        names=tuple(dict.fromkeys(n for n in given.names if n and n in text)),
        explanation=" ".join(given.explanation.split()),
        order_matters=given.order_matters and given.answer_type == "list",
    )


def _fault(given: Candidate, views: Views) -> tuple[str, str] | None:
    known = {k.name: k for k in kinds()}
    if given.kind not in known:
        return "unknown_kind", f"{given.kind!r} is no kind"
    kind = known[given.kind]
    if given.answer_type not in kind.answer_types:
        return "wrong_answer_type", f"{given.answer_type}: {kind.name} takes {', '.join(kind.answer_types)}"
    images = given.images
    if list(images) != sorted(set(images)) or not set(images) <= set(views.images):
        return "wrong_images", f"images {list(images)}; the set has {list(views.images)}"
    if len(images) < min(kind.min_images, 2):
        return "too_few_images", f"{kind.name} rests on at least {min(kind.min_images, 2)} images"
    for text in (given.text, given.explanation, *given.choices, *given.answer):
        if MARK.search(text):
            return "answer_mark", "a text holds the mark that trainers split on"
    for text in (given.text, given.explanation):
        if found := strange(text):
            return found
    if "{answer}" not in given.explanation:
        return "no_answer_slot", "the explanation does not end in {answer}"
    if given.explanation.replace("{answer}", "").count("{"):
        return "no_answer_slot", "the explanation has another slot than {answer}"
    if not any(c in views.readings for c in given.cells):
        return "no_evidence", "none of its cells is one that was read"
    return None


def _plain(member: str, given: Candidate) -> str:
    """A claimed member in canonical form where it is a number; else as it was given."""
    kind = given.member_type if given.answer_type == "list" else given.answer_type
    if kind not in ("int", "float"):
        return " ".join(member.split())
    try:
        number = Decimal(member.strip())
    except InvalidOperation:
        return member.strip()
    if not number.is_finite():
        return member.strip()
    return canonical(number, given.decimals if kind == "float" and given.decimals >= 0 else None)


class Clerk:
    """Runs programs over one set's as-read tables: to see which drafts are worth a second derivation, and to make that one."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._db = Database(views.read)
        self._marks = any(not s.exact for s in views.read)

    def close(self) -> None:
        self._db.close()

    def answer(self, draft: Draft, program: str) -> tuple[str, ...] | ProgramError:
        """What a program answers, or why it can't run or has not the answer's shape."""
        try:
            analyse(program, self._views.read)
            return answer_of(self._db.run(program), draft)
        except ProgramError as error:
            return error

    def holds(self, draft: Draft) -> bool:
        """Whether a draft's own program gives what was claimed: the others are not worth paying for again."""
        found = self.answer(draft, draft.program)
        if isinstance(found, ProgramError):
            return False
        return same_answer(draft.witnesses[0].answer, found, draft, slack=self._marks)

    def witnessed(self, draft: Draft, number: int, answer: DeriveAnswer) -> Draft | Reject:
        """The draft with the second call's answer as another witness; a Reject if that has none."""
        program = next((p.program.strip().rstrip(";") for p in answer.programs if p.number == number), "")
        found: tuple[str, ...] | ProgramError = ()
        if program:
            found = self.answer(draft, program)
        elif draft.answer_type != "none":
            found = ProgramError("no_program", "it finds no answer in the tables")
        if isinstance(found, ProgramError):
            return Reject(
                stage="derive", reason="not_derived", detail=str(found)[:500], kind=draft.kind, question=draft.text
            )
        return draft.model_copy(update={"witnesses": (*draft.witnesses, Witness(name=SECOND, answer=found))})
