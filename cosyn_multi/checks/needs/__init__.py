"""`needs_every_image`: hiding any image that the question claims to need matters."""

import re
from collections.abc import Callable, Iterable
from contextlib import closing
from random import Random
from typing import Final, NamedTuple

from cosyn_multi.checks.case import Case
from cosyn_multi.model import Verdict
from cosyn_multi.programs import ProgramError, Row
from cosyn_multi.scoring import folded, same_answer

from .hidden import Hidden
from .known import Knowledge, known_without
from .placed import placed
from .siblings import swapped

DRAWS: Final = 20
"""Readings of a hidden image that are tried."""
MOST_DRAWS: Final = 120
"""So many where few are plausible, until ENOUGH_VALID are."""
ENOUGH_VALID: Final = 8
LEAST_SHARE: Final = 0.2
"""The answer must be another one in at least this share of the plausible ones."""
LEAST_VALID: Final = 4
"""With fewer plausible draws nothing can be said."""
ALONE: Final = frozenset({"direct_lookup"})
"""Kinds that may rest on one image."""
BY_FAMILY: Final = frozenset({
    "cross_format_match", "locate_image", "consistency_check", "odd_one_out", "difference_spotting",
    "evidence_selection", "structure_isomorphism",
})  # fmt: skip
"""Kinds whose answer is an image or a verdict on agreement."""
CANT_TELL: Final = re.compile(
    r"\b(can ?not|can't|could not|couldn't) (be )?(tell|told|say|said|determined?|answer(ed)?|known?)\b"
    r"|\bnot (answerable|enough information|given|stated|known)\b|\bunanswerable\b|\bundetermined\b|^unknown$"
)


class Count(NamedTuple):
    """Draws that were plausible, and those of them that gave another answer."""

    valid: int
    other: int

    @property
    def share(self) -> float:
        return self.other / self.valid if self.valid else 0.0


def needs_every_image(case: Case) -> Verdict:
    """Hold if, for every image that the draft claims, plausible readings of it change the answer.

    A draw under which the program has no answer of its shape breaks what the question takes for granted: it isn't
    plausible and doesn't count; but for kinds about which image or about agreement, "none" and "several" are other
    answers, and it does; so it does where there is nothing left to point at. `measure`: the share of draws that leave
    the answer as it is, for the image that matters least: the luck of a guesser who didn't look there.
    """
    claimed = tuple(sorted(set(case.draft.images)))
    if len(claimed) < 2 and case.draft.kind not in ALONE:
        return Verdict.fails("needs_every_image", "one_image", f"it claims to need image {claimed} alone")
    if strange := [i for i in case.images_read if i not in claimed]:
        return Verdict.fails("needs_every_image", "unclaimed_image", f"the program reads image {strange[0]} too")
    luck = 0.0
    for image in claimed:
        if image not in case.images_read:
            return Verdict.fails("needs_every_image", "image_not_read", f"the program reads nothing of image {image}")
        count = _count(case, image)
        if count.valid < LEAST_VALID:
            detail = f"hiding image {image}: {count.valid} plausible draws, too few to tell"
            return Verdict.fails("needs_every_image", "undecided", detail)
        if count.share < LEAST_SHARE:
            detail = f"hiding image {image} changes the answer in {count.other} of {count.valid} draws"
            return Verdict.fails("needs_every_image", "image_not_needed", detail, measure=round(1 - count.share, 4))
        luck = max(luck, 1 - count.share)
    return Verdict.holds("needs_every_image", measure=round(luck, 4))


def _count(case: Case, image: int) -> Count:
    """The draws of one image."""
    rng = case.rng(f"hide {image}")
    pinned = _hidden(case, image, known(case, image))
    if case.draft.kind in BY_FAMILY:
        return _by_family(case, image, pinned, rng)
    if _cant_tell(case) and (draws := list(placed(case, image, rng, DRAWS))):
        return _tried(case, draws, strict=False)
    if not pinned.open:
        return Count(DRAWS, 0)
    return _tried(case, pinned.draws(rng, MOST_DRAWS), strict=False)


def _by_family(case: Case, image: int, pinned: Hidden, rng: Random) -> Count:
    """The first telling of three ways to draw: siblings in its place, what other images show, anything at all."""
    ways: tuple[Callable[[], Iterable[dict[str, list[Row]]]], ...] = (
        lambda: swapped(case, image),
        lambda: pinned.draws(rng, DRAWS if pinned.open else 1),
        lambda: _hidden(case, image, {}).draws(rng, DRAWS),
    )
    best = Count(0, 0)
    for way in ways:
        best = max(best, _tried(case, way(), strict=True), key=lambda c: (c.share, c.valid))
        if best.share >= LEAST_SHARE:
            break
    weight = -(-LEAST_VALID // best.valid) if best.valid else 1  # one sibling says as much as several draws
    return Count(best.valid * weight, best.other * weight)


def _hidden(case: Case, image: int, knowledge: Knowledge) -> Hidden:
    return Hidden(case, image, knowledge, case.bench.views.world.relations)


def known(case: Case, image: int) -> Knowledge:
    """What the other images show; worked out once per set."""
    bench = case.bench
    return bench.once(("known", image), lambda: known_without(image, bench.views.read, bench.views.world.relations))


def _tried(case: Case, draws: Iterable[dict[str, list[Row]]], strict: bool) -> Count:
    """Run the program over each draw until it is decided: however the rest of DRAWS falls out, the share is reached.

    Args: strict: a draw without an answer is another answer.
    """
    valid = other = 0
    other_slug = "no_rows" if case.draft.answer_type == "points" else "answers_the_unanswerable"
    with closing(case.answers(draws)) as answers:
        for number, answer in enumerate(answers, 1):
            if not isinstance(answer, ProgramError):
                valid += 1
                other += not same_answer(answer, case.answer, case.draft)
            elif strict or answer.slug == other_slug:
                valid, other = valid + 1, other + 1
            if (number >= DRAWS and valid >= ENOUGH_VALID) or (valid >= DRAWS // 2 and other >= LEAST_SHARE * DRAWS):
                break
    return Count(valid, other)


def _cant_tell(case: Case) -> bool:
    return case.draft.answer_type == "none" or all(CANT_TELL.search(folded(a)) for a in case.answer)
