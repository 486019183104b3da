"""`robust`: the answer survives reading error."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from decimal import Decimal
from typing import Final

from cosyn_multi.model import Verdict
from cosyn_multi.programs import Cell, ProgramError, Row, as_number, plain
from cosyn_multi.scoring import same_answer

from .agrees import shown
from .case import Case

MOST_ALONE: Final = 40
"""At most so many cells are moved alone, drawn at random where there are more."""
JITTERS: Final = 12
MOST_VAGUE: Final = Decimal("0.2")
"""Largest tolerance as a share of the answer: with more, a model learns to guess. So a small difference of large marks is
not asked for."""

Place = tuple[str, int, int]
"""Sheet, row, position of the column."""


def robust(case: Case) -> Verdict:
    """Hold if no reading error changes the answer.

    A stated tolerance is a fifth of the answer at most. Values taken from unlabelled marks are moved to both ends of their
    intervals, all together, in turn and each alone, and jittered between. A comparison never flips; a number stays within
    the stated tolerance (or 1 %).
    `measure`: for numbers, the largest move seen as a share of what is allowed.
    """
    if vague := next((a for a in case.answer if _vague(a, case.draft.tolerance)), None):
        return Verdict.fails(
            "robust", "too_vague", f"{vague}, give or take {case.draft.tolerance}, is hardly an answer"
        )
    places = _places(case)
    if not places:
        return Verdict.holds("robust")
    with closing(case.answers(_rows(case, shifts) for shifts in _shifts(case, places))) as answers:
        return _judged(case, answers)


def _judged(case: Case, answers: Iterable[tuple[str, ...] | ProgramError]) -> Verdict:
    worst = Decimal(0)
    for moved in answers:
        if isinstance(moved, ProgramError):
            return Verdict.fails("robust", "shape_breaks", f"within reading error the program fails: {moved}")
        if not same_answer(moved, case.answer, case.draft):
            numeric = all(as_number(a) is not None for a in moved)
            reason = "number_drifts" if numeric else "comparison_flips"
            detail = f"{shown(case.answer)} becomes {shown(moved)} within reading error"
            return Verdict.fails("robust", reason, detail)
        worst = max(worst, _move(moved, case))
    return Verdict.holds("robust", measure=round(float(worst), 4))


def _vague(answer: str, tolerance: Decimal) -> bool:
    number = as_number(answer)
    return number is not None and tolerance > MOST_VAGUE * abs(number)


def _places(case: Case) -> dict[Place, Decimal]:
    found: dict[Place, Decimal] = {}
    for sheet, column in case.columns:
        place = sheet.index(column.name)
        for row, tolerances in enumerate(sheet.tolerances):
            if tolerances[place]:
                found[sheet.name, row, place] = tolerances[place]
    return found


def _shifts(case: Case, places: dict[Place, Decimal]) -> Iterator[dict[Place, Decimal]]:
    """Moves to try: per place, by how much."""
    yield {p: -t for p, t in places.items()}
    yield dict(places)
    for parity in (1, -1):
        yield {p: t * (parity if i % 2 else -parity) for i, (p, t) in enumerate(places.items())}
    rng = case.rng("robust")
    alone = list(places)
    alone = alone if len(alone) <= MOST_ALONE else rng.sample(alone, MOST_ALONE)
    for place in alone:
        yield {place: places[place]}
        yield {place: -places[place]}
    for place in alone:
        yield {p: t if p == place else -t for p, t in places.items()}
        yield {p: -t if p == place else t for p, t in places.items()}
    for _ in range(JITTERS):
        yield {p: t * Decimal(str(round(rng.uniform(-1, 1), 6))) for p, t in places.items()}


def _rows(case: Case, shifts: dict[Place, Decimal]) -> dict[str, list[Row]]:
    tables: dict[str, list[list[Cell]]] = {}
    for (name, row, place), shift in shifts.items():
        sheet = case.bench.sheets[name]
        if name not in tables:
            tables[name] = [list(r) for r in case.bench.read.rows(name)]
        value = sheet.rows[row][place]
        if isinstance(value, int | Decimal):
            moved = value + shift
            tables[name][row][place] = round(moved) if sheet.columns[place].kind == "count" else plain(moved)
    return {name: [tuple(r) for r in rows] for name, rows in tables.items()}


def _move(moved: tuple[str, ...], case: Case) -> Decimal:
    largest = Decimal(0)
    for one, other in zip(moved, case.answer, strict=True):
        a, b = as_number(one), as_number(other)
        if a is not None and b is not None and a != b:
            allowed = max(case.draft.tolerance, abs(b) / 100)
            largest = max(largest, abs(a - b) / allowed if allowed else Decimal(1))
    return largest
