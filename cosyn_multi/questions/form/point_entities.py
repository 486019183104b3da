"""point_entities: point to the same thing in each image, to the highest of all, to what exceeds a limit, to what all have.

The program selects the cells that are meant: image, 'part.column', and what names the row (of a fact, its value). Where
they are is taken from their readings once the draft is judged.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from operator import eq
from random import Random

from cosyn_multi.model import Column, Draft, Sheet, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, literal, q
from cosyn_multi.questions.drafting import some
from cosyn_multi.questions.fields import Field, fields, shared_measures, siblings, text_fields, threshold
from cosyn_multi.questions.pointed import Meant, cells_of, pick, pointing_draft, select
from cosyn_multi.questions.sheets import (
    FACTS,
    Cell,
    amount,
    apart,
    column_cells,
    exact_number,
    grids,
    meant,
    named_by,
    sameness,
    truth,
    whole,
)
from cosyn_multi.questions.sql import union

KIND = Kind(
    name="point_entities",
    group="form",
    answer_types=("points",),
    optional=True,
    about="Point to things in several images.",
)

EACH = (
    "Point to {what} in each of {images}.",
    "Find {what} in each of {images}, and point to {what_them}.",
    "Where in {images} {what_is} {what} stated? Point to the place in each.",
    "Put one point on {what} in each of {images}.",
    "Go through {images} and point to {what} in each of them.",
)
WHERE = (
    "In which of {images} {what_is} {what} {most}? Point to {what_them} there, and in no other image.",
    "Compare {what} in {images}, and point to the {most} of these figures.",
    "{images} each state {what}. Point to the {most} figure of these.",
    "Point to {what} in that one of {images} where {what_it} {what_is} {most}.",
    "Look up {what} in {images}. Put a point on the {most} of these figures alone.",
)
BEST = (
    "In each of {images}, find the {noun} with the {most} {measure}, and point to {measure_that} {bare}.",
    "For each of {images}: which {noun} has the {most} {measure}? Point to {measure_that} {bare}.",
    "Put one point in each of {images}: on the {measure} of the {noun} that has the {most}.",
    "Point to the {most} {measure} that any {noun} has, in each of {images}.",
    "Look in each of {images} for the {noun} whose {measure} {measure_is} {most}, and point to {measure_that} {bare}.",
)
BEST_OF_ALL = (
    "Which {noun} has the {most} {measure} of all in {images} together? Point to {measure_that} {bare}, and to nothing else.",
    "Point to the {most} {measure} that any {noun} has in {images}, taken together.",
    "Put one single point: on the {most} {measure} of a {noun} to be found in {images}.",
    "Compare every {noun} in {images}, and point to the {most} {measure} of them all.",
    "Over {images}, find the one {noun} with the {most} {measure}. Point to {measure_that} {bare}.",
)
BEYOND = (
    "In {images}, point to the {bare} of every {noun} with {a_measure} {than} {limit}.",
    "Which {nouns} in {images} have {a_measure} {than} {limit}? Point to the {bare} of each.",
    "Put a point on the {bare} of each {noun} in {images} that has {a_measure} {than} {limit}.",
    "Point to the {bare} of all {nouns} in {images} for which {measure_it} {measure_is} {than} {limit}.",
    "Go through the {nouns} in {images}. Wherever the {measure} {measure_is} {than} {limit}, point to {measure_them}.",
)
SAYING = (
    "Wherever the {measure} of {a_noun} is {value} in {images}, point to it.",
    "Point to the {measure} of every {noun} in {images} for which it is {value}.",
    "In {images}, which {nouns} have the {measure} {value}? Point to the {measure} of each.",
    "Put a point on each {measure} that is {value}, for every {noun} in {images}.",
    "Go through the {nouns} in {images}, and point to each {measure} that reads {value}.",
)
COMMON = (
    "Which {noun} {is} in every one of {images}? Point to {it} in each.",
    "Find the {noun} that {images} have in common, and point to {it} in each image.",
    "Compare {images}: which {noun} {is} named in each? Point to {it} wherever {it_is} named.",
    "Point to the {noun} that {is} to be found in each of {images}, in each of them.",
    "Lay {images} side by side: which {noun} {is} in all of them? Put points on {it} in each.",
)
PHRASINGS = (*EACH, *WHERE, *BEST, *BEST_OF_ALL, *BEYOND, *SAYING, *COMMON)
ONE = {"is": "is", "it": "it", "it_is": "it is"}
SEVERAL = {"is": "are", "it": "them", "it_is": "they are"}
MOST_COMMON = 3
"""More names than this that all images have are a list, not something to point at."""
MOST_POINTS = 24
"""As many as an answer holds."""
FEWEST_ROWS = 3


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    makers = [iter(list(make(views, rng))) for make in (_stated, _outstanding, _beyond, _saying, _common)]
    rng.shuffle(makers)
    while makers:
        found = [(m, next(m, None)) for m in makers]
        makers = [m for m, made in found if made]
        yield from (made for _, made in found if made)


def _stated(views: Views, rng: Random) -> Iterator[Draft]:
    """Facts that several images state: where in each, and where the highest is."""
    found = (*fields(views), *fields(views, "date"), *text_fields(views))
    for field in some(rng, [f for f in found if _plain(views, f)], 4):
        if field.column.numeric and rng.random() < 0.5:
            yield from _highest(views, rng, field)
        else:
            yield _each(views, rng, field)


def _plain(views: Views, field: Field) -> bool:
    """Whether a field is a fact that all its images state under a name that nothing else in them has."""
    called = field.column.called.casefold()
    return all(
        cell.sheet.part == FACTS
        and sum(c.called.casefold() == called for p in views.view(cell.image).parts for c in p.columns) == 1
        for cell in field.cells
    )


def _each(views: Views, rng: Random, field: Field) -> Draft:
    what, name = words.field(views, field), q(field.column.name)
    return pointing_draft(
        KIND,
        views,
        rng,
        EACH,
        first=PHRASINGS.index(EACH[0]),
        program=union(select(c.sheet, c.column, name) for c in field.cells),
        answer=[(c.sheet, c.column, truth(views, c)) for c in field.cells],
        cells=field.cells,
        label=what.removeprefix("the "),
        fill={"what": what, "images": words.among(views, field.images)},
    )


def _highest(views: Views, rng: Random, field: Field) -> Iterator[Draft]:
    up = rng.random() < 0.6
    best, *others = sorted(field.cells, key=lambda c: c.number, reverse=up)
    if not all(apart(best, other) for other in others):
        return
    top = field.cells[0]
    for cell in field.cells[1:]:
        if (amount(views, cell) > amount(views, top)) == up:
            top = cell
    what, most = words.field(views, field), words.extreme(field.column, up, len(field.cells))
    rows = union(select(c.sheet, c.column, q(c.column.name)) for c in field.cells)
    yield pointing_draft(
        KIND,
        views,
        rng,
        WHERE,
        first=PHRASINGS.index(WHERE[0]),
        program=f"WITH f(image, place, x) AS ({rows}) SELECT image, place, x FROM f WHERE x = (SELECT {pick(up)}(x) FROM f)",
        answer=[(top.sheet, top.column, truth(views, top))],
        cells=field.cells,
        close=f"the {most} of these is in {words.image(best.image)}: {{answer}}.",
        label=f"{most} {what.removeprefix('the ')}",
        fill={"what": what, "most": most, "images": words.among(views, field.images)},
    )


def _outstanding(views: Views, rng: Random) -> Iterator[Draft]:
    """The highest or lowest of a column, in each image or of all."""
    for group, column in some(rng, _measured(views), 3):
        up = rng.random() < 0.6
        tops = [sorted(column_cells(s, column.name), key=lambda c: c.number, reverse=up) for s in group]
        if any(len(t) < FEWEST_ROWS or not apart(t[0], t[1]) for t in tops):
            continue
        firsts = sorted((t[0] for t in tops), key=lambda c: c.number, reverse=up)
        if rng.random() < 0.5:
            yield _best(views, rng, group, column, up)
        elif apart(firsts[0], firsts[1]):
            yield _best_of_all(views, rng, group, column, up)


def _measured(views: Views) -> list[tuple[tuple[Sheet, ...], Column]]:
    """Groups of siblings with a measure that was read in every row of each."""
    found = [(g, c) for g in siblings(views) for c in shared_measures(g)]
    return [(g, c) for g, c in found if all(whole(views, s, c.name) for s in g)]


def _best(views: Views, rng: Random, group: tuple[Sheet, ...], column: Column, up: bool) -> Draft:
    value, most = q(column.name), words.extreme(column, up)
    best = [(s, column, _first(views, s, column, up)[0]) for s in group]
    return pointing_draft(
        KIND,
        views,
        rng,
        BEST,
        first=PHRASINGS.index(BEST[0]),
        program=union(
            f"{select(s, column)} WHERE {value} = (SELECT {pick(up)}({value}) FROM {q(s.name)})" for s in group
        ),
        answer=best,
        cells=cells_of(group, column),
        shown=best,
        label=f"{most} {words.bare(group[0], column)} of each image",
        fill={**_fill(views, group, column), "most": most},
    )


def _best_of_all(views: Views, rng: Random, group: tuple[Sheet, ...], column: Column, up: bool) -> Draft:
    most = words.extreme(column, up)
    best, *others = [(s, *_first(views, s, column, up)) for s in group]
    for other in others:
        if (other[2] > best[2]) == up:
            best = other
    rows = union(select(s, column, also=f", {q(column.name)}") for s in group)
    return pointing_draft(
        KIND,
        views,
        rng,
        BEST_OF_ALL,
        first=PHRASINGS.index(BEST_OF_ALL[0]),
        program=(
            f"WITH f(image, place, name, x) AS ({rows}) "
            f"SELECT image, place, name FROM f WHERE x = (SELECT {pick(up)}(x) FROM f)"
        ),
        answer=[(best[0], column, best[1])],
        cells=cells_of(group, column),
        shown=[(s, column, _first(views, s, column, up)[0]) for s in group],
        close=f"the {most} of these is in {words.image(best[0].image)}: {{answer}}.",
        label=f"{most} {words.bare(group[0], column)}",
        fill={**_fill(views, group, column), "most": most},
    )


def _first(views: Views, sheet: Sheet, column: Column, up: bool) -> tuple[Value, Decimal]:
    """The witness: the name and value of the row with the highest or lowest value, row by row."""
    name = named_by(sheet).name
    rows = [(row[name], exact_number(row[column.name])) for row in meant(views, sheet)]
    best = rows[0]
    for row in rows[1:]:
        if (row[1] > best[1]) == up:
            best = row
    return best


def _beyond(views: Views, rng: Random) -> Iterator[Draft]:
    """Every value of a column that exceeds a limit, or falls short of it."""
    for group, column in some(rng, _measured(views), 2):
        limit, up = threshold(rng, cells_of(group, column)), rng.random() < 0.6
        if limit is None:
            continue
        held = _held(views, group, column, partial(_past, limit, up))
        if not 2 <= len(held) <= min(MOST_POINTS, len(cells_of(group, column)) - 1):
            continue
        than = f"{'above' if up else 'below'}"
        condition = f" WHERE {q(column.name)} {'>' if up else '<'} {literal(limit)}"
        yield pointing_draft(
            KIND,
            views,
            rng,
            BEYOND,
            first=PHRASINGS.index(BEYOND[0]),
            program=union(select(s, column) + condition for s in group),
            answer=held,
            cells=cells_of(group, column),
            shown=held,
            label=f"{words.bare(group[0], column)} {than} {words.plain(limit, column)}",
            fill={**_fill(views, group, column), "than": than, "limit": words.plain(limit, column)},
        )


def _saying(views: Views, rng: Random) -> Iterator[Draft]:
    """Every cell of a column of categories that says the same."""
    for group, column in some(rng, _categories(views), 2):
        said = {str(row[column.name]) for s in group for row in meant(views, s)}
        value = rng.choice(sorted(said))
        held = _held(views, group, column, partial(eq, value))
        if len(said) < 2 or not 2 <= len(held) <= MOST_POINTS:
            continue
        yield pointing_draft(
            KIND,
            views,
            rng,
            SAYING,
            first=PHRASINGS.index(SAYING[0]),
            program=union(f"{select(s, column)} WHERE {q(column.name)} = {literal(value)}" for s in group),
            answer=held,
            cells=cells_of(group, column),
            shown=held,
            label=f"{words.bare(group[0], column)} {words.quoted(value)}",
            fill={**_fill(views, group, column), "value": words.quoted(value)},
        )


def _held(views: Views, group: Sequence[Sheet], column: Column, keep: Callable[[Value], bool]) -> list[Meant]:
    """The witness: a column's cells whose value is to be kept, row by row."""
    return [
        (s, column, row[named_by(s).name]) for s in group for row in meant(views, s) if keep(row[column.name])
    ]  # fmt: skip


