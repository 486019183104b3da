"""complementary_parts: what one image classifies, another one measures."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import zip_longest
from random import Random

from cosyn_multi.model import Column, Draft, Sheet, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, literal, q
from cosyn_multi.questions.chain.naming_parts import FIGURE, WHO, propose_named
from cosyn_multi.questions.drafting import Reply, draft, label, label_answer, label_sql, number, some
from cosyn_multi.questions.fields import joinable
from cosyn_multi.questions.sheets import (
    Cell,
    apart,
    at,
    column_cells,
    exact_number,
    label_of,
    labels,
    meant,
    measures,
    named_by,
    only_here,
    shared_labels,
)

KIND = Kind(
    name="complementary_parts",
    group="chain",
    answer_types=("int", "float", "str"),
    about="One image classifies or names rows, another one measures them: the sum or count of a class, the figure of a name.",
)

SUM = (
    "In {a}, find the {nouns} for which {class_} says {value}. What is the sum of their {measure} in {b}?",
    "{a} has an entry under {class_} for each {noun}. Add up the {measure} in {b} of those with {value}. What is the sum?",
    "Take the {nouns} for which {a} says {value} under {class_}. What do they add up to in {b}, by {measure}?",
    "Take the {nouns} for which {class_} in {a} says {value}. What {measure_is} their {measure} in {b} altogether?",
    "Use {a} to find the {nouns} with {value} under {class_}, and {b} for their {measure}. What is the sum?",
)
COUNT = (
    "For how many of the {nouns} in {b} does {a} say {value} under {class_}?",
    "Going by {class_} in {a}, how many {nouns} in {b} have {value}?",
    "{a} has an entry under {class_} for each {noun}. How many {nouns} in {b} have {value} there?",
    "Count the {nouns} in {b} for which {class_} in {a} says {value}.",
    "Look up {class_} in {a}: for how many of the {nouns} that {b} contains does it say {value}?",
)
BEST = (
    "Among the {nouns} for which {class_} in {a} says {value}, which one has the {most} {measure} in {b}?",
    "Take the {nouns} with {value} under {class_} in {a}. Which of them has the {most} {measure} in {b}?",
    "Only the {nouns} for which {a} says {value} under {class_} count. Which of these shows the {most} {measure} in {b}?",
    "Which of the {nouns} with {value} under {class_} in {a} has the {most} {measure} in {b}?",
    "{a} puts {value} under {class_} for some {nouns}. Which of them comes out with the {most} {measure} in {b}?",
)
PHRASINGS = (*SUM, *COUNT, *FIGURE, *WHO, *BEST)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    named = propose_named(KIND, len(SUM) + len(COUNT), views, rng)
    yield from (d for pair in zip_longest(_of_classes(views, rng), named) for d in pair if d)


def _of_classes(views: Views, rng: Random) -> Iterator[Draft]:
    found = [(a, b, c, v) for a, b in joinable(views) for c in _classes(a, b) for v in _values(a, b, c)]
    for a, b, column, value in some(rng, found, 6):
        figures = [m for m in measures(b) if _own(views, b, m)]
        summable = [m for m in figures if m.additive and m.kind != "percent"]
        if summable and rng.random() < 0.5:
            yield _sum(views, rng, a, b, column, value, rng.choice(summable))
        elif figures and rng.random() < 0.7:
            yield from _best(views, rng, a, b, column, value, rng.choice(figures))
        elif any(c.value == value and c.label not in labels(b) for c in column_cells(a, column.name)):
            yield _count(views, rng, a, b, column, value)  # else one image alone would do


def _classes(a: Sheet, b: Sheet) -> list[Column]:
    """Text columns of a, beside its row names, that b doesn't have."""
    there = {c.name for c in b.columns}
    return [c for c in a.columns if c.kind in ("category", "text") and c != label_of(a) and c.name not in there]


def _values(a: Sheet, b: Sheet, column: Column) -> list[Value]:
    """Classes with two or more rows that b has too, but not all of its rows; b may have no row that a lacks."""
    if len(shared_labels(b, a)) < len(labels(b)):
        return []
    classes = [c.value for c in column_cells(a, column.name) if c.label in labels(b)]
    return [v for v in dict.fromkeys(classes) if 2 <= classes.count(v) < len(labels(b))]


def _own(views: Views, sheet: Sheet, column: Column) -> bool:
    cells = column_cells(sheet, column.name)
    return len(cells) == len(sheet.rows) and all(only_here(views, c) for c in cells)


def _members(views: Views, a: Sheet, b: Sheet, column: Column, value: Value) -> list[dict[str, Value]]:
    """The witness: rows of b whose name a puts into the class."""
    found = []
    for row in meant(views, a):
        if row[column.name] == value:
            found += [other for other in meant(views, b) if other[named_by(b).name] == row[named_by(a).name]]
    return found


