"""`agrees`: a derivation that shares no code with the program gives the same answer."""

from cosyn_multi.model import Draft, Verdict
from cosyn_multi.programs import ProgramError, member
from cosyn_multi.scoring import same_answer

from .case import Case


def agrees(case: Case) -> Verdict:
    """Hold if every witness confirms the program; having none fails.

    Where all that the program reads is printed, the answers are equal; where marks are read, numbers may differ by the
    stated tolerance or 1 %, since a witness knows the values that were meant.
    """
    draft = case.draft
    if not draft.witnesses:
        return Verdict.fails("agrees", "no_witness", "nothing but the program derives this answer")
    for witness in draft.witnesses:
        if not same_answer(canonical_members(witness.answer, draft), case.answer, draft, slack=case.marks):
            detail = f"program: {shown(case.answer)}, {witness.name}: {shown(witness.answer)}"
            return Verdict.fails("agrees", "witness_differs", detail)
    return Verdict.holds("agrees", ", ".join(w.name for w in draft.witnesses))


def canonical_members(members: tuple[str, ...], draft: Draft) -> tuple[str, ...]:
    """A witness's members in the form that `answer_of` gives, as far as they can be brought there."""
    kind = draft.member_type if draft.answer_type == "list" else draft.answer_type
    return tuple(_canonical(m, draft, kind) for m in members)


def _canonical(text: str, draft: Draft, kind: str) -> str:
    if kind in ("int", "float"):
        return text
    try:
        return member(text, kind, draft)  # type: ignore[arg-type]
    except ProgramError:
        return text


def shown(answer: tuple[str, ...]) -> str:
    return "; ".join(answer) if answer else "Not answerable"
