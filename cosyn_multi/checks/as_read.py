"""`as_read`: what is drawn gives the answer that was meant."""

from cosyn_multi.model import Verdict
from cosyn_multi.programs import ProgramError, answer_of
from cosyn_multi.scoring import same_answer

from .agrees import shown
from .case import Case


def as_read(case: Case) -> Verdict:
    """Hold if the program gives the same over as-read and intended sheets: exactly for what is printed; for numbers
    that rest on marks, within the stated tolerance or 1 %."""
    try:
        meant = answer_of(case.bench.meant.run(case.draft.program), case.draft)
    except ProgramError as error:
        return Verdict.fails("as_read", "meant_fails", f"over the intended tables: {error}")
    if not same_answer(meant, case.answer, case.draft, slack=case.marks):
        return Verdict.fails("as_read", "reading_differs", f"as read: {shown(case.answer)}, meant: {shown(meant)}")
    return Verdict.holds("as_read")
