"""Inconsistencies put in on purpose: one image prints another value than the world holds, and the plan records it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from cosyn_multi.model import Part, Planted, Relation, Value, View, show


@dataclass(frozen=True)
class Spot:
    """A cell of one view that could be changed."""

    view: int
    part: str
    row: int
    column: str


def shared_spots(views: Sequence[View]) -> list[Spot]:
    """Printed numbers that another view prints too (from the same cell of the world): where sources can disagree."""
    printed = [(i, s, views[i].part(s.part).origin(s.row, s.column)) for i, s in _numbers(views)]
    return [s for i, s, origin in printed if any(o == origin and j != i for j, _, o in printed)]


def _numbers(views: Sequence[View]) -> list[tuple[int, Spot]]:
    return [
        (i, Spot(i, part.name, row, column.name))
        for i, view in enumerate(views)
        if view.artifact != "chart"
        for part in view.parts
        for row in range(len(part.rows))
        for column in part.measures
    ]


def carried_spots(views: Sequence[View], relations: Iterable[Relation]) -> list[Spot]:
    """Printed numbers that must equal one of another view: an opening balance, a reading to start from, a listed price."""
    printed = {views[i].part(s.part).origin(s.row, s.column): (i, s) for i, s in _numbers(views)}
    same = [r for r in relations if r.coefficients == (Decimal(1),)]
    ends = [(printed[r.target], printed[r.sources[0]]) for r in same if {r.target, r.sources[0]} <= printed.keys()]
    return [spot for (i, spot), (j, _) in ends if i != j]


def plant(
    views: Sequence[View], rng: Random, relations: Iterable[Relation] = ()
) -> tuple[tuple[View, ...], tuple[Planted, ...]]:
    """One number misprinted in one view that another view shows too, or that is carried over from there.

    Nothing is planted where there is none. relations: of the world, where what is carried over may be misprinted.
    """
    spots = shared_spots(views) + carried_spots(views, relations)
    if not spots:
        return tuple(views), ()
    spot = rng.choice(spots)
    view = views[spot.view]
    part = view.part(spot.part)
    truth = part.cell(spot.row, spot.column)
    wrong = misprint(truth, part, spot.column, rng)
    changed = _with_cell(part, spot.row, spot.column, wrong)
    parts = tuple(changed if p.name == part.name else p for p in view.parts)
    fmt = part.column(spot.column).format
    record = Planted(
        image=view.image, ref=f"{part.name}[{spot.row}].{spot.column}", origin=part.origin(spot.row, spot.column),
        truth=show(truth, fmt, view.locale), shown=show(wrong, fmt, view.locale),
    )  # fmt: skip
    new = tuple(v.model_copy(update={"parts": parts}) if i == spot.view else v for i, v in enumerate(views))
    return new, (record,)


def misprint(truth: Value, part: Part, column: str, rng: Random) -> Value:
    """A believable wrong number of the same form: two digits swapped, or one digit off; never a value of the column."""
    if not isinstance(truth, int | Decimal):
        raise TypeError(f"{part.name}.{column} holds {truth!r}, not a number")
    taken = set(part.values(column))
    for _ in range(40):
        wrong = _slip(Decimal(truth), rng)
        if wrong > 0 and wrong not in taken:
            return int(wrong) if isinstance(truth, int) else wrong
    return truth + 1


def _slip(number: Decimal, rng: Random) -> Decimal:
    sign, digits, exponent = number.as_tuple()
    changed = list(digits)
    i = rng.randrange(min(3, len(changed)))
    if i + 1 < len(changed) and changed[i] != changed[i + 1] and rng.random() < 0.5:
        changed[i], changed[i + 1] = changed[i + 1], changed[i]
    else:
        changed[i] = (changed[i] + rng.choice((1, 2, 3, 7, 8, 9))) % 10
    if changed[0] == 0:
        changed[0] = rng.randint(1, 9)
    return Decimal((sign, tuple(changed), int(exponent)))


def _with_cell(part: Part, row: int, column: str, value: Value) -> Part:
    where = part.index(column)
    rows = tuple(
        tuple(value if (r, c) == (row, where) else v for c, v in enumerate(cells)) for r, cells in enumerate(part.rows)
    )
    return part.model_copy(update={"rows": rows})