def _where(a: Sheet, b: Sheet, column: Column, value: Value) -> str:
    names = f"SELECT {q(named_by(a).name)} FROM {q(a.name)} WHERE {q(column.name)} = {literal(value)}"
    return f"FROM {q(b.name)} WHERE {q(named_by(b).name)} IN ({names})"


def _evidence(a: Sheet, column: Column, value: Value, b: Sheet, measure: str) -> list[Cell]:
    inside = [c for c in column_cells(a, column.name) if c.label in labels(b)]
    found = [cell for c in inside if c.value == value and (cell := at(b, c.label, measure))]
    return [*inside, *found]


def _fill(a: Sheet, b: Sheet, column: Column, value: Value) -> dict[str, str]:
    return {
        "noun": words.row_noun(b),
        "nouns": words.plural(words.row_noun(b)),
        "class_": words.quoted(column.label),
        "value": words.quoted(str(value)),
        "a": words.image(a.image),
        "b": words.image(b.image),
    }


def _classed(views: Views, a: Sheet, b: Sheet, column: Column, value: Value) -> str:
    inside = [c for c in column_cells(a, column.name) if c.value == value and c.label in labels(b)]
    rows = words.listing(words.row(views, c) for c in inside)
    return f"In {words.image(a.image)}, {words.quoted(column.label)} says {words.quoted(str(value))} for {rows}."


def _sum(views: Views, rng: Random, a: Sheet, b: Sheet, column: Column, value: Value, measure: Column) -> Draft:
    total = Decimal(0)
    for row in _members(views, a, b, column, value):
        total += exact_number(row[measure.name])
    cells = _evidence(a, column, value, b, measure.name)
    reply = number(rng, measure, sum((c.tolerance for c in cells if c.image == b.image), Decimal(0)))
    said = words.walk(views, [c for c in cells if c.image == b.image], "together this makes {answer}.")
    return draft(
        KIND,
        views,
        rng,
        SUM,
        reply,
        program=f"SELECT {reply.sql(f'sum({q(measure.name)})')} {_where(a, b, column, value)}",
        answer=[reply.text(total)],
        cells=cells,
        named=(),
        story=_classed(views, a, b, column, value),
        close=said,
        fill={
            **_fill(a, b, column, value),
            "measure": words.measure(b, measure, *(c for c in cells if c.image == b.image)),
        },
    )


def _best(
    views: Views, rng: Random, a: Sheet, b: Sheet, column: Column, value: Value, measure: Column
) -> Iterator[Draft]:
    up, inside = rng.random() < 0.7, [c.label for c in column_cells(a, column.name) if c.value == value]
    cells = column_cells(b, measure.name)
    order = sorted((c for c in cells if c.label in inside), key=lambda c: c.number, reverse=up)
    best_of_all = sorted(cells, key=lambda c: c.number, reverse=up)[0]
    if len(order) < 2 or not apart(order[0], order[1]) or best_of_all == order[0]:
        return  # ask where the class matters
    members = _members(views, a, b, column, value)
    found = members[0]
    for row in members[1:]:
        if (exact_number(row[measure.name]) > exact_number(found[measure.name])) == up:
            found = row
    name = named_by(b)
    inner = f"SELECT {label_sql(name)} AS name, {q(measure.name)} AS x {_where(a, b, column, value)}"
    yield draft(
        KIND,
        views,
        rng,
        BEST,
        label(rng, b),
        program=f"WITH f AS ({inner}) SELECT name FROM f WHERE x = (SELECT {'max' if up else 'min'}(x) FROM f)",
        answer=[label_answer(name, found[name.name])],
        cells=_evidence(a, column, value, b, measure.name),
        named=(),
        story=_classed(views, a, b, column, value),
        close=words.walk(views, order, f"the {words.extreme(measure, up)} of these is that of {{answer}}."),
        first=len(PHRASINGS) - len(BEST),
        fill={**_fill(a, b, column, value), "measure": words.measure(b, measure), "most": words.extreme(measure, up)},
    )


def _count(views: Views, rng: Random, a: Sheet, b: Sheet, column: Column, value: Value) -> Draft:
    return draft(
        KIND,
        views,
        rng,
        COUNT,
        Reply("int"),
        program=f"SELECT count(*) {_where(a, b, column, value)}",
        answer=[str(len(_members(views, a, b, column, value)))],
        cells=_evidence(a, column, value, b, named_by(b).name),
        named=(),
        story=_classed(views, a, b, column, value),
        close=f"of these {words.image(b.image)} has {{answer}}.",
        first=len(SUM),
        fill=_fill(a, b, column, value),
    )
