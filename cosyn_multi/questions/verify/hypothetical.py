"""hypothetical: what would follow if something in one image were otherwise, or applied to another."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from random import Random

from cosyn_multi.model import Column, Draft, Sheet, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, literal, q
from cosyn_multi.questions.drafting import borderline, draft, number, some, yes_no
from cosyn_multi.questions.fields import Field, fields, in_time
from cosyn_multi.questions.sheets import (
    Cell,
    amount,
    at,
    exact_number,
    grids,
    is_price,
    is_quantity,
    label_of,
    meant,
    measures,
    named_by,
    only_here,
    shared_labels,
)
from cosyn_multi.questions.sql import value

KIND = Kind(
    name="hypothetical",
    group="verify",
    answer_types=("float", "int", "bool"),
    about="What would follow if something were otherwise, or applied to another image.",
)

SWAP = (
    "If {price} in {b} had applied to the {quantity} in {a}, what would {row} have cost there?",
    "Suppose the {quantity} of {row} in {a} were charged at the {rate} in {b}. What would it come to?",
    "What would {row} in {a} cost at the {rate} that {b} gives for it?",
    "Take the {quantity} of {row} from {a} and the {rate} from {b}. What would have to be paid?",
    "Had {row} been bought in the {quantity} of {a} but at the {rate} of {b}, how much would that have been?",
)
SWAP_ALL = (
    "If each {noun} in {a} that {b} has too were charged at the {rate} in {b}, what would these {nouns} cost together?",
    "Suppose the {rate} in {b} applied to the {quantity} in {a}. For the {nouns} that both have, what is the total?",
    "Price the {nouns} that {a} and {b} share, with the {quantity} of {a} and the {rate} of {b}. What do you get in all?",
    "What would the {nouns} common to {a} and {b} cost in all, taking the {quantity} from {a} and the {rate} from {b}?",
    "Had the {nouns} of {a} been charged at the {rate} of {b}, what would those found in both images have come to?",
)
SAME_STEP = (
    "Suppose {what} change{what_s} once more by the same amount as from {a} to {b}. What would {what_it} then be?",
    "If {what} went on from {b} by the same step as from {a} to {b}, what value would {what_it} reach next?",
    "From {a} to {b}, {what} change{what_s} by a certain amount. Were that amount added to the value in {b} again, what would result?",
    "Assume that the step of {what} from {a} to {b} is repeated once after {b}. What would the value be?",
    "Carry on the change of {what} from {a} to {b} by one more equal step. Which value do you get?",
)
RAISED = (
    "If {what} in {a} were {percent} % higher, would {what_it} exceed the value in {b}?",
    "Would {what} in {a} be above {what_that} in {b} after an increase of {percent} %?",
    "Suppose {what} in {a} rose by {percent} %. Would {what_it} then be higher than in {b}?",
    "Raise {what} in {a} by {percent} %. Does the result exceed the figure in {b}?",
    "Would an increase of {percent} % be enough to bring {what} in {a} above {what_its} value in {b}?",
)
PHRASINGS = (*SWAP, *SWAP_ALL, *SAME_STEP, *RAISED)


@dataclass(frozen=True)
class Swap:
    """Quantities in one image and prices in another, for the rows that both have."""

    a: Sheet
    quantity: Column
    b: Sheet
    price: Column
    rows: tuple[Value, ...]

    def cells(self, row: Value) -> list[Cell]:
        return [c for c in (at(self.a, row, self.quantity.name), at(self.b, row, self.price.name)) if c]


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    for swap in some(rng, list(_swaps(views)), 2):
        yield _one(views, rng, swap, rng.choice(swap.rows))
        if len(swap.rows) > 1:
            yield _all(views, rng, swap)
    exact = [f for f in fields(views, "count", "amount") if f.exact and all(c.number > 0 for c in f.cells)]
    for field in some(rng, exact, 5):
        last = _last_step(views, field)
        if last and rng.random() < 0.5:
            yield _same_step(views, rng, last)
            continue
        pair = field.on(*sorted(rng.sample(field.images, 2)))
        if pair.cells[0].number != pair.cells[1].number:
            yield from _raised(views, rng, pair)


def _last_step(views: Views, field: Field) -> Field | None:
    """The last two images in time, where the order of all of the set's is plain: no image lies between, none shows what came next."""
    order = in_time(views, views.images)
    if order is None or set(order[-2:]) - set(field.images):
        return None
    pair = field.on(*order[-2:])
    before, after = (c.number for c in pair.cells)
    return pair if before != after and 2 * after > before else None


def _swaps(views: Views) -> Iterator[Swap]:
    for a, b in permutations(grids(views), 2):
        if a.image == b.image or label_of(a) != label_of(b):
            continue
        for quantity in filter(is_quantity, measures(a)):
            for price in filter(is_price, measures(b)):
                found = Swap(a, quantity, b, price, ())
                rows = tuple(v for v in shared_labels(a, b) if _usable(views, found.cells(v)))
                if rows and len(rows) == len(shared_labels(a, b)):
                    yield Swap(a, quantity, b, price, rows)


