"""count_entities: how many rows, over several images, meet a condition."""

from collections.abc import Iterator
from random import Random

from cosyn_multi.model import Column, Draft, Sheet, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, literal, q
from cosyn_multi.questions.drafting import Reply, draft, some
from cosyn_multi.questions.fields import joinable, shared_measures, siblings, threshold
from cosyn_multi.questions.links import Link, joined, targets
from cosyn_multi.questions.sheets import (
    Cell,
    apart,
    at,
    column_cells,
    comparable,
    exact_number,
    meant,
    measures,
    named_by,
    only_here,
    own,
    shared_labels,
    whole,
)
from cosyn_multi.questions.sql import union

KIND = Kind(
    name="count_entities",
    group="compute",
    answer_types=("int",),
    about="How many rows over several images meet a condition.",
)

OVER = (
    "How many {nouns} in {images} together have {a_measure} {than} {limit}?",
    "Counting every {noun} in {images}, how many have {a_measure} {than} {limit}?",
    "Go through the {nouns} in {images}. In how many cases {measure_is} the {measure} {than} {limit}, over all images?",
    "Across {images}, how many times does {noun_with} have {a_measure} {than} {limit}?",
    "Count the {nouns} with {a_measure} {than} {limit} in each of {images}. How many are there in all?",
)
ROSE = (
    "For how many {nouns} {measure_is} the {measure} {more} in {b} than in {a}?",
    "How many {nouns} have {measure_a}{more} {measure} in {b} than in {a}?",
    "Compare {a} with {b}: for how many {nouns} does {b} give the {more} {measure}?",
    "Of the {nouns} that both {a} and {b} give, how many have {measure_a}{more} {measure} in {b}?",
    "Go through the {nouns} that {a} and {b} share. How many have {measure_a}{more} {measure} in {b}?",
)
MISSED = (
    "For how many {nouns} {asked_is} the {asked} in {b} {more} than the {lead} in {a}?",
    "Compare the {asked} in {b} with the {lead} in {a}, {noun} by {noun}. For how many {asked_is} the former {more}?",
    "How many {nouns} have {a_asked} in {b} that {asked_is} {more} than their {lead} in {a}?",
    "Hold {b} against {a}: in how many cases {asked_is} the {asked} {more} than the {lead} of the same {noun}?",
    "Count the {nouns} for which {b} gives {a_asked} {more} than the {lead} that {a} gives.",
)
PHRASINGS = (*OVER, *ROSE, *MISSED)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    for group, column in some(rng, [(g, c) for g in siblings(views) for c in shared_measures(g)], 3):
        yield from _over(views, rng, group, column)
    for link in some(rng, list(targets(views)), 2):
        yield from _missed(views, rng, link)
    pairs = [(a, b, c) for a, b in joinable(views) for c in measures(a) if any(comparable(c, d) for d in measures(b))]
    for a, b, column in some(rng, pairs, 3):
        yield from _rose(views, rng, a, b, column)


def _over(views: Views, rng: Random, group: tuple[Sheet, ...], column: Column) -> Iterator[Draft]:
    cells = [c for s in group for c in column_cells(s, column.name)]
    limit = threshold(rng, cells)
    if limit is None or not own(views, column.name, *group) or not all(whole(views, s, column.name) for s in group):
        return
    up = rng.random() < 0.6
    rows = union(f"SELECT {q(column.name)} AS x FROM {q(s.name)}" for s in group)
    each = []
    for sheet in group:
        each.append(sum((exact_number(r[column.name]) > limit) == up for r in meant(views, sheet)))
    held = sum(each)
    if not all(each) or held == len(cells):
        return  # every image is to add something
    images = [s.image for s in group]
    yield draft(
        KIND,
        views,
        rng,
        OVER,
        Reply("int", f"Count each image's {words.plural(words.row_noun(group[0]))} separately."),
        program=f"WITH f AS ({rows}) SELECT count(*) FROM f WHERE x {'>' if up else '<'} {literal(limit)}",
        answer=[str(held)],
        cells=cells,
        named=(),
        story=_told(views, [c for c in cells if (c.number > limit) == up], images),
        close="in all this makes {answer}.",
        fill={
            **_fill(group[0], column),
            "images": words.images(images),
            "than": f"{'above' if up else 'below'}",
            "limit": words.plain(limit, column),
        },
    )


