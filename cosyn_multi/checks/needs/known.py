"""What is known of the world when one image is hidden: what the others show, and what follows from it."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from cosyn_multi.model import Column, Format, Origin, Relation, Sheet, Value, quantize
from cosyn_multi.model.formats import COMPACT

MOST_ROUNDS = 8
"""Passes over the relations; a chain of more steps than that is beyond a careful reader."""


class Known(NamedTuple):
    """A value, and how far off it may be."""

    value: Value
    slack: Decimal = Decimal(0)


Knowledge = dict[Origin, Known]


def known_without(hidden: int, sheets: Iterable[Sheet], relations: Iterable[Relation]) -> Knowledge:
    """What the other images' sheets show, closed under the relations (a sum or product with one unknown)."""
    known: Knowledge = {}
    for sheet in sheets:
        if sheet.image == hidden:
            continue
        for values, tolerances, origins in zip(sheet.rows, sheet.tolerances, sheet.origins, strict=True):
            for column, value, tolerance, origin in zip(sheet.columns, values, tolerances, origins, strict=True):
                if value is not None:
                    _note(known, origin, Known(value, max(tolerance, resolution(value, column.format) / 2)))
    return close(known, list(relations))


def _note(known: Knowledge, origin: Origin, found: Known) -> None:
    if origin not in known or found.slack < known[origin].slack:
        known[origin] = found


def resolution(value: Value, fmt: Format) -> Decimal:
    """The step that a display format keeps of a number; 0 for all else."""
    if isinstance(value, str) or not isinstance(value, int | Decimal):
        return Decimal(0)
    step = Decimal(1).scaleb(-fmt.decimals)
    if fmt.style == "compact":
        return step * _scale(Decimal(value))
    return step


def _scale(number: Decimal) -> Decimal:
    return next((s for s in COMPACT.values() if abs(number) >= s), Decimal(1))


def pinned(known: Known, column: Column, own: Value) -> Known:
    """What is known of a cell, seen with the format of the hidden image: another image that prints it just as finely
    leaves no doubt."""
    finest = resolution(own if own is not None else known.value, column.format) / 2
    return Known(known.value) if known.slack <= finest else known


def close(known: Knowledge, relations: list[Relation]) -> Knowledge:
    """All that follows, to a fixpoint."""
    for _ in range(MOST_ROUNDS):
        before = len(known)
        for relation in relations:
            solve(known, relation)
        if len(known) == before:
            break
    return known


def solve(known: Knowledge, relation: Relation) -> None:
    """Add the one cell of a relation that isn't known yet, if the others determine it."""
    unknown = [o for o in (relation.target, *relation.sources) if o not in known]
    if len(unknown) != 1 or relation.sources.count(unknown[0]) > 1:
        return
    numbers = {o: known[o] for o in (relation.target, *relation.sources) if o != unknown[0]}
    if any(not isinstance(k.value, int | Decimal) for k in numbers.values()):
        return
    if unknown[0] == relation.target:
        value = target_of(relation, {o: Decimal(str(k.value)) for o, k in numbers.items()})
        known[unknown[0]] = Known(value, _slack(relation, numbers))
    else:
        _solve_source(known, relation, unknown[0], numbers)


def target_of(relation: Relation, values: Mapping[Origin, Decimal]) -> Decimal:
    """The relation's target from its sources."""
    if relation.coefficients:
        total = sum((c * values[o] for c, o in zip(relation.coefficients, relation.sources, strict=True)), Decimal(0))
    else:
        total = Decimal(1)
        for origin in relation.sources:
            total *= values[origin]
    return quantize(total, relation.decimals)


def _solve_source(known: Knowledge, relation: Relation, wanted: Origin, numbers: dict[Origin, Known]) -> None:
    target = Decimal(str(numbers[relation.target].value))
    half = Decimal(1).scaleb(-relation.decimals) / 2
    if relation.coefficients:
        weights = dict(zip(relation.sources, relation.coefficients, strict=True))
        rest = sum((weights[o] * Decimal(str(numbers[o].value)) for o in relation.sources if o != wanted), Decimal(0))
        weight = weights[wanted]
        if weight:
            exact = all(c == c.to_integral_value() for c in relation.coefficients)
            slack = (_slack(relation, numbers) + (0 if exact else half)) / abs(weight)
            known[wanted] = Known((target - rest) / weight, slack)
        return
    rest = Decimal(1)
    for origin in relation.sources:
        rest *= Decimal(1) if origin == wanted else Decimal(str(numbers[origin].value))
    if rest:
        value = (target / rest).quantize(Decimal("1e-9"), rounding=ROUND_HALF_UP)
        known[wanted] = Known(value, (half + numbers[relation.target].slack) / abs(rest))


def _slack(relation: Relation, numbers: dict[Origin, Known]) -> Decimal:
    """How far off a sum may be, from how far off its members may be. Display steps of whole sums cancel: exact members
    (slack of half a step) count only where they are coarser than the relation's own digits."""
    half = Decimal(1).scaleb(-relation.decimals) / 2
    return sum((k.slack for k in numbers.values() if k.slack > half), Decimal(0))
