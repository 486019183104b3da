"""The wall of checks: a draft becomes a Question, or a Reject with the check and the reason.

`CHECKS` is the order, cheap ones first; judging stops at the first that fails. `balanced` looks at a whole shard and
stands apart (`checks.balanced.balance`), as does what is asked of a picture before any question (`checks.view`).
"""

from collections.abc import Callable
from typing import Final

from cosyn_multi.model import Draft, Question, Reject, Verdict, Views
from cosyn_multi.scoring import Unstorable, stored, with_options

from .agrees import agrees
from .as_read import as_read
from .case import Bench, Case
from .legible import legible
from .needs import needs_every_image
from .not_leaked import not_leaked
from .places import NoPlace, places
from .robust import robust
from .runs import runs
from .unambiguous import unambiguous

Check = Callable[[Case], Verdict]

CHECKS: Final[tuple[Check, ...]] = (
    runs,
    agrees,
    as_read,
    legible,
    not_leaked,
    unambiguous,
    robust,
    needs_every_image,
)
DERIVING: Final[tuple[Check, ...]] = (runs, agrees, as_read)
"""The checks that derive the answer; they draw on no randomness."""


class Court:
    """Judges the drafts of one set. Its tables are loaded once; verdicts depend on the seed and the draft alone."""

    def __init__(self, views: Views, rng_seed: int) -> None:
        self.bench = Bench(views, rng_seed)

    def judge(self, draft: Draft) -> Question | Reject:
        """Run all checks in order. The question's text gets its choices written out below."""
        return self._try(draft, CHECKS)

    def derive(self, draft: Draft) -> Question | Reject:
        """The answer alone, from program and witnesses: what `verify` repeats."""
        return self._try(draft, DERIVING)

    def close(self) -> None:
        self.bench.close()

    def _try(self, draft: Draft, checks: tuple[Check, ...]) -> Question | Reject:
        case = Case(draft, self.bench)
        verdicts: list[Verdict] = []
        for check in checks:
            verdict = check(case)
            if not verdict.ok:
                return rejected(draft, verdict.check, verdict.reason, verdict.detail)
            verdicts.append(verdict)
        try:
            answer = places(case) if draft.answer_type == "points" else case.answer
            text = stored(answer, draft)
        except NoPlace as error:
            return rejected(draft, "legible", error.slug, error.detail)
        except Unstorable as error:
            return rejected(draft, "runs", "semicolon_in_member", str(error))
        return Question(
            draft=with_options(draft),
            answer=answer,
            text_answer=text,
            explanation=draft.explanation.replace("{answer}", text),
            verdicts=tuple(verdicts),
        )


def rejected(draft: Draft, stage: str, reason: str, detail: str) -> Reject:
    return Reject(stage=stage, reason=reason, detail=detail[:500], kind=draft.kind, question=draft.text)


__all__ = ["CHECKS", "Check", "Court", "rejected"]
