"""evidence_selection: which images are needed for a given question."""

from collections.abc import Iterator
from random import Random

from cosyn_multi.model import Column, Draft, Sheet, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, literal, q
from cosyn_multi.questions.drafting import draft, several, some, which_image
from cosyn_multi.questions.fields import shared_measures, siblings
from cosyn_multi.questions.sheets import Cell, at, labels, meant, named_by, row_of
from cosyn_multi.questions.sql import union

KIND = Kind(
    name="evidence_selection",
    group="retrieve",
    answer_types=("list",),
    min_images=3,
    about="Which images are needed to answer a given question.",
)

PHRASINGS = (
    "Someone wants to add up {what} over {images}. Which images give {what_them} at all?",
    "Which images would you need in order to work out the mean of {what} over {images}?",
    "Suppose you are asked for the highest value of {what}. Which of {images} hold a value that has to be compared?",
    "To follow how {what} varies across {images}, which of them do you have to look at?",
    "Which of {images} have to be consulted to collect every value given for {what}?",
)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    found = [(g, label) for g in siblings(views) if len(g) >= 3 for label in _partly(g)]
    for group, label in some(rng, found, 4):
        yield _draft(views, rng, group, label, rng.choice(shared_measures(group)))


def _partly(group: tuple[Sheet, ...]) -> list[Value]:
    """Row labels that two or more of the images have, but not all."""
    every = dict.fromkeys(v for s in group for v in labels(s))
    return [v for v in every if 2 <= sum(row_of(s, v) is not None for s in group) < len(group)]


def _draft(views: Views, rng: Random, group: tuple[Sheet, ...], label: Value, column: Column) -> Draft:
    rows = union(
        f"SELECT {s.image} AS image FROM {q(s.name)} WHERE {q(named_by(s).name)} = {literal(label)}" for s in group
    )
    holders: list[int] = []
    for sheet in group:
        name = named_by(sheet).name
        holders += [sheet.image for row in meant(views, sheet) if row[name] == label]
    cells: list[Cell] = [c for s in group if (c := at(s, label, column.name))]
    return draft(
        KIND,
        views,
        rng,
        PHRASINGS,
        several(rng, which_image(), "image"),
        program=f"SELECT 'image ' || image FROM ({rows}) ORDER BY image",
        answer=[words.image(i) for i in holders],
        cells=cells,
        images=[s.image for s in group],
        close="the other images don't have it. So the images needed are {answer}.",
        fill={"what": words.of(views, cells[0]), "images": words.images(s.image for s in group)},
    )