def _usable(views: Views, cells: list[Cell]) -> bool:
    return len(cells) == 2 and all(c.exact and only_here(views, c) for c in cells)


def _fill(swap: Swap) -> dict[str, str]:
    return {
        "noun": words.row_noun(swap.a),
        "nouns": words.plural(words.row_noun(swap.a)),
        "quantity": words.bare(swap.a, swap.quantity),
        "rate": words.bare(swap.b, swap.price),
        "price": words.columns_noun(swap.b, swap.price),
        "a": words.image(swap.a.image),
        "b": words.image(swap.b.image),
    }


def _one(views: Views, rng: Random, swap: Swap, row: Value) -> Draft:
    count, price = swap.cells(row)
    reply = number(rng, swap.price)
    return draft(
        KIND,
        views,
        rng,
        SWAP,
        reply,
        program=f"SELECT {reply.sql(f'{value(count)} * {value(price)}')}",
        answer=[reply.text(amount(views, count) * amount(views, price))],
        cells=[count, price],
        close=f"{words.value(views, count)} at {words.value(views, price)} each come to {{answer}}.",
        fill={**_fill(swap), "row": words.row(views, count)},
    )


def _all(views: Views, rng: Random, swap: Swap) -> Draft:
    reply = number(rng, swap.price)
    cells = [c for row in swap.rows for c in swap.cells(row)]
    told = "; ".join(
        f"{words.row(views, c)} {words.value(views, c)} at {words.value(views, p)}"
        for c, p in map(swap.cells, swap.rows)
    )
    name, key = q(named_by(swap.a).name), q(named_by(swap.b).name)
    return draft(
        KIND,
        views,
        rng,
        SWAP_ALL,
        reply,
        program=(
            f"SELECT {reply.sql(f'sum(a.{q(swap.quantity.name)} * b.{q(swap.price.name)})')} "
            f"FROM {q(swap.a.name)} a JOIN {q(swap.b.name)} b ON a.{name} = b.{key}"
        ),
        answer=[reply.text(_bill(views, swap))],
        cells=cells,
        named=(),
        story=(
            f"With the {words.bare(swap.a, swap.quantity)} from {words.image(swap.a.image)} and the "
            f"{words.bare(swap.b, swap.price)} from {words.image(swap.b.image)}: {told}."
        ),
        close="multiplied and added up, this gives {answer}.",
        first=len(SWAP),
        fill=_fill(swap),
    )


def _bill(views: Views, swap: Swap) -> Decimal:
    """The witness: row by row of the quantities, the price of that name."""
    total = Decimal(0)
    for row in meant(views, swap.a):
        for other in meant(views, swap.b):
            if other[named_by(swap.b).name] == row[named_by(swap.a).name]:
                total += exact_number(row[swap.quantity.name]) * exact_number(other[swap.price.name])
    return total


def _same_step(views: Views, rng: Random, pair: Field) -> Draft:
    a, b = pair.cells
    reply = number(rng, pair.column)
    first, second = amount(views, a), amount(views, b)
    return draft(
        KIND,
        views,
        rng,
        SAME_STEP,
        reply,
        program=f"SELECT {reply.sql(f'{value(b)} + ({value(b)} - {value(a)})')}",
        answer=[reply.text(second + (second - first))],
        cells=[a, b],
        close=f"one more step like that from {words.value(views, a)} to {words.value(views, b)} leads to {{answer}}.",
        first=len(SWAP) + len(SWAP_ALL),
        fill={"what": words.field(views, pair), "a": words.image(a.image), "b": words.image(b.image)},
    )


def _raised(views: Views, rng: Random, pair: Field) -> Iterator[Draft]:
    low, high = sorted(pair.cells, key=lambda c: c.number)
    needed = Fraction(amount(views, high)) * 100 / Fraction(amount(views, low)) - 100
    enough = rng.random() < 0.6
    steps = [p for p in (1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100) if (p > needed) == enough]
    if not steps or needed > 150:
        return
    percent = rng.choice(steps[:2] if enough else steps[-2:])
    reply = yes_no(rng)
    result = Fraction(amount(views, low)) * (100 + percent) / 100
    if abs(result - Fraction(amount(views, high))) < Fraction(1, 1000) or borderline(result, 2):
        return
    yield draft(
        KIND,
        views,
        rng,
        RAISED,
        reply,
        program=(
            f"SELECT CASE WHEN round({value(low)} * {literal(Decimal(100 + percent) / 100)}, 6) > {value(high)} "
            "THEN 'Yes' ELSE 'No' END"
        ),
        answer=[reply.text(result > Fraction(amount(views, high)))],
        cells=[low, high],
        close=f"raised by {percent} %, {words.value(views, low)} is to be held against {words.value(views, high)}, "
        "so the answer is {answer}.",
        first=len(SWAP) + len(SWAP_ALL) + len(SAME_STEP),
        fill={
            "what": words.field(views, pair),
            "percent": str(percent),
            "a": words.image(low.image),
            "b": words.image(high.image),
        },
    )
