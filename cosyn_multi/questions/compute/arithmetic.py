"""arithmetic: a change in percent, a ratio, an amount per head, or a product of numbers that stand in two images."""

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from random import Random

from cosyn_multi.model import Column, Draft, Origin, Sheet, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind
from cosyn_multi.questions.drafting import borderline, draft, number, ratio, some
from cosyn_multi.questions.fields import YEAR, Field, fields, follows, joinable
from cosyn_multi.questions.links import Link, links, targets
from cosyn_multi.questions.sheets import (
    Cell,
    amount,
    at,
    column_cells,
    comparable,
    is_price,
    is_quantity,
    label_of,
    measures,
    only_here,
    shared_labels,
)
from cosyn_multi.questions.sql import value

KIND = Kind(
    name="arithmetic",
    group="compute",
    answer_types=("float",),
    about="A change in percent, a ratio or a product of numbers that stand in two images.",
)

APART = (
    "By what percentage {what_is} {what} {more} in {b} than in {a}, relative to {a}?",
    "Taking {what} in {a} as 100 %, by how many percent {what_is} {what_it} {more} in {b}?",
    "How many percent {more} than in {a} {what_is} {what} in {b}?",
    "{what} {what_is} {more} in {b} than in {a}. By how many percent of the value in {a}?",
    "Measured against {a}, by how many percent {what_is} {what} {more} in {b}?",
)
CHANGE = (
    "By what percentage did {what} {rise} from {a} to {b}?",
    "Relative to {what_its} value in {a}, by how many percent did {what} {rise} up to {b}?",
    "From {a} to {b}, by what percentage {what_does} {what} {rise}?",
    "{what} {rise}{what_s} from {a} to {b}. By how many percent of the value in {a}?",
    "How large is the percentage {growth} of {what} from {a} to {b}, measured against {a}?",
)
RATIO = (
    "How many times as high as in {a} {what_is} {what} in {b}?",
    "Divide {what} in {b} by {what_its} value in {a}. What is the result?",
    "{what} in {b} {what_is} how many times {what_its} value in {a}?",
    "By what factor must {what} in {a} be multiplied to give {what_its} value in {b}?",
    "What is the ratio of {what} in {b} to {what_its} value in {a}?",
)
PRODUCT = (
    "Multiply {first} in {a} by {second} in {b}. What does that come to?",
    "At {second} given in {b}, what {first_does} {first} in {a} come to?",
    "Using {first} from {a} and {second} from {b}, what is their product?",
    "What do you get when {first} in {a} {first_is} multiplied by {second} in {b}?",
    "Work out the cost: {first} from {a} times {second} from {b}.",
)
PER_HEAD = (
    "How much is {first} in {a} per {one}, going by {second} in {b}?",
    "Spread {first} in {a} evenly over {second} in {b}. How much is that per {one}?",
    "Set {first} in {a} against {second} in {b}. How much is that per {one}?",
    "For {row}, divide the {lead} in {a} by the {asked} in {b}. How much does that make per {one}?",
    "Work out the amount per {one} from {first} in {a} and {second} in {b}.",
)
SHARE = (
    "What percentage of {total} in {b} {part_does} {part} in {a} make up?",
    "As a percentage of {total} stated in {b}, how large {part_is} {part} given in {a}?",
    "Take {part} from {a} and {total} from {b}. What share of the total is that?",
    "What share of {total} (see {b}) falls to {row}, going by {part} in {a}?",
    "Express {part} in {a} as a percentage of {total} in {b}.",
)
PEOPLE = frozenset(
    {"visitors", "guests", "customers", "patients", "passengers", "covers", "visits", "delegates", "readers"}
)
"""Units of what money may be divided by."""
MISSED = (
    "By what percentage {asked_is} the {asked} {of} in {b} {more} than the {lead} in {a}, relative to the latter?",
    "Measured against the {lead} {of} in {a}, by how many percent {asked_is} the {asked} in {b} {more}?",
    "Take the {lead} {of} in {a} as 100 %. By how many percent {asked_is} the {asked} in {b} {more}?",
    "Relative to the {lead} {of} that {a} gives, by what percentage {asked_is} the {asked} in {b} {more}?",
    "Compare the {asked} {of} in {b} with the {lead} in {a}. By how many percent of the latter {asked_is} the former {more}?",
)
PHRASINGS = (*CHANGE, *RATIO, *PRODUCT, *PER_HEAD, *APART, *SHARE, *MISSED)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    for price, count in some(rng, list(_products(views)), 2):
        yield _product(views, rng, count, price)
    for part, total in some(rng, list(_parts(views)), 2):
        yield from _share(views, rng, part, total)
    for link in some(rng, [k for k in links(views) if k.exact and _per_head_of(views, k)], 2):
        yield from _per_head(views, rng, link)
    for link in some(rng, [k for k in targets(views) if k.exact], 2):
        yield from _missed(views, rng, link)
    exact = [f for f in fields(views, "count", "amount") if f.exact and all(c.number > 0 for c in f.cells)]
    for field in some(rng, exact):
        pair = field.on(*rng.choice(list(combinations(field.images, 2))))
        if pair.cells[0].number != pair.cells[1].number:
            yield from (_change if rng.random() < 0.6 else _ratio)(views, rng, pair)


