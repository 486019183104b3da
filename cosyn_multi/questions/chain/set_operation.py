"""set_operation: what two images have in common, or what only one of them has."""

from collections.abc import Iterator
from itertools import permutations
from random import Random

from cosyn_multi.model import Draft, Sheet, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import Reply, draft, label, label_answer, label_sql, several, some
from cosyn_multi.questions.fields import siblings
from cosyn_multi.questions.sheets import Cell, grids, label_of, labels, meant, named_by, row_of, shared_labels, whole

KIND = Kind(
    name="set_operation",
    group="chain",
    answer_types=("list", "str", "int", "date"),
    about="What two or more images have in common, or what only one of them has.",
)

ONLY = (
    "Which {noun} {is} in {a} but not in {b}?",
    "Name the {noun} that {a} has and {b} doesn't.",
    "Which {noun} of {a} {is} missing from {b}?",
    "Compare {a} with {b}: which {noun} {is} found in {a} only?",
    "Going from {a} to {b}, which {noun} {is} no longer there?",
)
BOTH = (
    "Which {noun} {is} in both {a} and {b}?",
    "Name the {noun} that {a} and {b} have in common.",
    "Which {noun} {is} found in {a} as well as in {b}?",
    "Compare {a} with {b}: which {noun} {is} in both of them?",
    "Which {noun} of {a} {is} in {b} too?",
)
DISTINCT = (
    "How many different {nouns} are there in {images} altogether? Count {noun_with} that occurs in several images once.",
    "Counting each {noun} only once, how many different {nouns} do {images} contain?",
    "How many distinct {nouns} appear across {images}?",
    "Put the {nouns} of {images} into one list without repeats. How many does it hold?",
    "If every {noun} is counted once, however often it occurs, how many {nouns} do {images} name?",
)
PHRASINGS = (*ONLY, *BOTH, *DISTINCT)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    pairs = [
        (a, b)
        for a, b in permutations(grids(views), 2)
        if a.image != b.image and label_of(a) == label_of(b) and whole(views, a) and whole(views, b)
    ]
    for a, b in some(rng, [p for p in pairs if shared_labels(*p)], 5):
        only = [v for v in labels(a) if row_of(b, v) is None]
        shared = shared_labels(a, b)
        if 0 < len(only) <= 6:
            yield _draft(views, rng, a, b, True)
        if 0 < len(shared) <= 6 and len(only) > 1 and rng.random() < 0.6:
            yield _draft(views, rng, a, b, False)
    for group in siblings(views):
        if all(whole(views, s) for s in group) and len({labels(s) for s in group}) > 1:
            yield _distinct(views, rng, group)


def _draft(views: Views, rng: Random, a: Sheet, b: Sheet, only: bool) -> Draft:
    name, noun = named_by(a), words.row_noun(a)
    found = _found(views, a, b, only)
    one = len(found) == 1
    reply = label(rng, a) if one else several(rng, label(rng, a), noun)
    column, test = q(name.name), "NOT IN" if only else "IN"
    return draft(
        KIND,
        views,
        rng,
        ONLY if only else BOTH,
        reply,
        program=(f"SELECT {label_sql(name)} FROM {q(a.name)} WHERE {column} {test} (SELECT {column} FROM {q(b.name)})"),
        answer=[label_answer(name, v) for v in found],
        cells=_names(a, b),
        named=(),
        story=_story(views, a, b),
        close=f"so {'only ' + words.image(a.image) + ' has' if only else 'both have'} {{answer}}.",
        first=0 if only else len(ONLY),
        fill={
            "noun": noun if one else words.plural(noun),
            "is": "is" if one else "are",
            "a": words.image(a.image),
            "b": words.image(b.image),
        },
    )


def _found(views: Views, a: Sheet, b: Sheet, only: bool) -> list[Value]:
    """The witness: each row name of a, held against every row of b."""
    name = named_by(a).name
    others = [row[name] for row in meant(views, b)]
    return [row[name] for row in meant(views, a) if all(row[name] != o for o in others) == only]


def _names(*sheets: Sheet) -> list[Cell]:
    return [Cell(s, i, named_by(s)) for s in sheets for i in range(len(s.rows))]


def _story(views: Views, *sheets: Sheet) -> str:
    told = [
        f"{words.image(s.image)} has {words.listing(words.label_text(views, s, v) for v in labels(s))}" for s in sheets
    ]
    return f"{words.sentence('; '.join(told))}."


def _distinct(views: Views, rng: Random, group: tuple[Sheet, ...]) -> Draft:
    name, noun = named_by(group[0]).name, words.row_noun(group[0])
    rows = " UNION ".join(f"SELECT {q(name)} AS name FROM {q(s.name)}" for s in group)
    seen: list[Value] = []
    for sheet in group:
        seen += [row[name] for row in meant(views, sheet) if row[name] not in seen]
    return draft(
        KIND,
        views,
        rng,
        DISTINCT,
        Reply("int"),
        program=f"SELECT count(*) FROM ({rows})",
        answer=[str(len(seen))],
        cells=_names(*group),
        named=(),
        story=_story(views, *group),
        close="counted once each, these are {answer}.",
        first=len(ONLY) + len(BOTH),
        fill={"noun": noun, "nouns": words.plural(noun), "images": words.images(s.image for s in group)},
    )
