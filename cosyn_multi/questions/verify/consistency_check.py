"""consistency_check: whether two images agree on what both state, where they don't, and by how much."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from random import Random

from cosyn_multi.model import Draft, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import draft, number, some, yes_no
from cosyn_multi.questions.fields import Field, fields, restated
from cosyn_multi.questions.sheets import Cell, amount, column_cells, exact_number, grids, meant, measures, truth
from cosyn_multi.questions.sql import value

KIND = Kind(
    name="consistency_check",
    group="verify",
    answer_types=("bool", "float", "int"),
    about="Whether sources agree on what they both state, and by how much they don't.",
)

AGREE = (
    "{first_Does} {first} in {a} agree with {second} in {b}?",
    "{first_Is} {first} as given in {a} the same as {second} given in {b}?",
    "Check {first} in {a} against {second} in {b}. Are the two the same?",
    "Do {a} and {b} agree, comparing {first} in the former with {second} in the latter?",
    "Compare {first} in {a} with {second} in {b}. Do they match?",
)
BY_HOW_MUCH = (
    "{first} in {a} doesn't agree with {second} in {b}. How much {more} is the figure in {a}?",
    "By how much {first_is} {first} in {a} {more} than {second} in {b}, although both should be the same?",
    "{a} and {b} should state the same figure ({first} in {a}, {second} in {b}). How much {more} is it in {a}?",
    "How much {more} is the value in {a} for {first} than the one that {b} gives as {second}?",
    "Two images contradict each other on {first} ({a}) and {second} ({b}). How much {more} is the figure in {a}?",
)
ADDS_UP = (
    "Do the values of {first} in {parts} add up to {second} in {b}?",
    "{second_Is} {second} in {b} equal to the sum of {first} over {parts}?",
    "Add up {first} from {parts}. Does the sum match {second} in {b}?",
    "Check {second} in {b}: is it the sum of {first} as given in {parts}?",
    "{second_Does} {second} as stated in {b} agree with the sum of {first} in {parts}?",
)
COLUMN = (
    "Add up the {measure} of all {nouns} in {a}. Does the sum match {total} in {b}?",
    "{total_Is} {total} in {b} the sum of the {measure} that {a} gives for its {nouns}?",
    "{total_Does} {total} stated in {b} agree with the {measure} in {a}, added up over all {nouns}?",
    "Check {total} in {b} against the {nouns} in {a}: is it the sum of their {measure}?",
    "Do the {nouns} in {a} add up, by {measure}, to what {b} gives as {total}?",
)
PHRASINGS = (*AGREE, *BY_HOW_MUCH, *ADDS_UP, *COLUMN)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    same = [f.on(*pair) for f in restated(views) if f.exact for pair in combinations(f.images, 2)]
    agree = [f for f in same if f.cells[0].value == f.cells[1].value]
    differ = [f for f in same if f.cells[0].value != f.cells[1].value]
    for field in some(rng, differ, 2):
        if field.column.numeric:
            yield _by_how_much(views, rng, field)
    both = [*some(rng, differ, 2), *some(rng, agree, max(1, min(2, len(differ))))]
    for field in rng.sample(both, len(both)):
        yield _agree(views, rng, field)
    for check in some(rng, list(_sums(views)), 2):
        yield _adds_up(views, rng, check)
    columns = list(_columns(views))
    off = [c for c in columns if not _exact_sum(c)]
    right = [c for c in columns if _exact_sum(c)]
    for check in (*some(rng, off, 2), *some(rng, right, max(1, min(2, len(off))))):
        yield _column(views, rng, check)


def _fill(views: Views, a: Cell, b: Cell) -> dict[str, str]:
    return {
        "first": words.of(views, a),
        "second": words.of(views, b),
        "a": words.image(a.image),
        "b": words.image(b.image),
    }


def _agree(views: Views, rng: Random, field: Field) -> Draft:
    a, b = rng.sample(field.cells, 2)
    reply = yes_no(rng)
    return draft(
        KIND,
        views,
        rng,
        AGREE,
        reply,
        program=f"SELECT CASE WHEN {value(a)} = {value(b)} THEN 'Yes' ELSE 'No' END",
        answer=[reply.text(truth(views, a) == truth(views, b))],
        cells=[a, b],
        close="so the answer is {answer}.",
        fill=_fill(views, a, b),
    )


def _by_how_much(views: Views, rng: Random, field: Field) -> Draft:
    a, b = rng.sample(field.cells, 2)
    up, reply = a.number > b.number, number(rng, a.column, gap=True)
    high, low = (a, b) if up else (b, a)
    return draft(
        KIND,
        views,
        rng,
        BY_HOW_MUCH,
        reply,
        program=f"SELECT {reply.sql(f'{value(high)} - {value(low)}')}",
        answer=[reply.text(abs(amount(views, a) - amount(views, b)))],
        cells=[a, b],
        close="the two are {answer} apart.",
        first=len(AGREE),
        fill={**_fill(views, a, b), "more": words.more(up)},
    )


@dataclass(frozen=True)
class Check:
    """A figure of one image that should be the sum of one figure from each of several others."""

    total: Cell
    parts: tuple[Cell, ...]


def _sums(views: Views) -> Iterator[Check]:
    """Sums that the world knows of, shown apart: the parts in images of their own, the total in another."""
    for relation in views.world.relations:
        plain = relation.coefficients and all(c == 1 for c in relation.coefficients)
        if not plain or len(relation.sources) < 2:
            continue
        for field in fields(views):
            if {c.origin for c in field.cells} >= set(relation.sources):
                parts = tuple(c for c in field.cells if c.origin in relation.sources)
                yield from (Check(t, parts) for t in _shown(views, relation.target) if t.image not in field.images)
                break


def _shown(views: Views, origin: object) -> list[Cell]:
    cells = [c for s in views.read for k in s.columns if k.numeric for c in column_cells(s, k.name)]
    return [c for c in cells if c.origin == origin and c.exact]


def _adds_up(views: Views, rng: Random, check: Check) -> Draft:
    parts, total = check.parts, check.total
    reply = yes_no(rng)
    made = Decimal(0)
    for cell in parts:
        made += amount(views, cell)
    told = f"{' + '.join(words.value(views, c) for c in parts)} is compared with {words.value(views, total)}"
    return draft(
        KIND,
        views,
        rng,
        ADDS_UP,
        reply,
        program=(
            f"SELECT CASE WHEN round({' + '.join(value(c) for c in parts)} - {value(total)}, 6) = 0 "
            "THEN 'Yes' ELSE 'No' END"
        ),
        answer=[reply.text(made == exact_number(truth(views, total)))],
        cells=[*parts, total],
        close=f"{told}, so the answer is {{answer}}.",
        first=len(AGREE) + len(BY_HOW_MUCH),
        fill={
            "first": words.of(views, parts[0]),
            "second": words.of(views, total),
            "parts": words.images(c.image for c in parts),
            "b": words.image(total.image),
        },
    )


def _columns(views: Views) -> Iterator[Check]:
    """Totals in one image of a whole column in another."""
    for relation in views.world.relations:
        if not relation.coefficients or any(c != 1 for c in relation.coefficients) or len(relation.sources) < 3:
            continue
        for sheet in grids(views):
            for column in measures(sheet):
                cells = column_cells(sheet, column.name)
                if {c.origin for c in cells} == set(relation.sources) and all(c.exact for c in cells):
                    found = [t for t in _shown(views, relation.target) if t.image != sheet.image]
                    yield from (Check(t, cells) for t in found if t.column.unit == column.unit)


def _exact_sum(check: Check) -> bool:
    return sum((c.number for c in check.parts), Decimal(0)) == check.total.number


def _column(views: Views, rng: Random, check: Check) -> Draft:
    sheet, column, total = check.parts[0].sheet, check.parts[0].column, check.total
    reply = yes_no(rng)
    made = Decimal(0)
    for row in meant(views, sheet):
        made += exact_number(row[column.name])
    told = words.listing(f"{words.value(views, c)} for {words.row(views, c)}" for c in check.parts)
    return draft(
        KIND,
        views,
        rng,
        COLUMN,
        reply,
        program=(
            f"SELECT CASE WHEN round((SELECT sum({q(column.name)}) FROM {q(sheet.name)}) - {value(total)}, 6) = 0 "
            "THEN 'Yes' ELSE 'No' END"
        ),
        answer=[reply.text(made == amount(views, total))],
        cells=[*check.parts, total],
        named=(),
        story=(
            f"{words.sentence(words.image(sheet.image))} gives {told}; these add up to "
            f"{words.plain(sum((c.number for c in check.parts), Decimal(0)), column)}. "
            f"{words.sentence(words.says(views, total))}."
        ),
        close="so the answer is {answer}.",
        first=len(AGREE) + len(BY_HOW_MUCH) + len(ADDS_UP),
        fill={
            "measure": words.measure(sheet, column),
            "nouns": words.plural(words.row_noun(sheet)),
            "total": words.of(views, total),
            "a": words.image(sheet.image),
            "b": words.image(total.image),
        },
    )
