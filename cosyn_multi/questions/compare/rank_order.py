"""rank_order: images by one quantity, or rows by their sum over images."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from random import Random

from cosyn_multi.model import Column, Draft, Sheet, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, literal, q
from cosyn_multi.questions.drafting import draft, label, label_answer, label_sql, several, some, which_image
from cosyn_multi.questions.fields import Field, fields, ranked, shared_measures, siblings
from cosyn_multi.questions.sheets import Cell, amount, at, named_by, own, shared_labels
from cosyn_multi.questions.sql import field_sql, union
from cosyn_multi.questions.summaries import Summary, clear, story, summaries

KIND = Kind(
    name="rank_order",
    group="compare",
    answer_types=("list",),
    about="Images in the order of one quantity, or rows in the order of their sum over images.",
)

IMAGES = (
    "Put {images} in order of {what}, from {first} to {last}.",
    "Order {images} by {what}, {first} first.",
    "Rank {images} by {what}, starting with the {first} value.",
    "Sort {images} by {what}, from the {first} value to the {last}.",
    "In what order do {images} come if they are sorted by {what}, from {first} to {last}?",
)
ROWS = (
    "Add up the {measure} over {images} for each of {rows}. Rank these {nouns} from {first} to {last} sum.",
    "For {rows}, take the {measure} in {images} together. In what order do they come, {first} sum first?",
    "Order {rows} by their combined {measure} in {images}, from {first} to {last}.",
    "Rank the {nouns} {rows} by the sum of their {measure} across {images}, starting with the {first}.",
    "Sort {rows} by the {measure} that {images} give for them in total, {first} first.",
)
PHRASINGS = (*IMAGES, *ROWS)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    long = [f for f in fields(views) if len(f.cells) >= 3 and ranked(f.cells)]
    for field in some(rng, long, 3):
        yield _images(views, rng, field)
    summed = [g for g in summaries(views, "max", "min", "sum", "avg") if len(g) >= 3 and clear(g)]
    for found in some(rng, summed, 2):
        yield _summaries(views, rng, found)
    groups = [(g, c) for g in siblings(views) for c in shared_measures(g) if c.additive]
    for group, column in some(rng, groups, 3):
        yield from _rows(views, rng, group, column)


def _order(rng: Random, column: Column) -> tuple[bool, str, str]:
    up = rng.random() < 0.4
    low, high = words.extreme(column, False), words.extreme(column, True)
    return up, *((low, high) if up else (high, low))


def _images(views: Views, rng: Random, field: Field) -> Draft:
    up, first, last = _order(rng, field.column)
    order = sorted(field.cells, key=lambda c: amount(views, c), reverse=not up)
    return draft(
        KIND,
        views,
        rng,
        IMAGES,
        several(rng, which_image(), "image", ordered=True),
        program=f"WITH f AS ({field_sql(field)}) SELECT 'image ' || image FROM f ORDER BY x {'ASC' if up else 'DESC'}",
        answer=[words.image(c.image) for c in order],
        cells=field.cells,
        close=f"from {first} to {last} the order is {{answer}}.",
        fill={"what": words.field(views, field), "images": words.images(field.images), "first": first, "last": last},
    )


def _summaries(views: Views, rng: Random, found: tuple[Summary, ...]) -> Draft:
    up, first, last = _order(rng, found[0].column)
    rows = union(f"SELECT {s.image} AS image, {s.sql} AS x" for s in found)
    return draft(
        KIND,
        views,
        rng,
        IMAGES,
        several(rng, which_image(), "image", ordered=True),
        program=f"WITH f AS ({rows}) SELECT 'image ' || image FROM f ORDER BY x {'ASC' if up else 'DESC'}",
        answer=[words.image(s.image) for s in sorted(found, key=lambda s: s.truth(views), reverse=not up)],
        cells=[c for s in found for c in s.cells],
        named=(),
        story=story(views, found),
        close=f"from {first} to {last} the order is {{answer}}.",
        fill={"what": found[0].noun, "images": words.images(s.image for s in found), "first": first, "last": last},
    )


def _rows(views: Views, rng: Random, group: tuple[Sheet, ...], column: Column) -> Iterator[Draft]:
    shared = shared_labels(*group)
    if len(shared) < 3 or not own(views, column.name, *group):
        return
    chosen = sorted(some(rng, shared, rng.choice((3, 4))), key=shared.index)
    cells = {v: [c for s in group if (c := at(s, v, column.name))] for v in chosen}
    up, first, last = _order(rng, column)
    sums = _ranking(views, cells, up)
    if any(len(c) < len(group) for c in cells.values()) or not _clear(list(cells.values())):
        return
    each = [_ranking(views, {v: cells[v][i : i + 1] for v in chosen}, up) for i in range(len(group))]
    if all(order == each[0] for order in each):
        return  # one image would do
    name = named_by(group[0])
    noun = words.row_noun(group[0])
    wanted = ", ".join(literal(v) for v in chosen)
    rows = union(
        f"SELECT {q(name.name)} AS name, {q(column.name)} AS x FROM {q(s.name)} WHERE {q(name.name)} IN ({wanted})"
        for s in group
    )
    yield draft(
        KIND,
        views,
        rng,
        ROWS,
        several(rng, label(rng, group[0]), noun, ordered=True),
        program=(
            f"WITH f AS ({rows}) SELECT {label_sql(name, 'name')} FROM f GROUP BY name "
            f"ORDER BY sum(x) {'ASC' if up else 'DESC'}"
        ),
        answer=[label_answer(name, v) for v in sums],
        cells=[c for v in chosen for c in cells[v]],
        close=f"added up per {noun} and put from {first} to {last}, this gives {{answer}}.",
        first=len(IMAGES),
        fill={
            "measure": words.measure(group[0], column),
            "images": words.images(s.image for s in group),
            "rows": words.listing(words.label_text(views, group[0], v) for v in chosen),
            "nouns": words.plural(noun),
            "first": first,
            "last": last,
        },
    )


def _ranking(views: Views, cells: dict[Value, list[Cell]], up: bool) -> list[Value]:
    """The rows in the order of their sums, as the images mean to show them."""
    return sorted(cells, key=lambda v: sum(amount(views, c) for c in cells[v]), reverse=not up)


def _clear(rows: list[list[Cell]]) -> bool:
    """Whether the sums differ by well more than the reading error of their members."""
    sums: list[tuple[Decimal, Decimal]] = sorted(
        (sum((c.number for c in cells), Decimal(0)), sum((c.tolerance for c in cells), Decimal(0))) for cells in rows
    )
    return all(b[0] - a[0] > 2 * (a[1] + b[1]) for a, b in pairwise(sums))
