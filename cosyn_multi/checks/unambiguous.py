"""`unambiguous`: the named rules hold. Each has a file's function and a slug of its own in `rules/`."""

from cosyn_multi.model import Verdict

from .case import Case
from .rules import RULES


def unambiguous(case: Case) -> Verdict:
    """Hold if no rule is broken; the first that is gives the reason."""
    for rule in RULES:
        broken = rule(case)
        if broken:
            return Verdict.fails("unambiguous", *broken)
    return Verdict.holds("unambiguous")
