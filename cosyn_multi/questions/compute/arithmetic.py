"""arithmetic: a change in percent, a ratio, or a product of numbers that stand in two images."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from random import Random

from cosyn_multi.model import Column, Draft, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind
from cosyn_multi.questions.drafting import borderline, draft, number, ratio, some
from cosyn_multi.questions.sheets import Cell, Field, amount, at, fields, joinable, measures, only_here, shared_labels
from cosyn_multi.questions.sql import value

KIND = Kind(
    name="arithmetic",
    group="compute",
    answer_types=("float",),
    about="A change in percent, a ratio or a product of numbers that stand in two images.",
)

CHANGE = (
    "By what percentage is {what} {more} in {b} than in {a}, relative to {a}?",
    "Taking {what} in {a} as 100 %, by how many percent is it {more} in {b}?",
    "From {a} to {b}, by what percentage does {what} {rise}?",
    "{what} {rises} from {a} to {b}. By how many percent of the value in {a}?",
    "How large is the percentage {growth} of {what} from {a} to {b}, measured against {a}?",
)
RATIO = (
    "How many times as high as in {a} is {what} in {b}?",
    "Divide {what} in {b} by its value in {a}. What is the result?",
    "{what} in {b} is how many times its value in {a}?",
    "By what factor must {what} in {a} be multiplied to give its value in {b}?",
    "What is the ratio of {what} in {b} to {what} in {a}?",
)
PRODUCT = (
    "Multiply {first} in {a} by {second} in {b}. What does that come to?",
    "At {second} given in {b}, what does {first} in {a} come to?",
    "Using {first} from {a} and {second} from {b}, what is their product?",
    "What do you get when {first} in {a} is multiplied by {second} in {b}?",
    "Work out the cost: {first} from {a} times {second} from {b}.",
)
PHRASINGS = (*CHANGE, *RATIO, *PRODUCT)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    for price, count in some(rng, list(_products(views)), 2):
        yield _product(views, rng, count, price)
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
    reply = ratio(rng, places, "%")
    yield draft(
        KIND,
        views,
        rng,
        CHANGE,
        reply,
        program=f"SELECT {reply.sql(f'100.0 * ({value(high)} - {value(low)}) / {value(a)}')}",
        answer=[reply.text(exact)],
        cells=pair.cells,
        close=f"relative to {words.value(views, a)} this is {'an increase' if up else 'a decrease'} of {{answer}} percent.",
        fill={
            "what": words.field(views, pair),
            "a": words.image(a.image),
            "b": words.image(b.image),
            "more": words.more(pair.column, up),
            "rise": "rise" if up else "fall",
            "rises": "rises" if up else "falls",
            "growth": "increase" if up else "decrease",
        },
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
        for price in filter(_is_price, measures(a)):
            for count in (c for c in measures(b) if c.kind == "count"):
                for label in shared_labels(a, b):
                    cells = at(a, label, price.name), at(b, label, count.name)
                    if cells[0] and cells[1] and _apart(views, cells[0], cells[1]):
                        yield cells[0], cells[1]


def _is_price(column: Column) -> bool:
    return column.kind == "amount" and not column.additive and column.format.style != "compact"


def _apart(views: Views, price: Cell, count: Cell) -> bool:
    """Both exact, and neither image says what the other one says of this row: its own price or quantity."""
    told = any(_is_price(c) for c in measures(count.sheet)) or any(c.kind == "count" for c in measures(price.sheet))
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
