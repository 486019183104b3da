"""implicit_lookup: the image must be inferred from what stands out in it, then something is read there."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from random import Random

from cosyn_multi.model import Draft, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind
from cosyn_multi.questions.drafting import draft, number, some
from cosyn_multi.questions.fields import Field, fields
from cosyn_multi.questions.sheets import Cell, amount, apart, has_day, truth
from cosyn_multi.questions.sql import union, value

KIND = Kind(
    name="implicit_lookup",
    group="retrieve",
    answer_types=("int", "float"),
    about="The image must be inferred from what stands out in it, then something is read there.",
)

ANY = (
    "In the image with the {most} {lead}, what {asked_is} {asked}?",
    "What {asked_is} {asked} in the image that has the {most} {lead}?",
    "Find the image with the {most} {lead}. What {asked_is} {asked} there?",
    "Pick the image with the {most} {lead}. What does it give as {asked}?",
    "Take the image that shows the {most} {lead}: what {asked_is} {asked} in it?",
)
"""Where all images are compared."""
NAMED = (
    "One of {images} has the {most} {lead}. What does it give as {asked}?",
    "Look at whichever of {images} has the {most} {lead}: what {asked_is} {asked} in it?",
    "Of {images}, take the one with the {most} {lead} and read off {asked}.",
    "Among {images}, find the one with the {most} {lead}. What {asked_is} {asked} there?",
    "In the one of {images} that shows the {most} {lead}, what {asked_is} {asked}?",
)
PHRASINGS = (*ANY, *NAMED)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    numbers = fields(views)
    leads = [f for f in (*fields(views, "date"), *numbers) if f.column.kind != "date" or has_day(f.column)]
    pairs = [(x, y) for x in leads for y in numbers if x != y and set(x.images) == set(y.images)]
    for lead, asked in some(rng, pairs, 6):
        up = rng.random() < 0.6
        order = sorted(lead.cells, key=_sortable, reverse=up)
        if _clear(order) and len({c.value for c in asked.cells}) > 1:
            yield _draft(views, rng, lead, asked, up)


def _sortable(cell: Cell) -> Decimal:
    return Decimal(cell.value.toordinal()) if isinstance(cell.value, date) else cell.number


def _clear(order: list[Cell]) -> bool:
    return order[0].value != order[1].value if order[0].column.kind == "date" else apart(order[0], order[1])


def _draft(views: Views, rng: Random, lead: Field, asked: Field, up: bool) -> Draft:
    image = _image(views, lead, up)
    there = asked.on(image).cells[0]
    reply = number(rng, asked.column, there.tolerance)
    most = words.extreme(lead.column, up, len(lead.cells))
    rows = union(
        f"SELECT {value(x)} AS l, {value(y)} AS x"
        for x, y in zip(lead.cells, asked.on(*lead.images).cells, strict=True)
    )
    return draft(
        KIND,
        views,
        rng,
        PHRASINGS if len(lead.images) == len(views.views) else NAMED,
        reply,
        program=(
            f"WITH f AS ({rows}) SELECT {reply.sql('x')} FROM f WHERE l = (SELECT {'max' if up else 'min'}(l) FROM f)"
        ),
        answer=[reply.text(amount(views, there))],
        cells=[*lead.cells, *asked.cells],
        story=f"{words.walk(views, lead.cells, f'the {most} is in {words.image(image)}')}, "
        f"which gives {words.of(views, there)} as {words.value(views, there)}.",
        close="so the answer is {answer}.",
        fill={
            "most": most,
            "lead": words.field(views, lead).removeprefix("the "),
            "asked": words.field(views, asked),
            "images": words.among(views, lead.images),
        },
    )


def _image(views: Views, lead: Field, up: bool) -> int:
    """The witness's first step: image by image, what it means to show."""
    best, image = _meant(views, lead.cells[0]), lead.cells[0].image
    for cell in lead.cells[1:]:
        said = _meant(views, cell)
        if said > best if up else said < best:
            best, image = said, cell.image
    return image


def _meant(views: Views, cell: Cell) -> Decimal:
    said = truth(views, cell)
    return Decimal(said.toordinal()) if isinstance(said, date) else amount(views, cell)
