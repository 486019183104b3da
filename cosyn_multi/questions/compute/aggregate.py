"""aggregate: a sum or a mean over images."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from random import Random

from cosyn_multi.model import Draft, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind
from cosyn_multi.questions.drafting import borderline, draft, number, some
from cosyn_multi.questions.sheets import Field, amount, fields
from cosyn_multi.questions.sql import field_sql

KIND = Kind(
    name="aggregate",
    group="compute",
    answer_types=("int", "float"),
    about="A sum or a mean of one quantity over images.",
)

SUM = (
    "What is the sum of {what} over {images}?",
    "Add up {what} in {images}. What is the total?",
    "What does {what} come to in {images} taken together?",
    "Taking {images} together, how much is {what} in total?",
    "Each of {images} gives {what}. What do these figures add up to?",
)
MEAN = (
    "What is the mean of {what} over {images}?",
    "On average over {images}, how much is {what}?",
    "Each of {images} gives {what}. What is the arithmetic mean of these values?",
    "Average {what} across {images}. What do you get?",
    "Take {what} from each of {images} and work out the mean.",
)
PHRASINGS = (*SUM, *MEAN)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    for field in some(rng, fields(views)):
        if len(field.cells) > 3 and rng.random() < 0.5:
            field = field.on(*sorted(rng.sample(field.images, 3)))
        spread = max(c.number for c in field.cells) - min(c.number for c in field.cells)
        mean_only = not field.column.additive or field.column.kind == "percent"
        if mean_only or (rng.random() < 0.35 and len(field.cells) > 2 and spread):
            yield from _mean(views, rng, field)
        elif spread or field.exact:
            yield _sum(views, rng, field)


def _fill(views: Views, field: Field) -> dict[str, str]:
    return {"what": words.field(views, field), "images": words.images(field.images)}


def _sum(views: Views, rng: Random, field: Field) -> Draft:
    reply = number(rng, field.column, field.slack)
    total = Decimal(0)
    for cell in field.cells:
        total += amount(views, cell)
    return draft(
        KIND,
        views,
        rng,
        SUM,
        reply,
        program=f"WITH f AS ({field_sql(field)}) SELECT {reply.sql('sum(x)')} FROM f",
        answer=[reply.text(total)],
        cells=field.cells,
        close="together this makes {answer}.",
        fill=_fill(views, field),
    )


def _mean(views: Views, rng: Random, field: Field) -> Iterator[Draft]:
    places = min(words.decimals(field.column) + 1, 2) if field.column.kind != "count" else 1
    reply = number(rng, field.column, field.slack / len(field.cells), places)
    total = Fraction(0)
    for cell in field.cells:
        total += Fraction(amount(views, cell))
    if borderline(total / len(field.cells), places):
        return
    yield draft(
        KIND,
        views,
        rng,
        MEAN,
        reply,
        program=f"WITH f AS ({field_sql(field)}) SELECT {reply.sql('avg(x)')} FROM f",
        answer=[reply.text(total / len(field.cells))],
        cells=field.cells,
        close=f"the mean of these {len(field.cells)} values is {{answer}}.",
        first=len(SUM),
        fill=_fill(views, field),
    )
