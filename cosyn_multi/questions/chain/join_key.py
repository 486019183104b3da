"""join_key: one image names a key, another holds what belongs to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from cosyn_multi.model import Draft, Sheet, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import draft, number, some
from cosyn_multi.questions.fields import Field, fields
from cosyn_multi.questions.sheets import (
    FACTS,
    Cell,
    apart,
    at,
    column_cells,
    exact_number,
    grids,
    meant,
    measures,
    named_by,
    only_here,
    row_of,
    sameness,
    texts,
    truth,
    whole,
)
from cosyn_multi.questions.sql import cell_sql, top_label, union

KIND = Kind(
    name="join_key",
    group="chain",
    answer_types=("int", "float"),
    about="One image names a key (an invoice number, a code), another holds what belongs to it.",
)

TO_ROW = (
    "Take {key} given in {a}. What {asked} does {b} give for that entry?",
    "Read {key} in {a} and find the same entry in {b}. What {asked_is} the {asked} there?",
    "{a} states {key}. Find that entry in {b}: what {asked_is} the {asked} there?",
    "What {asked} does {b} give for the entry that matches {key} in {a}?",
    "Use {key} in {a} to find the matching entry in {b}. What {asked} is given there?",
)
TO_DOCUMENT = (
    "Find the {noun} with the {most} {lead} in {a}. What {asked_is} {asked} in the image that carries this {key}?",
    "In {a}, look for the {noun} with the {most} {lead}. Another image bears the same {key}: what {asked_is} {asked} there?",
    "Find the {noun} that has the {most} {lead} in {a}. Go to the image with its {key} and give {asked}.",
    "The {noun} with the {most} {lead} in {a} is covered by another image, under the same {key}. What {asked_is} {asked} in it?",
    "Match the {noun} that has the {most} {lead} in {a} to its own image, by {key}. What {asked_is} {asked} there?",
)
PHRASINGS = (*TO_ROW, *TO_DOCUMENT)


@dataclass(frozen=True)
class Link:
    """A text in one image that names a row of another, and a number of that row."""

    key: Cell
    found: Cell


@dataclass(frozen=True)
class Trail:
    """A row that stands out (first of `order`) in a list of documents, the documents' keys, and a field of theirs."""

    order: list[Cell]
    keys: tuple[Cell, ...]
    asked: Field
    up: bool


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    for link in some(rng, list(_links(views)), 4):
        yield _to_row(views, rng, link)
    for trail in some(rng, list(_trails(views, rng)), 3):
        yield _to_document(views, rng, trail)


def _links(views: Views) -> Iterator[Link]:
    for key in texts(views):
        for sheet in grids(views):
            if sheet.image != key.image:
                found = [at(sheet, key.value, m.name) for m in measures(sheet)]
                yield from (Link(key, f) for f in found if f and only_here(views, f))


def _to_row(views: Views, rng: Random, link: Link) -> Draft:
    key, found = link.key, link.found
    reply = number(rng, found.column, found.tolerance)
    name = named_by(found.sheet).name
    return draft(
        KIND,
        views,
        rng,
        TO_ROW,
        reply,
        program=(
            f"SELECT {reply.sql(q(found.column.name))} FROM {q(found.sheet.name)} WHERE {q(name)} = ({cell_sql(key)})"
        ),
        answer=[reply.text(_follow(views, key, found))],
        cells=[key, found],
        named=[key],
        close="so the answer is {answer}.",
        fill={
            "key": words.of(views, key),
            "asked": words.measure(found.sheet, found.column, found),
            "a": words.image(key.image),
            "b": words.image(found.image),
        },
    )


def _follow(views: Views, key: Cell, found: Cell) -> Decimal:
    """The witness: walks the other image for the row of that name."""
    wanted = truth(views, key)
    for row in meant(views, found.sheet):
        if row[named_by(found.sheet).name] == wanted:
            return exact_number(row[found.column.name])
    raise LookupError(f"image {found.image} has no {wanted}")


def _trails(views: Views, rng: Random) -> Iterator[Trail]:
    for sheet in grids(views):
        for keys in _documents(views, sheet):
            images = tuple(k.image for k in keys)
            asked = [f for f in fields(views) if f.images == images and f.exact]
            lead = rng.choice(measures(sheet)) if measures(sheet) else None
            if not asked or lead is None or not whole(views, sheet, lead.name):
                continue
            up = rng.random() < 0.7
            cells = [c for c in column_cells(sheet, lead.name) if any(k.value == c.label for k in keys)]
            order = sorted(column_cells(sheet, lead.name), key=lambda c: c.number, reverse=up)
            if len(cells) >= 2 and order[0] in cells and apart(order[0], order[1]):
                yield Trail(order, keys, rng.choice(asked), up)


def _documents(views: Views, sheet: Sheet) -> Iterator[tuple[Cell, ...]]:
    """Facts of two or more images, by column, that name rows of a list in a further image."""
    by_column: dict[tuple[str, ...], list[Cell]] = {}
    for key in texts(views):
        if key.sheet.part == FACTS and key.image != sheet.image and row_of(sheet, key.value) is not None:
            by_column.setdefault(sameness(key.column), []).append(key)
    yield from (tuple(k) for k in by_column.values() if len({c.value for c in k}) == len(k) >= 2)


def _to_document(views: Views, rng: Random, trail: Trail) -> Draft:
    top, reply = trail.order[0], number(rng, trail.asked.column)
    most = words.extreme(top.column, trail.up)
    hit = next(i for i, k in enumerate(trail.keys) if k.value == top.label)
    rows = union(
        f"SELECT ({cell_sql(k)}) AS k, ({cell_sql(c)}) AS x" for k, c in zip(trail.keys, trail.asked.cells, strict=True)
    )
    return draft(
        KIND,
        views,
        rng,
        TO_DOCUMENT,
        reply,
        program=f"WITH d AS ({rows}) SELECT {reply.sql('x')} FROM d WHERE k = ({top_label(top, trail.up)})",
        answer=[reply.text(_track(views, trail))],
        cells=[*trail.order, *trail.keys, *trail.asked.cells],
        named=trail.asked.cells,
        story=(
            f"In {words.image(top.image)} the {most} {words.being(top.sheet, top.column)} "
            f"{words.value(views, top)}, for {words.row(views, top)}. That {_key(trail.keys[hit])} stands "
            f"in {words.image(trail.keys[hit].image)}. {words.sentence(words.says(views, trail.asked.cells[hit]))}."
        ),
        close="so the answer is {answer}.",
        first=len(TO_ROW),
        fill={
            "noun": words.row_noun(top.sheet),
            "most": most,
            "lead": words.measure(top.sheet, top.column),
            "key": _key(trail.keys[hit]),
            "asked": words.field(views, trail.asked),
            "a": words.image(top.image),
        },
    )


def _key(key: Cell) -> str:
    """The printed label of a document's key, in quotes; a name in a letterhead has none."""
    return "name" if key.column.self_evident else words.quoted(key.column.label)


def _track(views: Views, trail: Trail) -> Decimal:
    """The witness: the list's outstanding row, then each document in turn."""
    lead, sheet = trail.order[0].column.name, trail.order[0].sheet
    rows = meant(views, sheet)
    best = rows[0]
    for row in rows[1:]:
        if (exact_number(row[lead]) > exact_number(best[lead])) == trail.up:
            best = row
    for key, asked in zip(trail.keys, trail.asked.cells, strict=True):
        if truth(views, key) == best[named_by(sheet).name]:
            return exact_number(truth(views, asked))
    raise LookupError("no document carries the key of that row")