def _change(views: Views, rng: Random, pair: Field) -> Iterator[Draft]:
    a, b = pair.cells
    up, places = b.number > a.number, 1
    high, low = (b, a) if up else (a, b)
    exact = Fraction(abs(amount(views, b) - amount(views, a))) * 100 / Fraction(amount(views, a))
    if borderline(exact, places) or not Fraction(1, 2) < exact < 1000:
        return
    reply, later = ratio(rng, places, "%"), follows(views, pair.images)
    yield draft(
        KIND,
        views,
        rng,
        CHANGE if later else APART,
        reply,
        program=f"SELECT {reply.sql(f'100.0 * ({value(high)} - {value(low)}) / {value(a)}')}",
        answer=[reply.text(exact)],
        cells=pair.cells,
        close=f"relative to {words.value(views, a)}, {words.value(views, b)} is {words.more(up)} by {{answer}} percent.",
        first=0 if later else len(CHANGE) + len(RATIO) + len(PRODUCT) + len(PER_HEAD),
        fill={
            "what": words.field(views, pair),
            "a": words.image(a.image),
            "b": words.image(b.image),
            "more": words.more(up),
            "rise": "rise" if up else "fall",
            "growth": "increase" if up else "decrease",
        },
    )


def _missed(views: Views, rng: Random, link: Link) -> Iterator[Draft]:
    """What came against what was planned, in percent of the latter."""
    planned, came = rng.choice(link.pairs)
    up, (high, low) = came.number > planned.number, sorted((came, planned), key=lambda c: -c.number)
    if planned.number <= 0:
        return
    exact = Fraction(abs(amount(views, came) - amount(views, planned))) * 100 / Fraction(amount(views, planned))
    if borderline(exact, 1) or exact < Fraction(1, 2):
        return
    reply = ratio(rng, 1, "%")
    yield draft(
        KIND,
        views,
        rng,
        MISSED,
        reply,
        program=f"SELECT {reply.sql(f'100.0 * ({value(high)} - {value(low)}) / {value(planned)}')}",
        answer=[reply.text(exact)],
        cells=[planned, came],
        close=f"relative to {words.value(views, planned)}, {words.value(views, came)} is {words.more(up)} by {{answer}} percent.",
        first=len(PHRASINGS) - len(MISSED),
        fill={**link.fill(), "of": f"for {words.row(views, planned)}", "more": words.more(up)},
    )


def _ratio(views: Views, rng: Random, pair: Field) -> Iterator[Draft]:
    a, b = sorted(pair.cells, key=lambda c: c.number)
    exact = Fraction(amount(views, b)) / Fraction(amount(views, a))
    if borderline(exact, 2) or not Fraction(11, 10) < exact < 100:
        return
    reply = ratio(rng, 2)
    yield draft(
        KIND,
        views,
        rng,
        RATIO,
        reply,
        program=f"SELECT {reply.sql(f'1.0 * {value(b)} / {value(a)}')}",
        answer=[reply.text(exact)],
        cells=[a, b],
        close=f"{words.value(views, b)} is {{answer}} times {words.value(views, a)}.",
        first=len(CHANGE),
        fill={"what": words.field(views, pair), "a": words.image(a.image), "b": words.image(b.image)},
    )


def _products(views: Views) -> Iterator[tuple[Cell, Cell]]:
    """(price, quantity) of one row, the price in one image alone and the quantity in another alone."""
    for a, b in joinable(views):
        for price in filter(is_price, measures(a)):
            for count in filter(is_quantity, measures(b)):
                for label in shared_labels(a, b):
                    cells = at(a, label, price.name), at(b, label, count.name)
                    if cells[0] and cells[1] and _apart(views, cells[0], cells[1]):
                        yield cells[0], cells[1]


def _apart(views: Views, price: Cell, count: Cell) -> bool:
    """Both exact, and neither image says what the other one says of this row: its own price or quantity."""
    told = any(is_price(c) for c in measures(count.sheet)) or any(is_quantity(c) for c in measures(price.sheet))
    return price.exact and count.exact and not told and only_here(views, price) and only_here(views, count)


