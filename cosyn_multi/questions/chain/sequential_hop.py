"""sequential_hop: the row that stands out in one image is looked up in another."""

from collections.abc import Iterator
from itertools import zip_longest
from random import Random

from cosyn_multi.model import AnswerType, Column, Draft, Sheet, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import Reply, date_form, draft, form_of, label_answer, label_sql, number, some
from cosyn_multi.questions.fields import joinable
from cosyn_multi.questions.sheets import (
    Cell,
    Row,
    apart,
    at,
    column_cells,
    exact_number,
    label_of,
    meant,
    measures,
    named_by,
    needless,
    only_here,
    own,
    whole,
)
from cosyn_multi.questions.sql import top_label

KIND = Kind(
    name="sequential_hop",
    group="chain",
    answer_types=("int", "float", "str", "date"),
    about="The row that stands out in one image is looked up in another.",
)

FIGURE = (
    "Find the {noun} with the {most} {lead} in {a}. What {asked_is} the {asked} of that {noun} in {b}?",
    "Look in {a} for the {noun} with the {most} {lead}. According to {b}, what {asked_is} the {asked} of this {noun}?",
    "Take the {noun} that has the {most} {lead} in {a}. What {asked} does {b} give for that {noun}?",
    "What {asked} does {b} give for the {noun} whose {lead} {lead_is} the {most} in {a}?",
    "In {a}, one {noun} has the {most} {lead}. Look up the same {noun} in {b}: what {asked_is} the {asked} there?",
    "Start from the {noun} with the {most} {lead} in {a}. What {asked_is} the {asked} of that {noun} according to {b}?",
)


SAYS = (
    "Find the {noun} with the {most} {lead} in {a}. What does {b} say under {header} for that {noun}?",
    "Take the {noun} that has the {most} {lead} in {a}. What stands under {header} for that {noun} in {b}?",
    "What does {b} give under {header} for the {noun} whose {lead} {lead_is} the {most} in {a}?",
    "In {a}, one {noun} has the {most} {lead}. Look up the same {noun} in {b}: what is entered under {header}?",
    "Start from the {noun} with the {most} {lead} in {a}. According to {b}, what belongs to that {noun} under {header}?",
)
PHRASINGS = (*FIGURE, *SAYS)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    yield from (d for pair in zip_longest(_figures(views, rng), _entries(views, rng)) for d in pair if d)


def _entries(views: Views, rng: Random) -> Iterator[Draft]:
    """What the other image says in words or dates."""
    paths = [(a, x, b, y) for a, b in joinable(views) for x in measures(a) for y in _says(b)]
    for a, lead, b, asked in some(rng, paths, 8):
        up = rng.random() < 0.7
        order = standing_out(views, a, lead, up)
        found = at(b, order[0].label, asked.name) if order else None
        alike = [c.value for c in column_cells(b, asked.name)]
        if found and only_here(views, found) and alike.count(found.value) <= len(alike) / 2:
            yield _entry(views, rng, order, found, up)


def _says(sheet: Sheet) -> list[Column]:
    """Columns of texts and dates that no other column names the rows by."""
    label = label_of(sheet)
    return [c for c in sheet.columns if c.kind in ("category", "text", "date") and c != label]


def _figures(views: Views, rng: Random) -> Iterator[Draft]:
    paths = [(a, x, b, y) for a, b in joinable(views) for x in measures(a) for y in measures(b)]
    for a, lead, b, asked in some(rng, paths, 16):
        first = rng.random() < 0.7
        for up in (first, not first):
            order = standing_out(views, a, lead, up)
            found = at(b, order[0].label, asked.name) if order else None
            if found and only_here(views, found) and not needless(order[0], found, up):
                yield _draft(views, rng, order, found, up)
                break


def standing_out(views: Views, sheet: Sheet, lead: Column, up: bool) -> list[Cell]:
    """A column's cells from the outstanding one on; none if it doesn't stand out, or not all were read."""
    order = sorted(column_cells(sheet, lead.name), key=lambda c: c.number, reverse=up)
    readable = len(order) > 2 and whole(views, sheet, lead.name) and own(views, lead.name, sheet)
    clear = readable and apart(order[0], order[1])
    return order if clear else []


def _draft(views: Views, rng: Random, order: list[Cell], found: Cell, up: bool) -> Draft:
    top, most = order[0], words.extreme(order[0].column, up)
    reply = number(rng, found.column, found.tolerance)
    return draft(
        KIND,
        views,
        rng,
        FIGURE,
        reply,
        program=(
            f"SELECT {reply.sql(q(found.column.name))} FROM {q(found.sheet.name)} "
            f"WHERE {q(named_by(found.sheet).name)} = ({top_label(top, up)})"
        ),
        answer=[reply.text(exact_number(_follow(meant(views, top.sheet), meant(views, found.sheet), top, found, up)))],
        cells=[*order, found],
        named=(),
        story=(
            f"In {words.image(top.image)} the {most} {words.being(top.sheet, top.column)} "
            f"{words.value(views, top)}, for {words.row(views, top)}. {words.sentence(words.says(views, found))}."
        ),
        close="so the answer is {answer}.",
        fill={
            "noun": words.row_noun(top.sheet),
            "most": most,
            "lead": words.measure(top.sheet, top.column),
            "asked": words.measure(found.sheet, found.column, found),
            "a": words.image(top.image),
            "b": words.image(found.image),
        },
    )


def _entry(views: Views, rng: Random, order: list[Cell], found: Cell, up: bool) -> Draft:
    top, most, column = order[0], words.extreme(order[0].column, up), found.column
    dated = column.kind == "date"
    kind: AnswerType = "str" if not dated else "int" if form_of(column) == "year" else "date"
    there = _follow(meant(views, top.sheet), meant(views, found.sheet), top, found, up)
    return draft(
        KIND,
        views,
        rng,
        SAYS,
        Reply(kind, f"Write it {date_form(column)}." if dated else ""),
        program=(
            f"SELECT {label_sql(column)} FROM {q(found.sheet.name)} "
            f"WHERE {q(named_by(found.sheet).name)} = ({top_label(top, up)})"
        ),
        answer=[label_answer(column, there)],
        cells=[*order, found],
        named=(),
        story=(
            f"In {words.image(top.image)} the {most} {words.being(top.sheet, top.column)} "
            f"{words.value(views, top)}, for {words.row(views, top)}."
        ),
        close=f"for this, {words.image(found.image)} gives {{answer}} under {words.quoted(column.header)}.",
        first=len(FIGURE),
        fill={
            "noun": words.row_noun(top.sheet),
            "most": most,
            "lead": words.measure(top.sheet, top.column),
            "header": words.quoted(column.header),
            "a": words.image(top.image),
            "b": words.image(found.image),
        },
    )


def _follow(a: list[Row], b: list[Row], top: Cell, found: Cell, up: bool) -> Value:
    """The witness: walks image a for the outstanding row, then image b for its name."""
    lead, name, key = top.column.name, named_by(top.sheet).name, named_by(found.sheet).name
    best = a[0]
    for row in a[1:]:
        if (exact_number(row[lead]) > exact_number(best[lead])) == up:
            best = row
    for row in b:
        if row[key] == best[name]:
            return row[found.column.name]
    raise LookupError(f"{best[name]} is not in image {found.image}")
