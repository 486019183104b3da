"""locate_image: the one image of which something holds."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from cosyn_multi.model import Draft, Sheet, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, literal, q
from cosyn_multi.questions.drafting import draft, some, which_image
from cosyn_multi.questions.fields import Field, fields, siblings, step_of, threshold
from cosyn_multi.questions.sheets import Cell, amount, column_cells, labels, meant, named_by, row_of
from cosyn_multi.questions.sql import field_sql, union

KIND = Kind(
    name="locate_image", group="retrieve", answer_types=("image",), about="The one image of which something holds."
)

BEYOND = (
    "In which of {images} {what_is} {what} {than} {limit}?",
    "{what} {what_is} {than} {limit} in only one of {images}. Which one?",
    "Which of {images} gives a value {than} {limit} for {what}?",
    "Find, among {images}, the one in which {what} {what_is} {than} {limit}.",
    "Only one of {images} has {what} {than} {limit}. Which image is it?",
)
"""The images are named: another one may show a like figure under another header."""
WITHOUT = (
    "Which of {images} has no {noun} {row}?",
    "{row} is missing from one of {images}. Which one?",
    "All of {images} except one have the {noun} {row}. Which image is the exception?",
    "In which of {images} does the {noun} {row} not appear?",
    "Check {images} for the {noun} {row}. Which image lacks it?",
)
WITH = (
    "Only one of {images} has the {noun} {row}. Which one?",
    "In which of {images} does the {noun} {row} appear?",
    "Which of {images} includes the {noun} {row}?",
    "Look for the {noun} {row} in {images}. Which image has it?",
    "Find the image, among {images}, that lists the {noun} {row}.",
)
PHRASINGS = (*BEYOND, *WITHOUT, *WITH)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    beyond = [(f, limit, up) for f in some(rng, fields(views), 12) for limit, up in _limits(f)]
    for field, limit, up in some(rng, beyond, 3):
        yield _beyond(views, rng, field, limit, up)
    for group in siblings(views):
        for label in some(rng, list(_lonely(group)), 3):
            yield _presence(views, rng, group, label)


def _limits(field: Field) -> Iterator[tuple[Decimal, bool]]:
    """Round numbers that only one cell lies beyond, and on which side."""
    order = sorted(field.cells, key=lambda c: c.number)
    step = step_of(other for c in field.cells for other in column_cells(c.sheet, c.column.name))
    for pair, up in ((order[-2:], True), (order[:2], False)):
        limit = threshold(Random(0), pair, step)
        if limit is not None:
            yield limit, up


def _beyond(views: Views, rng: Random, field: Field, limit: Decimal, up: bool) -> Draft:
    found = [c.image for c in field.cells if (amount(views, c) > limit) == up]
    return draft(
        KIND,
        views,
        rng,
        BEYOND,
        which_image(),
        program=(
            f"WITH f AS ({field_sql(field)}) SELECT 'image ' || image FROM f WHERE x {'>' if up else '<'} {literal(limit)}"
        ),
        answer=[words.image(i) for i in found],
        cells=field.cells,
        close="so only {answer} fits.",
        fill={
            "what": words.field(views, field),
            "than": "above" if up else "below",
            "limit": words.plain(limit, field.column),
            "images": words.images(field.images),
        },
    )


def _lonely(group: tuple[Sheet, ...]) -> Iterator[Value]:
    """Row labels that all images but one have, or one alone."""
    seen: list[Value] = []
    for sheet in group:
        for label in labels(sheet):
            held = sum(row_of(s, label) is not None for s in group)
            if label not in seen and held < len(group) and held in (1, len(group) - 1):
                seen.append(label)
                yield label


def _presence(views: Views, rng: Random, group: tuple[Sheet, ...], label: Value) -> Draft:
    holders = [s for s in group if any(label in row.values() for row in meant(views, s))]
    without = len(holders) == len(group) - 1 and len(group) > 2
    found = [s for s in group if (s in holders) != without]
    test = "NOT EXISTS" if without else "EXISTS"
    rows = union(
        f"SELECT 'image {s.image}' AS name WHERE {test} "
        f"(SELECT 1 FROM {q(s.name)} WHERE {q(named_by(s).name)} = {literal(label)})"
        for s in group
    )
    cells = [Cell(s, i, named_by(s)) for s in group if (i := row_of(s, label)) is not None]
    row = words.label_text(views, group[0], label)
    told = words.images(s.image for s in holders)
    return draft(
        KIND,
        views,
        rng,
        WITHOUT if without else WITH,
        which_image(),
        program=f"SELECT name FROM ({rows})",
        answer=[words.image(s.image) for s in found],
        cells=cells,
        images=[s.image for s in group],
        story=f"{row} stands in {told} only.",
        close=f"the image {'without' if without else 'with'} it is {{answer}}.",
        first=len(BEYOND) + (0 if without else len(WITHOUT)),
        fill={"noun": words.row_noun(group[0]), "row": row, "images": words.images(s.image for s in group)},
    )
