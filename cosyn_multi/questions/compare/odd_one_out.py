"""odd_one_out: all images but one have something in common."""

from collections.abc import Iterator
from itertools import combinations
from random import Random

from cosyn_multi.model import Draft, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind
from cosyn_multi.questions.drafting import draft, some, which_image
from cosyn_multi.questions.fields import Field, fields, shared_measures, siblings, text_fields
from cosyn_multi.questions.sheets import Cell, amount, apart, at, shared_labels, truth
from cosyn_multi.questions.sql import field_sql, union, value

KIND = Kind(
    name="odd_one_out",
    group="compare",
    answer_types=("image",),
    min_images=3,
    about="All images but one have something in common.",
)

VALUE = (
    "All but one of {images} give the same value for {what}. Which image is the exception?",
    "{what} {what_is} the same in all of {images} except one. Which one?",
    "One of {images} gives another value for {what} than the rest. Which image is it?",
    "Compare {what} across {images}. Which image doesn't agree with the others?",
    "Which of {images} stands apart from the rest in {what}?",
)
RELATION = (
    "In all but one of {images}, {first} {first_is} higher than {second}. Which image is the exception?",
    "Which of {images} is the only one in which {first} {first_is} lower than {second}?",
    "Compare {first} with {second} in each of {images}. In which single image is the first the lower one?",
    "{first} {first_is} higher than {second} in every one of {images} except one. Which one?",
    "One of {images} breaks the pattern that {first} {first_is} higher than {second}. Which image is it?",
)
PHRASINGS = (*VALUE, *RELATION)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    same = [f for f in (*text_fields(views), *fields(views)) if f.exact and len(f.cells) >= 3 and _odd(views, f)]
    for field in some(rng, same, 3):
        yield _value(views, rng, field)
    for pairs in some(rng, list(_relations(views, rng)), 3):
        yield _relation(views, rng, pairs)


def _odd(views: Views, field: Field) -> Cell | None:
    """The one cell that differs from all the others, which agree."""
    values = [truth(views, c) for c in field.cells]
    odd = [c for c, v in zip(field.cells, values, strict=True) if values.count(v) == 1]
    return odd[0] if len(odd) == 1 and len(set(values)) == 2 else None


def _value(views: Views, rng: Random, field: Field) -> Draft:
    odd = _odd(views, field)
    return draft(
        KIND,
        views,
        rng,
        VALUE,
        which_image(),
        program=(
            f"WITH f AS ({field_sql(field)}) SELECT 'image ' || image FROM f "
            "WHERE x IN (SELECT x FROM f GROUP BY x HAVING count(*) = 1)"
        ),
        answer=[words.image(odd.image)] if odd else [],
        cells=field.cells,
        close="the exception is {answer}.",
        fill={"what": words.field(views, field), "images": words.images(field.images)},
    )


def _relations(views: Views, rng: Random) -> Iterator[list[tuple[Cell, Cell]]]:
    """Per image a pair of cells; the first is the higher one in all images but one."""
    for group in siblings(views):
        column, shared = rng.choice(shared_measures(group)), shared_labels(*group)
        if len(group) < 3:
            continue
        for one, other in some(rng, list(combinations(shared, 2)), 12):
            for a, b in ((one, other), (other, one)):
                pairs = [(x, y) for s in group if (x := at(s, a, column.name)) and (y := at(s, b, column.name))]
                clear = len(pairs) == len(group) and all(apart(x, y) for x, y in pairs)
                if clear and sum(x.number < y.number for x, y in pairs) == 1:
                    yield pairs


def _relation(views: Views, rng: Random, pairs: list[tuple[Cell, Cell]]) -> Draft:
    odd = next(x.image for x, y in pairs if amount(views, x) < amount(views, y))
    rows = union(f"SELECT {x.image} AS image, {value(x)} AS a, {value(y)} AS b" for x, y in pairs)
    first, second = pairs[0]
    return draft(
        KIND,
        views,
        rng,
        RELATION,
        which_image(),
        program=f"WITH f AS ({rows}) SELECT 'image ' || image FROM f WHERE a < b",
        answer=[words.image(odd)],
        cells=[c for p in pairs for c in p],
        close="the exception is {answer}.",
        first=len(VALUE),
        fill={
            "first": words.of(views, first),
            "second": words.that_of(views, second),
            "images": words.images(x.image for x, _ in pairs),
        },
    )
