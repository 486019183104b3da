"""Making a draw consistent with the relations of the world: totals are the sums of their parts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from cosyn_multi.model import Column, Origin, Relation, Value

from .known import target_of
from .plausible import rounded

if TYPE_CHECKING:
    from .hidden import Hidden, Tables

PASSES = 3


class Spot(NamedTuple):
    """Where an unknown cell stands."""

    table: str
    row: int
    place: int
    column: Column


def repair(hidden: Hidden, tables: Tables) -> bool:
    """Change drawn cells until the relations hold. False if a total that is known can't be met.

    A target that isn't known is computed. Where it is known, the parts are scaled to it. Draws with fewer rows are left
    as they are, but for images none of whose totals is known elsewhere.
    """
    if not hidden.relations:
        return True
    spots = _spots(hidden)
    if any(len(tables[u.sheet.name]) != len(u.sheet.rows) for u in hidden.unseen):
        return all(r.target in spots for r in hidden.relations)
    for _ in range(PASSES):
        for relation in hidden.relations:
            if relation.target in spots:
                values = _values(hidden, tables, spots, relation)
                spot = spots[relation.target]
                tables[spot.table][spot.row][spot.place] = _fit(target_of(relation, values), spot.column)
            elif not _scale(hidden, tables, spots, relation):
                return False
    return True


def _spots(hidden: Hidden) -> dict[Origin, Spot]:
    return {
        u.sheet.origins[row][u.place]: Spot(u.sheet.name, row, u.place, u.column)
        for u in hidden.unseen
        if u.column.numeric
        for row in u.free
    }


def _values(hidden: Hidden, tables: Tables, spots: dict[Origin, Spot], relation: Relation) -> dict[Origin, Decimal]:
    return {o: _value(hidden, tables, spots, o) for o in relation.sources}


def _value(hidden: Hidden, tables: Tables, spots: dict[Origin, Spot], origin: Origin) -> Decimal:
    spot = spots.get(origin)
    value = (
        tables[spot.table][spot.row][spot.place]
        if spot
        else hidden.known[origin].value
        if origin in hidden.known
        else 0
    )
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(0)


def _scale(hidden: Hidden, tables: Tables, spots: dict[Origin, Spot], relation: Relation) -> bool:
    """Make the unknown parts of a known sum meet it."""
    parts = [o for o in relation.sources if o in spots]
    if not relation.coefficients or not parts:
        return True
    weights = dict(zip(relation.sources, relation.coefficients, strict=True))
    values = _values(hidden, tables, spots, relation)
    total = _value(hidden, tables, spots, relation.target)
    rest = total - sum((weights[o] * v for o, v in values.items() if o not in spots), Decimal(0))
    drawn = sum((weights[o] * values[o] for o in parts), Decimal(0))
    factor = rest / drawn if drawn else Decimal(0)
    if factor <= 0 and rest != 0:
        return False
    for origin in parts[:-1]:
        spot = spots[origin]
        tables[spot.table][spot.row][spot.place] = value = _fit(values[origin] * factor, spot.column)
        rest -= weights[origin] * Decimal(str(value))
    last = spots[parts[-1]]
    tables[last.table][last.row][last.place] = _fit(rest / weights[parts[-1]], last.column)
    return True


def _fit(number: Decimal, column: Column) -> Value:
    return rounded(number, column, number)
