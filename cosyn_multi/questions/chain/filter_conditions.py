"""filter_conditions: rows that meet one condition in one image and another in a second."""

from collections.abc import Iterator
from random import Random

from cosyn_multi.model import Column, Draft, Sheet, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import Reply, draft, label, label_answer, label_sql, several, some
from cosyn_multi.questions.fields import joinable, threshold
from cosyn_multi.questions.links import Condition
from cosyn_multi.questions.sheets import Cell, at, exact_number, meant, measures, named_by, only_here, shared_labels

KIND = Kind(
    name="filter_conditions",
    group="chain",
    answer_types=("str", "list", "int", "date"),
    about="Rows that meet one condition in one image and another in a second.",
)

WHICH = (
    "Which {noun} has {a_first} {than} {limit} in {a} and also {a_second} {than2} {limit2} in {b}?",
    "One {noun} meets both conditions: the {first} in {a} {first_is} {than} {limit}, and the {second} in {b} {second_is} {than2} {limit2}. Which {noun}?",
    "Look for the {noun} whose {first} {first_is} {than} {limit} in {a} and whose {second} {second_is} {than2} {limit2} in {b}. Which one?",
    "Name the only {noun} with {a_first} {than} {limit} in {a} and {a_second} {than2} {limit2} in {b}.",
    "Of the {nouns} with {a_first} {than} {limit} in {a}, which one has {a_second} {than2} {limit2} in {b}?",
)
WHICH_ALL = (
    "Which {nouns} have {a_first} {than} {limit} in {a} and also {a_second} {than2} {limit2} in {b}?",
    "Find all {nouns} whose {first} in {a} {first_is} {than} {limit} and whose {second} in {b} {second_is} {than2} {limit2}.",
    "Name every {noun} with {a_first} {than} {limit} in {a} and {a_second} {than2} {limit2} in {b}.",
    "Of the {nouns} with {a_first} {than} {limit} in {a}, which have {a_second} {than2} {limit2} in {b}?",
    "Two conditions: {a_first} {than} {limit} in {a}, and {a_second} {than2} {limit2} in {b}. Which {nouns} meet both?",
)
HOW_MANY = (
    "How many {nouns} have {a_first} {than} {limit} in {a} and also {a_second} {than2} {limit2} in {b}?",
    "Count the {nouns} whose {first} in {a} {first_is} {than} {limit} and whose {second} in {b} {second_is} {than2} {limit2}.",
    "Of the {nouns} with {a_first} {than} {limit} in {a}, how many have {a_second} {than2} {limit2} in {b}?",
    "For how many {nouns} does {a} give {a_first} {than} {limit} while {b} gives {a_second} {than2} {limit2}?",
    "How many {nouns} meet both conditions: {a_first} {than} {limit} in {a}, {a_second} {than2} {limit2} in {b}?",
)
MOST_NAMED = 6
"""So many rows are listed at most; more are counted."""
PHRASINGS = (*WHICH, *WHICH_ALL, *HOW_MANY)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    long = [(a, b) for a, b in joinable(views) if len(shared_labels(a, b)) >= 3]
    paths = [(a, x, b, y) for a, b in long for x in measures(a) for y in measures(b)]
    for path in some(rng, paths, 16):
        yield from _filtered(views, rng, *path)


def _filtered(views: Views, rng: Random, a: Sheet, first: Column, b: Sheet, second: Column) -> Iterator[Draft]:
    pairs = [(x, y) for v in shared_labels(a, b) if (x := at(a, v, first.name)) and (y := at(b, v, second.name))]
    limits = threshold(rng, [x for x, _ in pairs]), threshold(rng, [y for _, y in pairs])
    own = all(only_here(views, c) for p in pairs for c in p)
    if limits[0] is None or limits[1] is None or not own or len(pairs) < len(shared_labels(a, b)):
        return
    one = Condition(a, first, limits[0], rng.random() < 0.5)
    two = Condition(b, second, limits[1], rng.random() < 0.5)
    held = _both(views, one, two)
    alone = sum(one.holds(x.number) for x, _ in pairs), sum(two.holds(y.number) for _, y in pairs)
    if 0 < len(held) < min(alone):  # either condition alone must not do
        yield _draft(views, rng, one, two, pairs, held)


def _both(views: Views, one: Condition, two: Condition) -> list[Value]:
    """The witness: row by row of the first image, the row of that name in the second."""
    found: list[Value] = []
    for row in meant(views, one.sheet):
        name = row[named_by(one.sheet).name]
        for other in meant(views, two.sheet):
            same = other[named_by(two.sheet).name] == name
            if same and one.holds(exact_number(row[one.column.name])):
                found += [name] if two.holds(exact_number(other[two.column.name])) else []
    return found


def _draft(
    views: Views, rng: Random, one: Condition, two: Condition, pairs: list[tuple[Cell, Cell]], held: list[Value]
) -> Draft:
    name, key = named_by(one.sheet), named_by(two.sheet)
    count = rng.random() < 0.3 or len(held) > MOST_NAMED
    reply = Reply("int") if count else label(rng, one.sheet)
    if not count and len(held) > 1:
        reply = several(rng, reply, words.row_noun(one.sheet))
    texts, first = (HOW_MANY, 10) if count else (WHICH, 0) if len(held) == 1 else (WHICH_ALL, 5)
    shown = "count(*)" if count else label_sql(name)
    return draft(
        KIND,
        views,
        rng,
        texts,
        reply,
        program=(
            f"SELECT {shown} FROM {q(one.sheet.name)} WHERE {one.sql} AND {q(name.name)} IN "
            f"(SELECT {q(key.name)} FROM {q(two.sheet.name)} WHERE {two.sql})"
        ),
        answer=[str(len(held))] if count else [label_answer(name, v) for v in held],
        cells=[c for p in pairs for c in p],
        named=(),
        story=_story(views, one, two, pairs),
        close="both conditions together leave {answer}.",
        first=first,
        fill=_fill(one, two),
    )


def _story(views: Views, one: Condition, two: Condition, pairs: list[tuple[Cell, Cell]]) -> str:
    met = [x for x, _ in pairs if one.holds(x.number)]
    then = [y for x, y in pairs if one.holds(x.number)]
    told = words.listing(f"{words.row(views, c)} ({words.value(views, c)})" for c in met)
    rest = words.listing(f"{words.value(views, c)} for {words.row(views, c)}" for c in then)
    return (
        f"In {words.image(one.sheet.image)} the first condition holds for {told}. For these, "
        f"{words.image(two.sheet.image)} gives {words.columns_noun(two.sheet, two.column)} as {rest}."
    )


def _fill(one: Condition, two: Condition) -> dict[str, str]:
    first, second = words.measure(one.sheet, one.column), words.measure(two.sheet, two.column)
    return {
        "noun": words.row_noun(one.sheet),
        "nouns": words.plural(words.row_noun(one.sheet)),
        "first": first,
        "a_first": words.article(first),
        "second": second,
        "a_second": words.article(second),
        "than": one.than,
        "than2": two.than,
        "limit": one.limit_text,
        "limit2": two.limit_text,
        "a": words.image(one.sheet.image),
        "b": words.image(two.sheet.image),
    }
