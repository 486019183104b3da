"""page_order: the images in the order of the dates or periods printed in them."""

from collections.abc import Iterator
from datetime import date
from random import Random

from cosyn_multi.model import Draft, Sheet, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import draft, several, some, which_image
from cosyn_multi.questions.fields import Field, disjoint, fields, siblings
from cosyn_multi.questions.sheets import Cell, days, is_time, labels, meant, named_by, truth, whole
from cosyn_multi.questions.sql import field_sql, union

KIND = Kind(
    name="page_order",
    group="structure",
    answer_types=("list",),
    min_images=3,
    about="The images in the order of the dates or periods printed in them.",
)

BY_DATE = (
    "Put {images} in order of {what}, {first} first.",
    "Sort {images} by {what}, from the {first} to the {last}.",
    "In what order do {images} come, going by {what} from the {first} to the {last}?",
    "Arrange {images} by {what}, beginning with the {first}.",
    "{images} are to be filed by {what}, the {first} first. In what order do they go?",
)
BY_PERIOD = (
    "Put {images} in order of the periods that they cover, {first} first.",
    "{images} cover different periods. Arrange them by time, {first} first.",
    "Sort {images} by the time that their data covers, from the {first} to the {last}.",
    "In what order do {images} follow one another in time, beginning with the {first}?",
    "Going by the {nouns} they show, in what order do {images} come, the {first} first?",
)
PHRASINGS = (*BY_DATE, *BY_PERIOD)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    dated = [f for f in fields(views, "date") if len(f.cells) >= 3 and len({c.value for c in f.cells}) == len(f.cells)]
    for field in some(rng, dated, 2):
        if not _given(found := _by_date(views, rng, field)):
            yield found
    for group in siblings(views):
        apart = len(group) >= 3 and is_time(group[0]) and disjoint(group) and all(whole(views, s) for s in group)
        if apart and not _given(found := _by_period(views, rng, group)):
            yield found


def _given(asked: Draft) -> bool:
    """Whether the images already stand in the order that is asked for, or in just the opposite one."""
    order = tuple(words.image(i) for i in asked.images)
    return asked.witnesses[0].answer in (order, order[::-1])


def _ends(up: bool) -> dict[str, str]:
    return {"first": "earliest" if up else "latest", "last": "latest" if up else "earliest"}


def _by_date(views: Views, rng: Random, field: Field) -> Draft:
    up = rng.random() < 0.5
    dates: dict[int, date] = {c.image: days(truth(views, c)) for c in field.cells}
    return draft(
        KIND,
        views,
        rng,
        BY_DATE,
        several(rng, which_image(), "image", ordered=True),
        program=f"WITH f AS ({field_sql(field)}) SELECT 'image ' || image FROM f ORDER BY x {'ASC' if up else 'DESC'}",
        answer=[words.image(i) for i in sorted(dates, key=lambda i: dates[i], reverse=not up)],
        cells=field.cells,
        close="in order of time this gives {answer}." if up else "in reverse order of time this gives {answer}.",
        fill={"images": words.images(field.images), "what": words.field(views, field), **_ends(up)},
    )


def _by_period(views: Views, rng: Random, group: tuple[Sheet, ...]) -> Draft:
    up = rng.random() < 0.5
    rows = union(f"SELECT {s.image} AS image, min({q(named_by(s).name)}) AS x FROM {q(s.name)}" for s in group)
    starts: dict[int, date] = {}
    for sheet in group:
        starts[sheet.image] = min(days(r[named_by(sheet).name]) for r in meant(views, sheet))
    told = "; ".join(
        f"{words.image(s.image)} runs from {words.label_text(views, s, labels(s)[0])} "
        f"to {words.label_text(views, s, labels(s)[-1])}"
        for s in group
    )
    return draft(
        KIND,
        views,
        rng,
        BY_PERIOD,
        several(rng, which_image(), "image", ordered=True),
        program=f"WITH f AS ({rows}) SELECT 'image ' || image FROM f ORDER BY x {'ASC' if up else 'DESC'}",
        answer=[words.image(i) for i in sorted(starts, key=lambda i: starts[i], reverse=not up)],
        cells=[Cell(s, i, named_by(s)) for s in group for i in range(len(s.rows))],
        named=(),
        story=f"{words.sentence(told)}.",
        close="in order of time this gives {answer}." if up else "in reverse order of time this gives {answer}.",
        first=len(BY_DATE),
        fill={
            "images": words.images(s.image for s in group),
            "nouns": words.plural(words.row_noun(group[0])),
            **_ends(up),
        },
    )
