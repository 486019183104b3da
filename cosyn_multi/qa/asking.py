"""Many requests at once, outside the page: captions, judgements. What is answered already is not asked again."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import BaseModel

from cosyn_multi.errors import UserError
from cosyn_multi.llm.base import Tally
from cosyn_multi.llm.desk import Desk
from cosyn_multi.llm.errors import ProviderError, Unanswered
from cosyn_multi.llm.office import LlmOptions, open_carrier, open_desk
from cosyn_multi.llm.request import Request
from cosyn_multi.model import Reject

K = TypeVar("K")
M = TypeVar("M", bound=BaseModel)
Say = Callable[[str], None]


class Asked(NamedTuple):
    """What became of a round. `waiting`: answers that are still to come."""

    answered: int
    waiting: int


@contextmanager
def desk_of(run: Path, options: LlmOptions) -> Iterator[Desk]:
    """Raises: as `open_desk`."""
    desk = open_desk(run, options)
    desk.budget.begin()
    try:
        yield desk
    finally:
        desk.close()


def ask_all(
    run: Path, options: LlmOptions, todo: Sequence[tuple[K, Callable[[], Request]]], model: type[M],
    take: Callable[[K, M | Reject], None], say: Say,
) -> Asked:  # fmt: skip
    """Ask for each key what its function makes, and hand over every answer as it comes, from one thread at a time.

    With a carrier (batch, files) it is visited once before and once after: run again for what was sent.
    Raises: what ends a run (ProviderRefused, BudgetReached); answers that came before are handed over.
    """
    carrier = open_carrier(run, options)
    with desk_of(run, options) as desk:
        if carrier:
            _visit(carrier.visit(desk.ledger, desk.budget), carrier.name, say)
        asked = _round(desk, options.at_once, todo, model, take, say)
        if carrier:
            if asked.waiting:
                _visit(carrier.visit(desk.ledger, desk.budget), carrier.name, say)
            carrier.close()
    return asked


def _round(
    desk: Desk, at_once: int, todo: Sequence[tuple[K, Callable[[], Request]]], model: type[M],
    take: Callable[[K, M | Reject], None], say: Say,
) -> Asked:  # fmt: skip
    def one(make: Callable[[], Request]) -> M | Reject | None:
        try:
            return desk.ask_for(make(), model)
        except Unanswered:
            return None
        except ProviderError as error:  # one that asking again may mend: not kept as an answer
            return Reject(stage="ask", reason=f"again_{error.kind}", detail=error.detail)
        finally:
            desk.ledger.close()

    answered = waiting = 0
    with ThreadPoolExecutor(min(at_once, 8)) as pool:
        jobs = [(key, pool.submit(one, make)) for key, make in todo]
        try:
            for key, job in jobs:
                found = job.result()
                if found is None or (isinstance(found, Reject) and found.reason.startswith("again_")):
                    waiting += 1
                    if found is not None:
                        say(f"{found.reason.removeprefix('again_')}: {found.detail}; run again later")
                else:
                    answered += 1
                    take(key, found)
        except UserError:
            for key, job in jobs:
                if not job.cancel() and job.exception() is None and (late := job.result()) is not None:
                    take(key, late)
            raise
    return Asked(answered, waiting)


def _visit(tally: Tally, name: str, say: Say) -> None:
    for line in (*([tally.line] if tally.total else []), *tally.notes):
        say(f"{name}: {line}")
