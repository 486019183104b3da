"""set_operation: what two images have in common, or what only one of them has."""

from collections.abc import Iterator
from itertools import permutations
from random import Random

from cosyn_multi.model import Column, Draft, Sheet, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import Reply, draft, label, label_answer, label_sql, several, some
from cosyn_multi.questions.fields import siblings
from cosyn_multi.questions.links import Link, joined, links
from cosyn_multi.questions.sheets import (
    Cell,
    apart,
    grids,
    label_of,
    labels,
    meant,
    named_by,
    row_of,
    shared_labels,
    whole,
)

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
    "Of all that {a} lists, which {noun} {is} not to be found in {b}?",
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
TOP = (
    "Which {noun} {is} among the {top} with the {most} {lead} in {a} and also among the {top} with the {most2} {asked} in {b}?",
    "Take the {top} {nouns} with the {most} {lead} in {a}, and the {top} with the {most2} {asked} in {b}. Which {noun} {is} in both groups?",
    "Of the {top} {nouns} with the {most} {lead} in {a}, which {is} also among the {top} with the {most2} {asked} in {b}?",
    "Lay two groups over each other: the {top} {nouns} with the {most} {lead} in {a} and the {top} with the {most2} {asked} in {b}. Which {noun} {is} in both?",
    "Which {noun} {is} in the {top} with the {most} {lead} according to {a} as well as in the {top} with the {most2} {asked} according to {b}?",
)
RANKS = 3
"""Size of the groups that are laid over each other."""
PHRASINGS = (*ONLY, *BOTH, *DISTINCT, *TOP)


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
    for link in some(rng, [k for k in links(views) if len(k.pairs) >= 2 * RANKS], 6):
        yield from _top(views, rng, link)
    for group in siblings(views):
        if all(whole(views, s) for s in group) and _overlapping(group):
            yield _distinct(views, rng, group)


def _overlapping(group: tuple[Sheet, ...]) -> bool:
    """Whether some row recurs and some doesn't: else the count of one image, or the sum of all, is the answer."""
    seen = [v for s in group for v in labels(s)]
    different = set(seen)
    return max(len(s.rows) for s in group) < len(different) < len(seen)


def _top(views: Views, rng: Random, link: Link) -> Iterator[Draft]:
    up, up2 = rng.random() < 0.7, rng.random() < 0.7
    orders = [
        sorted(side, key=lambda c: c.number, reverse=high)
        for side, high in zip(zip(*link.pairs, strict=True), (up, up2), strict=True)
    ]
    if not all(apart(o[RANKS - 1], o[RANKS]) for o in orders):
        return
    rows = joined(views, link)
    first = [r[0] for r in sorted(rows, key=lambda r: r[1], reverse=up)[:RANKS]]
    second = [r[0] for r in sorted(rows, key=lambda r: r[2], reverse=up2)[:RANKS]]
    found = [v for v in first if v in second]
    if not 0 < len(found) < RANKS:
        return
    one, name = len(found) == 1, named_by(link.a)
    reply = label(rng, link.a) if one else several(rng, label(rng, link.a), words.row_noun(link.a))
    inside = [_ahead(s, c, high) for s, c, high in ((link.a, link.lead, up), (link.b, link.asked, up2))]
    told = [words.listing(f"{words.row(views, c)} ({words.value(views, c)})" for c in o[:RANKS]) for o in orders]
    yield draft(
        KIND,
        views,
        rng,
        TOP,
        reply,
        program=(
            f"SELECT {label_sql(name)} FROM {q(link.a.name)} WHERE {q(name.name)} IN ({inside[0]}) "
            f"AND {q(name.name)} IN ({inside[1]})"
        ),
        answer=[label_answer(name, v) for v in found],
        cells=link.cells,
        named=(),
        story=(
            f"In {words.image(link.a.image)} these are {told[0]}; in {words.image(link.b.image)} they are {told[1]}."
        ),
        close="both groups hold {answer}.",
        first=len(PHRASINGS) - len(TOP),
        fill={
            **link.fill(),
            "noun": words.row_noun(link.a) if one else words.plural(words.row_noun(link.a)),
            "is": "is" if one else "are",
            "top": "three",
            "most": words.extreme(link.lead, up),
            "most2": words.extreme(link.asked, up2),
        },
    )


def _ahead(sheet: Sheet, column: Column, up: bool) -> str:
    """The names of the rows that fewer than RANKS others beat."""
    x, table, name = q(column.name), q(sheet.name), q(named_by(sheet).name)
    beaten = f"(SELECT count(*) FROM {table} z WHERE z.{x} {'>' if up else '<'} y.{x} AND z.{name} <> y.{name})"
    return f"SELECT y.{name} FROM {table} y WHERE {beaten} < {RANKS}"


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