def _product(views: Views, rng: Random, count: Cell, price: Cell) -> Draft:
    reply = number(rng, price.column)
    return draft(
        KIND,
        views,
        rng,
        PRODUCT,
        reply,
        program=f"SELECT {reply.sql(f'{value(count)} * {value(price)}')}",
        answer=[reply.text(amount(views, count) * amount(views, price))],
        cells=[count, price],
        close=f"{words.value(views, count)} at {words.value(views, price)} each come to {{answer}}.",
        first=len(CHANGE) + len(RATIO),
        fill={
            "first": words.of(views, count),
            "second": words.of(views, price),
            "a": words.image(count.image),
            "b": words.image(price.image),
        },
    )


def _per_head_of(views: Views, link: Link) -> bool:
    """Whether it is money of people counted over the same rows and the same stretch of time: takings per visitor, say.

    Quotients of other quantities are no figures that anybody works with.
    """
    money, people = link.lead, link.asked
    plain = money.additive and people.additive and re.fullmatch(r"[A-Z]{3}", money.unit) and people.unit in PEOPLE
    if not plain or any(comparable(money, c) for c in measures(link.b)):
        return False
    said = [_told_apart(views, s, c) for s, c in ((link.a, money), (link.b, people))]
    return said[0] == said[1]


def _told_apart(views: Views, sheet: Sheet, column: Column) -> tuple[list[str], str]:
    """What else a figure is of besides its row: years that its image or name tell, and the series."""
    years = [] if words.is_period(sheet) else YEAR.findall(views.view(sheet.image).subject)
    return sorted({*years, *YEAR.findall(column.called)}), column.called.partition(" for ")[2]


def _per_head(views: Views, rng: Random, link: Link) -> Iterator[Draft]:
    a, b = rng.choice(link.pairs)
    if a.number <= 0 or b.number <= 0:
        return
    exact = Fraction(amount(views, a)) / Fraction(amount(views, b))
    if borderline(exact, 2) or not Fraction(1, 4) < exact < 10000:
        return
    reply = number(rng, link.lead, places=2)
    yield draft(
        KIND,
        views,
        rng,
        PER_HEAD,
        reply,
        program=f"SELECT {reply.sql(f'1.0 * {value(a)} / {value(b)}')}",
        answer=[reply.text(exact)],
        cells=[a, b],
        close=f"{words.value(views, a)} divided by {words.value(views, b)} is {{answer}}.",
        first=len(CHANGE) + len(RATIO) + len(PRODUCT),
        fill={
            **link.fill(),
            "first": words.of(views, a),
            "second": words.of(views, b),
            "row": words.row(views, a),
            "one": words.singular(link.asked.unit),
        },
    )


def _parts(views: Views) -> Iterator[tuple[Cell, Cell]]:
    """(part, total), both exact: a total that one image states, and a row of another that goes into it."""
    numbers = [c for s in views.read for k in s.columns if k.numeric for c in column_cells(s, k.name) if c.exact]
    for relation in views.world.relations:
        if not relation.coefficients or any(c != 1 for c in relation.coefficients) or len(relation.sources) < 3:
            continue
        totals = [c for c in numbers if c.origin == relation.target and c.number > 0]
        parts = [c for c in numbers if c.origin in relation.sources and label_of(c.sheet) and c.number > 0]
        pairs = [(p, t) for t in totals for p in parts if p.image != t.image and p.column.unit == t.column.unit]
        yield from (pair for pair in pairs if not _holds_all(pair[0].sheet, relation.sources))


def _holds_all(sheet: Sheet, origins: tuple[Origin, ...]) -> bool:
    """Whether a sheet shows all these cells, so that their total needs no other image."""
    return set(origins) <= {o for row in sheet.origins for o in row}


def _share(views: Views, rng: Random, part: Cell, total: Cell) -> Iterator[Draft]:
    exact = Fraction(amount(views, part)) * 100 / Fraction(amount(views, total))
    if borderline(exact, 1) or not only_here(views, part):
        return
    reply = ratio(rng, 1, "%")
    yield draft(
        KIND,
        views,
        rng,
        SHARE,
        reply,
        program=f"SELECT {reply.sql(f'100.0 * {value(part)} / {value(total)}')}",
        answer=[reply.text(exact)],
        cells=[part, total],
        close=f"{words.value(views, part)} is {{answer}} percent of {words.value(views, total)}.",
        first=len(PHRASINGS) - len(MISSED) - len(SHARE),
        fill={
            "part": words.of(views, part),
            "total": words.of(views, total),
            "row": words.row(views, part),
            "a": words.image(part.image),
            "b": words.image(total.image),
        },
    )
