"""`runs`: the program is one safe SELECT that ends and returns the shape its answer type asks for."""

from cosyn_multi.model import Verdict
from cosyn_multi.programs import ProgramError, probe

from .case import Case


def runs(case: Case) -> Verdict:
    """Hold if the program passes its static rules, its probes, its limits, and its rows are an answer."""
    draft = case.draft
    try:
        program = case.program
        result = case.result
        if not result.columns_read:
            return Verdict.fails("runs", "reads_nothing", "the program reads no column of any image")
        ordered = draft.answer_type == "list" and draft.order_matters and len(result.rows) > 1
        probe(case.bench.read, program, ordered)
        answer = case.answer
    except ProgramError as error:
        return Verdict.fails("runs", error.slug, error.detail)
    return Verdict.holds("runs", "; ".join(answer))
