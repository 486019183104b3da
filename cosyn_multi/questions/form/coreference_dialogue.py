"""coreference_dialogue: a second question whose pronoun only the first one resolves."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from random import Random

from cosyn_multi.model import Draft, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.chain.sequential_hop import standing_out
from cosyn_multi.questions.drafting import draft, number, some
from cosyn_multi.questions.fields import Field, fields, joinable
from cosyn_multi.questions.sheets import (
    Cell,
    amount,
    apart,
    at,
    exact_number,
    meant,
    measures,
    named_by,
    needless,
    only_here,
)
from cosyn_multi.questions.sql import top_label, union, value

KIND = Kind(
    name="coreference_dialogue",
    group="form",
    answer_types=("int", "float"),
    about="Two questions in a row: what the second one means by 'it' or 'there', the first one tells. The second is answered.",
)

PEOPLE = frozenset({"person"})
"""Nouns of rows that are spoken of as 'they'."""
FRAMES = (
    'First question: "{one}" Second question: "{two}" Only the second is to be answered.',
    'Someone asks: "{one}" Then they go on: "{two}" What is the reply to the latter?',
    'Two questions in a row: "{one}" And then: "{two}" Reply to the second one only.',
    'After the question "{one}" comes another: "{two}" Reply to that one.',
    'The first of two questions is: "{one}" The next one builds on that: "{two}" Reply to the next one.',
)
ROW = (
    ("Which {noun} has the {most} {lead} in {a}?", "What {asked} does {b} give for {them}?"),
    ("Which {noun} in {a} has the {most} {lead}?", "In {b}, what {asked_is} {their} {asked}?"),
)
PLACE = (
    ("Which of {images} gives the {most} value for {lead}?", "What {asked_is} {asked} there?"),
    ("In which of {images} {lead_is} {lead} {most}?", "And what does that image give for {asked}?"),
)
STEP = (
    ("What {what_is} {what} in {a}?", "By how much {what_is} {what_it} {more} in {b}?"),
    ("What {what_is} {what} according to {a}?", "And how much {more} {what_is} {what_it} in {b}?"),
)
PHRASINGS = FRAMES


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    makers = [_rows(views, rng), _places(views, rng), _steps(views, rng)]
    for found in zip_longest(*rng.sample(makers, len(makers))):
        yield from (d for d in found if d)


def _dialogue(rng: Random, turns: Sequence[tuple[str, str]], fill: dict[str, str]) -> dict[str, str]:
    """Both questions, worded."""
    one, two = rng.choice(turns)
    slots = {**words.agreement(fill), **fill}
    return {"one": words.sentence(one.format_map(slots)), "two": words.sentence(two.format_map(slots))}


def _rows(views: Views, rng: Random) -> Iterator[Draft]:
    paths = [(a, x, b, y) for a, b in joinable(views) for x in measures(a) for y in measures(b)]
    for a, lead, b, asked in some(rng, paths, 6):
        up = rng.random() < 0.7
        order = standing_out(views, a, lead, up)
        found = at(b, order[0].label, asked.name) if order else None
        if found and only_here(views, found) and not needless(order[0], found, up):
            yield _row(views, rng, order, found, up)


def _row(views: Views, rng: Random, order: list[Cell], found: Cell, up: bool) -> Draft:
    top, noun = order[0], words.row_noun(order[0].sheet)
    most, reply = words.extreme(top.column, up), number(rng, found.column, found.tolerance)
    best = (max if up else min)(meant(views, top.sheet), key=lambda r: exact_number(r[top.column.name]))
    name = best[named_by(top.sheet).name]
    there = next(r for r in meant(views, found.sheet) if r[named_by(found.sheet).name] == name)
    person = noun in PEOPLE
    fill = {
        "noun": noun,
        "most": most,
        "lead": words.measure(top.sheet, top.column),
        "asked": words.measure(found.sheet, found.column, found),
        "a": words.image(top.image),
        "b": words.image(found.image),
        "them": "them" if person else "it",
        "their": "their" if person else "its",
    }
    return draft(
        KIND,
        views,
        rng,
        FRAMES,
        reply,
        program=(
            f"SELECT {reply.sql(q(found.column.name))} FROM {q(found.sheet.name)} "
            f"WHERE {q(named_by(found.sheet).name)} = ({top_label(top, up)})"
        ),
        answer=[reply.text(exact_number(there[found.column.name]))],
        cells=[*order, found],
        named=(),
        story=(
            f"In {words.image(top.image)} the {most} {words.being(top.sheet, top.column)} "
            f"{words.value(views, top)}, for {words.row(views, top)}. {words.sentence(words.says(views, found))}."
        ),
        close="so the answer is {answer}.",
        fill=_dialogue(rng, ROW[:1] if words.is_period(top.sheet) else ROW, fill),
    )


def _places(views: Views, rng: Random) -> Iterator[Draft]:
    numbers = fields(views)
    pairs = [(x, y) for x in numbers for y in numbers if x != y and x.images == y.images]
    for lead, asked in some(rng, pairs, 6):
        up = rng.random() < 0.6
        order = sorted(lead.cells, key=lambda c: c.number, reverse=up)
        if apart(order[0], order[1]) and len({c.value for c in asked.cells}) > 1:
            yield _place(views, rng, lead, asked, up)


def _place(views: Views, rng: Random, lead: Field, asked: Field, up: bool) -> Draft:
    best = (max if up else min)(lead.cells, key=lambda c: amount(views, c))
    there = asked.on(best.image).cells[0]
    reply, most = number(rng, asked.column, there.tolerance), words.extreme(lead.column, up, len(lead.cells))
    rows = union(f"SELECT {value(x)} AS l, {value(y)} AS x" for x, y in zip(lead.cells, asked.cells, strict=True))
    fill = {
        "most": most,
        "lead": words.field(views, lead),
        "asked": words.field(views, asked),
        "images": words.images(lead.images),
    }
    return draft(
        KIND,
        views,
        rng,
        FRAMES,
        reply,
        program=(
            f"WITH f AS ({rows}) SELECT {reply.sql('x')} FROM f WHERE l = (SELECT {'max' if up else 'min'}(l) FROM f)"
        ),
        answer=[reply.text(amount(views, there))],
        cells=[*lead.cells, *asked.cells],
        story=(
            f"{words.walk(views, lead.cells, f'the {most} is in {words.image(best.image)}.')} "
            f"{words.sentence(words.says(views, there))}."
        ),
        close="so the answer is {answer}.",
        fill=_dialogue(rng, PLACE, fill),
    )


def _steps(views: Views, rng: Random) -> Iterator[Draft]:
    for field in some(rng, fields(views), 4):
        a, b = rng.sample(field.cells, 2)
        if apart(a, b):
            yield _step(views, rng, field, a, b)


def _step(views: Views, rng: Random, field: Field, a: Cell, b: Cell) -> Draft:
    up, (low, high) = b.number > a.number, sorted((a, b), key=lambda c: c.number)
    reply = number(rng, field.column, a.tolerance + b.tolerance, gap=True)
    fill = {
        "what": words.field(views, Field((a, b))),
        "a": words.image(a.image),
        "b": words.image(b.image),
        "more": words.more(up),
    }
    return draft(
        KIND,
        views,
        rng,
        FRAMES,
        reply,
        program=f"SELECT {reply.sql(f'{value(high)} - {value(low)}')}",
        answer=[reply.text(abs(amount(views, b) - amount(views, a)))],
        cells=[a, b],
        close=f"{words.value(views, high)} is {{answer}} more than {words.value(views, low)}.",
        fill=_dialogue(rng, STEP, fill),
    )
