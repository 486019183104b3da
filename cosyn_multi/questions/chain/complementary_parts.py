"""complementary_parts: what one image classifies, another one measures."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from cosyn_multi.model import Column, Draft, Sheet, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, literal, q
from cosyn_multi.questions.drafting import Reply, draft, number, some
from cosyn_multi.questions.fields import joinable
from cosyn_multi.questions.sheets import (
    Cell,
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
    answer_types=("int", "float"),
    about="One image classifies rows, another one measures them: the sum, mean or count of a class.",
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
PHRASINGS = (*SUM, *COUNT)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    found = [(a, b, c, v) for a, b in joinable(views) for c in _classes(a, b) for v in _values(a, b, c)]
    for a, b, column, value in some(rng, found, 5):
        summable = [m for m in measures(b) if m.additive and m.kind != "percent" and _own(views, b, m)]
        if summable and rng.random() < 0.7:
            yield _sum(views, rng, a, b, column, value, rng.choice(summable))
        else:
            yield _count(views, rng, a, b, column, value)


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
    return len(cells) == len(sheet.rows) and all(c.exact and only_here(views, c) for c in cells)


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
    reply = number(rng, measure)
    total = Decimal(0)
    for row in _members(views, a, b, column, value):
        total += exact_number(row[measure.name])
    cells = _evidence(a, column, value, b, measure.name)
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
        fill={**_fill(a, b, column, value), "measure": words.measure(b, measure)},
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