def _fill(sheet: Sheet, column: Column) -> dict[str, str]:
    noun = words.row_noun(sheet)
    return {
        "noun": noun,
        "nouns": words.plural(noun),
        "measure": (measure := words.measure(sheet, column)),
        "a_measure": words.article(measure),
        "a_noun": words.article(noun),
    }


def _told(views: Views, held: list[Cell], images: list[int]) -> str:
    """Image by image, the rows that meet the condition."""
    told = []
    for image in images:
        rows = [f"{words.row(views, c)} ({words.value(views, c)})" for c in held if c.image == image]
        told.append(f"in {words.image(image)}: {words.listing(rows) if rows else 'none'}")
    return f"The condition is met {'; '.join(told)}."


def _rose(views: Views, rng: Random, a: Sheet, b: Sheet, column: Column) -> Iterator[Draft]:
    found = [(at(a, v, column.name), at(b, v, column.name)) for v in shared_labels(a, b)]
    pairs = [(x, y) for x, y in found if x and y]
    steady = all(apart(x, y) for x, y in pairs)
    if len(pairs) < max(3, len(found)) or not steady or not all(only_here(views, c) for p in pairs for c in p):
        return
    up = rng.random() < 0.6
    one, other, value = q(named_by(a).name), q(named_by(b).name), q(column.name)
    held = _held(views, a, b, column.name, up)
    if not 0 < held < len(pairs):
        return
    told = [
        f"{words.row(views, y)} ({words.value(views, x)} and {words.value(views, y)})"
        for x, y in pairs
        if x.value != y.value and (y.number > x.number) == up
    ]
    yield draft(
        KIND,
        views,
        rng,
        ROSE,
        Reply("int"),
        program=(
            f"SELECT count(*) FROM {q(a.name)} a JOIN {q(b.name)} b ON a.{one} = b.{other} "
            f"WHERE b.{value} {'>' if up else '<'} a.{value}"
        ),
        answer=[str(held)],
        cells=[c for p in pairs for c in p],
        named=(),
        story=(
            f"Comparing {words.image(a.image)} with {words.image(b.image)}, the {words.being(a, column)} "
            f"{words.more(up)} in {words.image(b.image)} for {words.listing(told)}."
        ),
        close="that makes {answer}.",
        first=len(OVER),
        fill={
            **_fill(a, column),
            "more": words.more(up),
            "a": words.image(a.image),
            "b": words.image(b.image),
        },
    )


def _missed(views: Views, rng: Random, link: Link) -> Iterator[Draft]:
    """How often what came exceeds, or falls short of, what was planned."""
    up = rng.random() < 0.6
    held = sum((y > x) if up else (y < x) for _, x, y in joined(views, link))
    if not all(apart(x, y) for x, y in link.pairs) or not 0 < held < len(link.pairs):
        return
    told = [f"{words.row(views, y)} ({words.value(views, x)} and {words.value(views, y)})" for x, y in link.pairs
            if (y.number > x.number) == up]  # fmt: skip
    one, other = q(named_by(link.a).name), q(named_by(link.b).name)
    yield draft(
        KIND,
        views,
        rng,
        MISSED,
        Reply("int"),
        program=(
            f"SELECT count(*) FROM {q(link.a.name)} a JOIN {q(link.b.name)} b ON a.{one} = b.{other} "
            f"WHERE b.{q(link.asked.name)} {'>' if up else '<'} a.{q(link.lead.name)}"
        ),
        answer=[str(held)],
        cells=link.cells,
        named=(),
        story=f"So it is for {words.listing(told)}.",
        close="that makes {answer}.",
        first=len(OVER) + len(ROSE),
        fill={**link.fill(), "a_asked": words.article(words.measure(link.b, link.asked)), "more": words.more(up)},
    )


def _held(views: Views, a: Sheet, b: Sheet, column: str, up: bool) -> int:
    """The witness: row by row of image a, the row of that name in image b."""
    held, one, other = 0, named_by(a).name, named_by(b).name
    for row in meant(views, a):
        for later in meant(views, b):
            if later[other] == row[one]:
                x, y = exact_number(row[column]), exact_number(later[column])
                held += y > x if up else y < x
    return held
