"""consistency_check: whether two images agree on what both state, where they don't, and by how much."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from random import Random

from cosyn_multi.model import Draft, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import draft, label, label_answer, label_sql, number, some, yes_no
from cosyn_multi.questions.fields import Field, carried, fields, restated
from cosyn_multi.questions.sheets import (
    Cell,
    amount,
    column_cells,
    exact_number,
    grids,
    label_of,
    meant,
    measures,
    named_by,
    truth,
)
from cosyn_multi.questions.sql import value

KIND = Kind(
    name="consistency_check",
    group="verify",
    answer_types=("bool", "float", "int", "str", "date"),
    about="Whether sources agree on what they both state, where they don't, and by how much.",
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
WHERE = (
    "Compare the {first} in {a} with the {second} in {b}, {noun} by {noun}. For which {noun} do they disagree?",
    "For one {noun} the {first} in {a} {first_is} not the {second} that {b} gives, although they should be the same. Which {noun}?",
    "Check the {first} in {a} against the {second} in {b}. Which {noun} shows a contradiction?",
    "{a} and {b} should agree on the {first} ({a}) and the {second} ({b}). For which {noun} don't they?",
    "Where do {a} and {b} contradict each other, comparing the {first} in the one with the {second} in the other? Name the {noun}.",
)
AGREEING = 0.25
"""Share of the sets that are asked about what agrees: about as many hold something that doesn't."""
PHRASINGS = (*AGREE, *BY_HOW_MUCH, *ADDS_UP, *COLUMN, *WHERE)


@dataclass(frozen=True)
class Check:
    """A figure of one image that should be the sum of one figure from each of several others."""

    total: Cell
    parts: tuple[Cell, ...]


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    same = [f.on(*pair) for f in restated(views) if f.exact for pair in combinations(f.images, 2)]
    same += carried(views)
    agree = [f for f in same if f.cells[0].value == f.cells[1].value]
    differ = [f for f in same if f.cells[0].value != f.cells[1].value]
    for pairs in _tables(same):
        if sum(f.cells[0].value != f.cells[1].value for f in pairs) == 1 and rng.random() < 0.5:
            yield _where(views, rng, pairs)
    for field in some(rng, differ, 2):
        ask = _by_how_much if field.column.numeric and rng.random() < 0.4 else _agree
        yield ask(views, rng, field)
    columns = list(_columns(views))
    off = [c for c in columns if not _exact_sum(c)]
    for check in some(rng, off, 2):
        yield _column(views, rng, check)
    if rng.random() < AGREEING:
        yield from _agreeing(views, rng, agree, [c for c in columns if c not in off])


def _agreeing(views: Views, rng: Random, agree: list[Field], right: list[Check]) -> Iterator[Draft]:
    """What agrees, of every sort there is; a sum of facts may be off as well."""
    drafts = [_agree(views, rng, f) for f in some(rng, agree, 1)]
    drafts += [_column(views, rng, c) for c in some(rng, right, 1)]
    drafts += [_adds_up(views, rng, c) for c in some(rng, list(_sums(views)), 1)]
    yield from rng.sample(drafts, len(drafts))


def _tables(same: list[Field]) -> list[list[Field]]:
    """Pairs of figures that two grids have in common, row by row; three or more, under the same row names."""
    found: dict[tuple[str, ...], list[Field]] = {}
    for field in same:
        a, b = field.cells
        if label_of(a.sheet) and label_of(b.sheet) and a.label == b.label and field.column.numeric:
            found.setdefault((a.sheet.name, a.column.name, b.sheet.name, b.column.name), []).append(field)
    return [pairs for pairs in found.values() if len(pairs) >= 3]


def _where(views: Views, rng: Random, pairs: list[Field]) -> Draft:
    a, b = pairs[0].cells
    name, key = named_by(a.sheet), named_by(b.sheet)
    apart = [row for row in meant(views, a.sheet) for other in meant(views, b.sheet)
             if other[key.name] == row[name.name] and other[b.column.name] != row[a.column.name]]  # fmt: skip
    told = [
        f"{words.value(views, x)} and {words.value(views, y)} for {words.row(views, x)}"
        for x, y in (f.cells for f in pairs)
    ]
    return draft(
        KIND,
        views,
        rng,
        WHERE,
        label(rng, a.sheet),
        program=(
            f"SELECT {label_sql(name, f'a.{q(name.name)}')} FROM {q(a.sheet.name)} a JOIN {q(b.sheet.name)} b "
            f"ON a.{q(name.name)} = b.{q(key.name)} WHERE a.{q(a.column.name)} <> b.{q(b.column.name)}"
        ),
        answer=[label_answer(name, row[name.name]) for row in apart],
        cells=[c for f in pairs for c in f.cells],
        named=(),
        story=f"{words.sentence(words.image(a.image))} and {words.image(b.image)} give {words.listing(told)}.",
        close="the two differ for {answer}.",
        first=len(PHRASINGS) - len(WHERE),
        fill={
            "first": words.bare(a.sheet, a.column),
            "second": words.bare(b.sheet, b.column),
            "noun": words.row_noun(a.sheet),
            "a": words.image(a.image),
            "b": words.image(b.image),
        },
    )


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