def _past(limit: Decimal, up: bool, value: Value) -> bool:
    return (exact_number(value) > limit) == up


def _categories(views: Views) -> list[tuple[tuple[Sheet, ...], Column]]:
    """Groups of tables or documents that share a column of categories, wholly read."""
    sheets = [s for s in grids(views) if views.view(s.image).artifact != "chart"]
    found: dict[tuple[str, ...], list[tuple[Sheet, Column]]] = {}
    for sheet in sheets:
        for column in sheet.columns:
            if column.kind == "category" and column != named_by(sheet) and whole(views, sheet, column.name):
                found.setdefault((sheet.part, *sameness(column)), []).append((sheet, column))
    return [(tuple(s for s, _ in pairs), pairs[0][1]) for pairs in found.values() if len(pairs) >= 2]


def _common(views: Views, rng: Random) -> Iterator[Draft]:
    """Names that all of some tables have."""
    for group in _lists(views):
        name = named_by(group[0])
        kept = _in_all(views, group, name.name)
        if not 0 < len(kept) <= MOST_COMMON or any(len(kept) == len(s.rows) for s in group):
            continue
        inside = " AND ".join(f"{q(name.name)} IN (SELECT {q(name.name)} FROM {q(s.name)})" for s in group)
        held = [(s, name, n) for s in group for n in kept]
        one, noun = len(kept) == 1, words.row_noun(group[0])
        yield pointing_draft(
            KIND,
            views,
            rng,
            COMMON,
            first=PHRASINGS.index(COMMON[0]),
            program=union(f"{select(s, name)} WHERE {inside}" for s in group),
            answer=held,
            cells=[Cell(s, i, name) for s in group for i in range(len(s.rows))],
            shown=held,
            label=words.label_text(views, group[0], kept[0]).strip('"')
            if one
            else f"{words.plural(noun)} in all images",
            fill={
                **(ONE if one else SEVERAL),
                "noun": noun if one else words.plural(noun),
                "images": words.among(views, [s.image for s in group]),
            },
        )


