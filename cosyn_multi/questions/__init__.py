"""Question kinds: a folder per group, a file per kind. They propose drafts and never judge.

A kind is found by walking the package: a module with a `KIND` and a `propose` is one. There is nothing to register.
"""

import pkgutil
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from random import Random
from typing import cast

from cosyn_multi.model import Draft, Views

from .base import GROUPS, Kind, Proposer
from .verify.claim_verification import UNKNOWN

__all__ = ["POINTING", "Kind", "Proposer", "all_kinds", "propose_all"]

POINTING = ("point_entities",)
"""Optional kinds that ask to point at things."""
RETRIEVE_FIRST = 2
"""Kinds of the group `retrieve` among the first round of drafts: the easy ones must not crowd a set."""
MISSING = 2
"""Most drafts of a set that ask for what no image says."""
DIRECT_LOOKUP_ODDS = 0.6
"""Share of sets that get a direct look-up at all; never more than one each."""


@cache
def _found() -> tuple[tuple[str, Proposer], ...]:
    kinds: dict[str, Proposer] = {}
    for group in GROUPS:
        package = import_module(f"{__name__}.{group}")
        for module in pkgutil.iter_modules(package.__path__):
            kind = import_module(f"{package.__name__}.{module.name}")
            if hasattr(kind, "KIND"):
                kinds[kind.KIND.name] = cast(Proposer, kind)
    return tuple(kinds.items())


def all_kinds() -> dict[str, Proposer]:
    """Every kind by name, group by group in the design's order."""
    return dict(_found())


def propose_all(
    views: Views, rng: Random, kinds: Iterable[str] | None = None, wanted: int = 10, optional: Sequence[str] = ()
) -> Iterator[Draft]:
    """Drafts of all kinds, dealt in rounds: one of each kind, then a second of each, and so on until all are spent.

    The first `wanted` drafts are of different kinds where as many have something to ask. Each kind has a random
    stream of its own, so that what it proposes doesn't depend on how far the others were asked. No more than
    MISSING drafts ask for what no image says.

    Args: kinds: names; None for all but the optional ones. optional: of those, the ones to propose too: first in each
    round, and without a change to what the others propose. Raises: KeyError for an unknown name.
    """
    known = all_kinds()
    asked = [n for n, k in known.items() if not k.KIND.optional] if kinds is None else list(kinds)
    if strange := [n for n in asked if n not in known]:
        raise KeyError(f"no question kind {strange[0]!r}; there are {', '.join(known)}")
    names = [n for n in known if n in asked]
    streams = {n: Random(rng.getrandbits(64)) for n in names}
    first, later = _order(names, known, rng, capped=kinds is None)
    streams |= {n: Random(rng.getrandbits(64)) for n in optional}
    first = [*optional, *first]
    running = {n: known[n].propose(views, streams[n]) for n in first + later}
    missing = 0
    for turn in range(max(wanted, 1) * 4):
        for name in first if turn == 0 else first + later:
            draft = next((d for d in running.get(name, ()) if missing < MISSING or not _of_nothing(d)), None)
            missing += draft is not None and _of_nothing(draft)
            if draft is None:
                running.pop(name, None)
            else:
                yield draft
                if name == "direct_lookup" and kinds is None:
                    running.pop(name)
        if not running:
            return


def _of_nothing(draft: Draft) -> bool:
    """Whether a draft asks for what no image says: few of that sort are enough for a set."""
    return draft.answer_type == "none" or draft.witnesses[0].answer == (UNKNOWN,)


def _order(names: list[str], known: dict[str, Proposer], rng: Random, capped: bool) -> tuple[list[str], list[str]]:
    """The kinds of the first round, and those that join in the second."""
    shuffled = rng.sample(names, len(names))
    if not capped:
        return shuffled, []
    if rng.random() >= DIRECT_LOOKUP_ODDS and "direct_lookup" in shuffled:
        shuffled.remove("direct_lookup")
    easy = [n for n in shuffled if known[n].KIND.group == "retrieve"]
    later = easy[RETRIEVE_FIRST:]
    return [n for n in shuffled if n not in later], later
