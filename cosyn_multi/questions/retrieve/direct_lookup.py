"""direct_lookup: one cell of a named image. The one kind that rests on a single image; capped."""

from collections.abc import Iterator
from random import Random

from cosyn_multi.model import Draft, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind
from cosyn_multi.questions.drafting import Reply, date_form, draft, number, some
from cosyn_multi.questions.sheets import Cell, column_cells, facts, grids, has_day, label_of, truth
from cosyn_multi.questions.sql import cell_sql, value

KIND = Kind(
    name="direct_lookup",
    group="retrieve",
    answer_types=("int", "float", "date"),
    min_images=1,
    about="One cell of a named image.",
)

PHRASINGS = (
    "In {image}, what {what_is} {what}?",
    "What {what_is} {what} in {image}?",
    "According to {image}, what {what_is} {what}?",
    "Look at {image}. What {what_is} {what}?",
    "What does {image} give as {what}?",
)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    cells = [
        cell
        for sheet in (*grids(views), *facts(views))
        for column in sheet.columns
        if (column.numeric or has_day(column)) and column != label_of(sheet)
        for cell in column_cells(sheet, column.name)
    ]
    for cell in some(rng, cells, 4):
        yield _draft(views, rng, cell)


def _draft(views: Views, rng: Random, cell: Cell) -> Draft:
    reply = _reply(rng, cell)
    return draft(
        KIND,
        views,
        rng,
        PHRASINGS,
        reply,
        program=f"SELECT {reply.sql(value(cell))}" if reply.answer_type == "float" else cell_sql(cell),
        answer=[reply.text(truth(views, cell))],
        cells=[cell],
        close="so the answer is {answer}.",
        fill={"what": words.of(views, cell), "image": words.image(cell.image)},
    )


def _reply(rng: Random, cell: Cell) -> Reply:
    if cell.column.numeric:
        return number(rng, cell.column, cell.tolerance)
    return Reply("date", f"Write it {date_form(cell.column)}.")
