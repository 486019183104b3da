"""cross_format_match: which of the other images shows the same figures as this one."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from cosyn_multi.model import Draft, Sheet, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import draft, some, which_image
from cosyn_multi.questions.sheets import (
    Cell,
    column_cells,
    exact_number,
    grids,
    labels,
    meant,
    measures,
    named_by,
    shared_labels,
)
from cosyn_multi.questions.sql import union

KIND = Kind(
    name="cross_format_match",
    group="chain",
    answer_types=("image",),
    min_images=3,
    about="Which of the other images shows the same figures in another form.",
)

PHRASINGS = (
    "Going by {measure}, which of {others} shows the same figures as {a}?",
    "One of {others} shows the same figures as {a}. Going by {measure}, which one?",
    "{a} gives {measure}. Which of {others} was made from the same figures?",
    "Match {a} to the image with the same data. Going by {measure}, is it {any_other}?",
    "One of {others} presents the same figures as {a} in another form. Compare {measure}: which image is it?",
)


@dataclass(frozen=True)
class Match:
    """A sheet, one of its columns, and the candidates with the column in each that could be its counterpart."""

    sheet: Sheet
    column: str
    candidates: tuple[tuple[Sheet, str], ...]


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    for match in some(rng, list(_matches(views)), 3):
        yield _draft(views, rng, match)


def _matches(views: Views) -> Iterator[Match]:
    for sheet in grids(views):
        for column in measures(sheet):
            found = [(s, c) for s in grids(views) if s.image != sheet.image and (c := _column(sheet, column.name, s))]
            true = [s for s, c in found if _same_origin(sheet, column.name, s, c)]
            one_each = len({s.image for s, _ in found}) == len(found)
            if len(true) == 1 and len(found) >= 2 and one_each and _clear(sheet, column.name, found, true[0]):
                yield Match(sheet, column.name, tuple(found))


def _column(a: Sheet, column: str, b: Sheet) -> str:
    """The column of b to hold a's against: the same by name, else one of its kind and unit; for the very same rows."""
    if set(labels(a)) != set(labels(b)):
        return ""
    wanted = a.column(column)
    alike = [c for c in measures(b) if c.kind == wanted.kind and c.unit == wanted.unit]
    return min(alike, key=lambda c: c.name != column).name if alike else ""


def _same_origin(a: Sheet, column: str, b: Sheet, other: str) -> bool:
    return {c.origin for c in column_cells(a, column)} == {c.origin for c in column_cells(b, other)}


def _clear(a: Sheet, column: str, found: list[tuple[Sheet, str]], true: Sheet) -> bool:
    """Whether the wrong candidates are further off than reading error could explain."""
    error = 2 * sum((c.tolerance for s, n in ((a, column), *found) for c in column_cells(s, n)), Decimal(0))
    gaps = [_gap(a, column, s, n) for s, n in found if s is not true]
    return all(g is not None and g > error for g in gaps)


def _gap(a: Sheet, column: str, b: Sheet, other: str) -> Decimal | None:
    one = {c.label: c.number for c in column_cells(a, column)}
    two = {c.label: c.number for c in column_cells(b, other)}
    if set(one) != set(two) or not shared_labels(a, b):
        return None
    return sum((abs(one[k] - two[k]) for k in one), Decimal(0))


def _draft(views: Views, rng: Random, match: Match) -> Draft:
    a, x = match.sheet, q(match.column)
    gaps = union(
        f"SELECT {s.image} AS image, sum(abs(a.{x} - b.{q(c)})) AS gap FROM {q(a.name)} a "
        f"JOIN {q(s.name)} b ON a.{q(named_by(a).name)} = b.{q(named_by(s).name)}"
        for s, c in match.candidates
    )
    others = [s.image for s, _ in match.candidates]
    cells = [*column_cells(a, match.column), *(c for s, n in match.candidates for c in column_cells(s, n))]
    return draft(
        KIND,
        views,
        rng,
        PHRASINGS,
        which_image(),
        program=f"WITH g AS ({gaps}) SELECT 'image ' || image FROM g WHERE gap = (SELECT min(gap) FROM g)",
        answer=[words.image(_nearest(views, match))],
        cells=cells,
        named=(),
        story=_story(views, match),
        close="row by row, the figures are those of {answer}.",
        fill={
            "a": words.image(a.image),
            "others": words.images(others),
            "any_other": words.images(others, "or"),
            "measure": words.columns_noun(a, a.column(match.column)),
        },
    )


def _nearest(views: Views, match: Match) -> int:
    """The witness: adds up how far each candidate is off, row by row."""
    best: tuple[Decimal, int] | None = None
    for sheet, column in match.candidates:
        off = Decimal(0)
        for row in meant(views, match.sheet):
            for other in meant(views, sheet):
                if other[named_by(sheet).name] == row[named_by(match.sheet).name]:
                    off += abs(exact_number(row[match.column]) - exact_number(other[column]))
        if best is None or off < best[0]:
            best = (off, sheet.image)
    return best[1] if best else 0


def _story(views: Views, match: Match) -> str:
    """The row that tells the candidates apart best."""
    rows: dict[object, list[Cell]] = {}
    for sheet, column in ((match.sheet, match.column), *match.candidates):
        for cell in column_cells(sheet, column):
            rows.setdefault(cell.label, []).append(cell)
    widest = max(rows.values(), key=lambda cells: max(c.number for c in cells) - min(c.number for c in cells))
    return words.walk(views, widest, "the other rows compare alike.")
