"""structure: how many rows the images have, together or one against another."""

from collections.abc import Iterator
from itertools import combinations
from random import Random

from cosyn_multi.model import Draft, Sheet, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import Reply, draft, some, which_image
from cosyn_multi.questions.sheets import Cell, grids, label_of, labels, meant, named_by, whole
from cosyn_multi.questions.sql import union

KIND = Kind(
    name="structure",
    group="structure",
    answer_types=("int", "image"),
    about="How many rows images have, together or one against another.",
)

TOGETHER = (
    "How many {nouns} do {images} have in all?",
    "Count the {nouns} in each of {images}. What do the counts add up to?",
    "Adding the number of {nouns} in each of {images}, what total do you get?",
    "If you count every {noun} in {images}, repeats included, how many are there?",
    "What is the total number of {nouns} in {images}?",
)
MORE = (
    "How many more {nouns} does {a} have than {b}?",
    "{a} has more {nouns} than {b}. How many more?",
    "By how many {nouns} is {a} longer than {b}?",
    "Count the {nouns} in {a} and in {b}. How many more are there in {a}?",
    "Compare the number of {nouns} in {a} and in {b}. By how many does {a} exceed {b}?",
)
MOST = (
    "Which of {images} has {the}{most} {nouns}?",
    "In which of {images} do you count {the}{most} {nouns}?",
    "Compare how many {nouns} {images} have. Which image has {the}{most}?",
    "Count the {nouns} in {images}. In which image are there {the}{most}?",
    "Which image, among {images}, has {the}{most} {nouns}?",
)
PHRASINGS = (*TOGETHER, *MORE, *MOST)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    for group in some(rng, _groups(views), 3):
        sizes = sorted(len(s.rows) for s in group)
        if sizes[-1] > sizes[-2]:
            yield _most(views, rng, group, True)
        elif sizes[0] < sizes[1]:
            yield _most(views, rng, group, False)
        unequal = [p for p in combinations(group, 2) if len(p[0].rows) != len(p[1].rows)]
        if unequal:
            yield _more(views, rng, *rng.choice(unequal))
        if _unlike(group):
            yield _together(views, rng, group)


def _unlike(group: tuple[Sheet, ...]) -> bool:
    """Whether counting one image doesn't do for the others: they differ in their rows, and periods in their number."""
    sizes, rows = {len(s.rows) for s in group}, {frozenset(labels(s)) for s in group}
    return len(sizes) > 1 or (len(rows) > 1 and not words.is_period(group[0]))


def _groups(views: Views) -> list[tuple[Sheet, ...]]:
    """Grids of different images with the same kind of rows, all of them read."""
    groups: dict[tuple[str, str], list[Sheet]] = {}
    for sheet in grids(views):
        label = label_of(sheet)
        if label and whole(views, sheet):
            groups.setdefault((sheet.row_noun, label.name), []).append(sheet)
    return [tuple(g) for g in groups.values() if len({s.image for s in g}) == len(g) >= 2]


def _cells(group: tuple[Sheet, ...]) -> list[Cell]:
    return [Cell(s, i, named_by(s)) for s in group for i in range(len(s.rows))]


def _story(group: tuple[Sheet, ...]) -> str:
    told = [f"{words.image(s.image)} has {len(s.rows)} {words.plural(words.row_noun(s))}" for s in group]
    return f"{words.sentence('; '.join(told))}."


def _together(views: Views, rng: Random, group: tuple[Sheet, ...]) -> Draft:
    counts = " + ".join(f"(SELECT count(*) FROM {q(s.name)})" for s in group)
    total = 0
    for sheet in group:
        total += len(meant(views, sheet))
    return draft(
        KIND,
        views,
        rng,
        TOGETHER,
        Reply("int", f"Count each image's {words.plural(words.row_noun(group[0]))} separately."),
        program=f"SELECT {counts}",
        answer=[str(total)],
        cells=_cells(group),
        named=(),
        story=_story(group),
        close="that makes {answer}.",
        fill=_fill(group),
    )


def _fill(group: tuple[Sheet, ...]) -> dict[str, str]:
    noun = words.row_noun(group[0])
    return {"noun": noun, "nouns": words.plural(noun), "images": words.images(s.image for s in group)}


def _more(views: Views, rng: Random, one: Sheet, other: Sheet) -> Draft:
    a, b = (one, other) if len(one.rows) > len(other.rows) else (other, one)
    return draft(
        KIND,
        views,
        rng,
        MORE,
        Reply("int"),
        program=f"SELECT (SELECT count(*) FROM {q(a.name)}) - (SELECT count(*) FROM {q(b.name)})",
        answer=[str(len(meant(views, a)) - len(meant(views, b)))],
        cells=_cells((a, b)),
        named=(),
        story=_story((a, b)),
        close="so the former has {answer} more.",
        first=len(TOGETHER),
        fill={**_fill((a, b)), "a": words.image(a.image), "b": words.image(b.image)},
    )


def _most(views: Views, rng: Random, group: tuple[Sheet, ...], up: bool) -> Draft:
    rows = union(f"SELECT {s.image} AS image, (SELECT count(*) FROM {q(s.name)}) AS n" for s in group)
    the, high, low = ("", "more", "fewer") if len(group) == 2 else ("the ", "most", "fewest")
    most = high if up else low
    best = group[0]
    for sheet in group[1:]:
        if (len(meant(views, sheet)) > len(meant(views, best))) == up:
            best = sheet
    return draft(
        KIND,
        views,
        rng,
        MOST,
        which_image(),
        program=f"WITH f AS ({rows}) SELECT 'image ' || image FROM f WHERE n = (SELECT {'max' if up else 'min'}(n) FROM f)",
        answer=[words.image(best.image)],
        cells=_cells(group),
        named=(),
        story=_story(group),
        close=f"{the}{most} are in {{answer}}.",
        first=len(TOGETHER) + len(MORE),
        fill={**_fill(group), "the": the, "most": most},
    )
