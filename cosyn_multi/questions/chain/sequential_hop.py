"""sequential_hop: the row that stands out in one image is looked up in another."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from cosyn_multi.model import Column, Draft, Sheet, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import draft, number, some
from cosyn_multi.questions.fields import joinable
from cosyn_multi.questions.sheets import (
    Cell,
    Row,
    apart,
    at,
    column_cells,
    exact_number,
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
    answer_types=("int", "float"),
    about="The row that stands out in one image is looked up in another.",
)

PHRASINGS = (
    "Find the {noun} with the {most} {lead} in {a}. What {asked_is} its {asked} in {b}?",
    "Which {noun} has the {most} {lead} in {a}, and what {asked} does {b} give for it?",
    "Take the {noun} that has the {most} {lead} in {a}. What {asked} does {b} give for it?",
    "What {asked} does {b} give for the {noun} whose {lead} {lead_is} the {most} in {a}?",
    "In {a}, one {noun} has the {most} {lead}. Look up the same {noun} in {b}: what {asked_is} its {asked}?",
    "Start from the {noun} with the {most} {lead} in {a}. What {asked_is} the {asked} of that {noun} according to {b}?",
)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    for a, b in some(rng, [(a, b) for a, b in joinable(views) if measures(a) and measures(b)], 8):
        up = rng.random() < 0.7
        order = standing_out(views, a, rng.choice(measures(a)), up)
        asked = rng.choice(measures(b)).name
        found = at(b, order[0].label, asked) if order else None
        if found and only_here(views, found) and not needless(order[0], found, up):
            yield _draft(views, rng, order, found, up)


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
        PHRASINGS,
        reply,
        program=(
            f"SELECT {reply.sql(q(found.column.name))} FROM {q(found.sheet.name)} "
            f"WHERE {q(named_by(found.sheet).name)} = ({top_label(top, up)})"
        ),
        answer=[reply.text(_follow(meant(views, top.sheet), meant(views, found.sheet), top, found, up))],
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
            "asked": words.measure(found.sheet, found.column),
            "a": words.image(top.image),
            "b": words.image(found.image),
        },
    )


def _follow(a: list[Row], b: list[Row], top: Cell, found: Cell, up: bool) -> Decimal:
    """The witness: walks image a for the outstanding row, then image b for its name."""
    lead, name, key = top.column.name, named_by(top.sheet).name, named_by(found.sheet).name
    best = a[0]
    for row in a[1:]:
        if (exact_number(row[lead]) > exact_number(best[lead])) == up:
            best = row
    for row in b:
        if row[key] == best[name]:
            return exact_number(row[found.column.name])
    raise LookupError(f"{best[name]} is not in image {found.image}")
