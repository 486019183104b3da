"""parallel_lookup: the same thing from each image, as a list in their order."""

from collections.abc import Iterator
from random import Random

from cosyn_multi.model import Draft, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind
from cosyn_multi.questions.drafting import Reply, date_form, draft, number, several
from cosyn_multi.questions.fields import Field, fields, text_fields
from cosyn_multi.questions.sheets import has_day, truth
from cosyn_multi.questions.sql import field_sql

KIND = Kind(
    name="parallel_lookup", group="retrieve", answer_types=("list",), about="The same thing from each image, as a list."
)

PHRASINGS = (
    "List {what} in {images}, in that order.",
    "What {what_is} {what} in each of {images}? Keep the order of the images.",
    "Go through {images} and note {what} in each, in this order.",
    "For {images} in turn, what {what_is} {what}?",
    "Give {what} as stated in {images}, one after the other.",
)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    numbers = [f for f in fields(views) if f.exact]
    days = [f for f in fields(views, "date") if has_day(f.column)]
    others = [f for f in (*text_fields(views), *fields(views, "key")) if len({c.value for c in f.cells}) > 1]
    kinds = [found for found in (numbers, numbers, days, others) if found]
    for _ in range(5 if kinds else 0):
        field = rng.choice(rng.choice(kinds))
        if len({c.value for c in field.cells}) > 1:
            yield _draft(views, rng, field)


def _draft(views: Views, rng: Random, field: Field) -> Draft:
    reply = several(rng, _reply(rng, field), "value", ordered=True)
    program = f"WITH f AS ({field_sql(field)}) SELECT {reply.sql('x')} FROM f ORDER BY image"
    return draft(
        KIND,
        views,
        rng,
        PHRASINGS,
        reply,
        program=program,
        answer=[reply.text(truth(views, c)) for c in field.cells],
        cells=field.cells,
        close="in order: {answer}.",
        fill={"what": words.field(views, field), "images": words.images(field.images)},
    )


def _reply(rng: Random, field: Field) -> Reply:
    if field.column.numeric:
        return number(rng, field.column)
    if field.column.kind == "date":
        return Reply("date", f"Write it {date_form(field.column)}.")
    return Reply("str")