def _in_all(views: Views, group: tuple[Sheet, ...], column: str) -> list[Value]:
    """The witness: names of the first sheet that stand in every other one."""
    kept = [row[column] for row in meant(views, group[0])]
    for sheet in group[1:]:
        there = [row[column] for row in meant(views, sheet)]
        kept = [n for n in kept if n in there]
    return kept


def _lists(views: Views) -> list[tuple[Sheet, ...]]:
    """Tables and documents whose rows have names of one sort, wholly read."""
    found: dict[tuple[str, ...], list[Sheet]] = {}
    for sheet in grids(views):
        name = named_by(sheet)
        text = name.kind in ("key", "category", "text") and views.view(sheet.image).artifact != "chart"
        if text and whole(views, sheet, name.name):
            found.setdefault((name.name, name.called, sheet.row_noun), []).append(sheet)
    return [tuple(g) for g in found.values() if len({s.image for s in g}) == len(g) >= 2]


def _fill(views: Views, group: Sequence[Sheet], column: Column) -> dict[str, str]:
    noun, measure = words.row_noun(group[0]), words.measure(group[0], column)
    return {
        "noun": noun,
        "nouns": words.plural(noun),
        "a_noun": words.article(noun),
        "measure": measure,
        "bare": words.bare(group[0], column),
        "a_measure": words.article(measure),
        "images": words.among(views, [s.image for s in group]),
    }
