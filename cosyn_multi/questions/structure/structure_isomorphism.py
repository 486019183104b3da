"""structure_isomorphism: which images have exactly the same rows, under other numbers."""

from collections.abc import Iterator
from itertools import combinations
from random import Random

from cosyn_multi.model import Draft, Sheet, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import draft, several, some, which_image
from cosyn_multi.questions.sheets import Cell, grids, label_of, labels, meant, measures, named_by, shared_labels, whole
from cosyn_multi.questions.sql import union

KIND = Kind(
    name="structure_isomorphism",
    group="structure",
    answer_types=("image", "list"),
    min_images=3,
    about="Which images have exactly the same rows, under other numbers.",
)

LIKE = (
    "Which of {others} has exactly the same {nouns} as {a}, whatever the figures are?",
    "Leave the figures aside. Which of {others} lists the very same {nouns} as {a}, no more and no fewer?",
    "{a} has a twin among {others} that holds exactly the same {nouns}. Which image is it?",
    "Compare the {nouns} of {a} with those of {others}. In which image are they all the same?",
    "Which of {others} names the very same {nouns} as {a}, under other figures?",
)
PAIR = (
    "Which two of {images} have exactly the same {nouns}, whatever the figures are?",
    "Two of {images} list the very same {nouns}, no more and no fewer. Which two?",
    "Leave the figures aside and compare the {nouns}: which two of {images} name the very same ones?",
    "Between which two of {images} is there no {noun} that only one of them has?",
    "Compare which {nouns} {images} have. In which two are they all the same?",
)
PHRASINGS = (*LIKE, *PAIR)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    chosen = [c for g in _groups(views) for n in range(len(g), 2, -1) for c in combinations(g, n)]
    told = [(c, same[0]) for c in chosen if len(same := [p for p in combinations(c, 2) if _alike(*p)]) == 1]
    for group, (a, b) in some(rng, told, 3):
        yield _pair(views, rng, group, a, b)
        one = rng.choice((a, b))
        yield _like(views, rng, one, [s for s in group if s is not one])


def _groups(views: Views) -> list[tuple[Sheet, ...]]:
    """Three or more grids of one kind of rows, all read, one per image; each shares a row with another."""
    groups: dict[tuple[str, str], list[Sheet]] = {}
    for sheet in grids(views):
        label = label_of(sheet)
        if label and measures(sheet) and whole(views, sheet):
            groups.setdefault((sheet.row_noun, label.name), []).append(sheet)
    one_each = [tuple(g) for g in groups.values() if len({s.image for s in g}) == len(g) >= 3]
    return [g for g in one_each if all(any(o is not s and shared_labels(s, o) for o in g) for s in g)]


def _alike(a: Sheet, b: Sheet) -> bool:
    return set(labels(a)) == set(labels(b)) and len(a.rows) >= 3


def _same_sql(a: Sheet, b: Sheet) -> str:
    """Whether two sheets name the same rows."""
    one, other = (f"SELECT {q(named_by(s).name)} FROM {q(s.name)}" for s in (a, b))
    return f"NOT EXISTS ({one} EXCEPT {other}) AND NOT EXISTS ({other} EXCEPT {one})"


def _cells(sheets: list[Sheet]) -> list[Cell]:
    return [Cell(s, i, named_by(s)) for s in sheets for i in range(len(s.rows))]


def _story(views: Views, sheets: list[Sheet]) -> str:
    told = [
        f"{words.image(s.image)} has {words.listing(words.label_text(views, s, v) for v in labels(s))}" for s in sheets
    ]
    return f"{words.sentence('; '.join(told))}."


def _meant_alike(views: Views, a: Sheet, b: Sheet) -> bool:
    """The witness: sorted row names, held against each other."""
    names = [sorted(str(row[named_by(s).name]) for row in meant(views, s)) for s in (a, b)]
    return names[0] == names[1]


def _like(views: Views, rng: Random, one: Sheet, others: list[Sheet]) -> Draft:
    rows = union(f"SELECT 'image {s.image}' AS name WHERE {_same_sql(one, s)}" for s in others)
    sheets = [one, *others]
    return draft(
        KIND,
        views,
        rng,
        LIKE,
        which_image(),
        program=f"SELECT name FROM ({rows})",
        answer=[words.image(s.image) for s in others if _meant_alike(views, one, s)],
        cells=_cells(sheets),
        images=sorted(s.image for s in sheets),
        named=(),
        story=_story(views, sheets),
        close="the same as in the first are those of {answer}.",
        fill={
            "a": words.image(one.image),
            "others": words.images(s.image for s in others),
            "nouns": words.plural(words.row_noun(one)),
        },
    )


def _pair(views: Views, rng: Random, group: tuple[Sheet, ...], one: Sheet, other: Sheet) -> Draft:
    pairs = list(combinations(group, 2))
    rows = union(f"SELECT {a.image} AS i, {b.image} AS j WHERE {_same_sql(a, b)}" for a, b in pairs)
    found = next(p for p in pairs if _meant_alike(views, *p))
    return draft(
        KIND,
        views,
        rng,
        PAIR,
        several(rng, which_image(), "image"),
        program=(
            f"WITH p AS ({rows}) SELECT 'image ' || i AS name FROM p UNION ALL SELECT 'image ' || j FROM p ORDER BY name"
        ),
        answer=[words.image(s.image) for s in found],
        cells=_cells(list(group)),
        images=sorted(s.image for s in group),
        named=(),
        story=_story(views, list(group)),
        close="the two with the same are {answer}.",
        first=len(LIKE),
        fill={
            "images": words.images(sorted(s.image for s in group)),
            "noun": words.row_noun(one),
            "nouns": words.plural(words.row_noun(one)),
        },
    )
