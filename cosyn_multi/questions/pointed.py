"""Drafts that point: how their programs name cells, and how one is put together.

A program selects the cells that are meant: image, 'part.column', and what names the row (of a fact, its value). Where they
are is taken from their readings once the draft is judged.
"""

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from cosyn_multi.model import Column, Draft, Sheet, Value, Views
from cosyn_multi.model.canonical import canonical

from . import words
from .base import Kind, literal, q
from .drafting import Reply, draft
from .sheets import Cell, at, column_cells, named_by

Meant = tuple[Sheet, Column, Value]
"""A cell as a witness names it: sheet, column, and the row's name or the fact's value."""


def cells_of(group: Sequence[Sheet], column: Column) -> list[Cell]:
    return [c for s in group for c in column_cells(s, column.name)]


def pick(up: bool) -> str:
    return "max" if up else "min"


def select(sheet: Sheet, column: Column, name: str = "", also: str = "") -> str:
    """A SELECT of a column's cells. name: what names them, default: their rows' names; also: more columns."""
    named = name or q(named_by(sheet).name)
    return f"SELECT {sheet.image}, {literal(f'{sheet.part}.{column.name}')}, {named}{also} FROM {q(sheet.name)}"


def story(views: Views, shown: Iterable[Meant]) -> str:
    """Image by image, what is meant."""
    by_image: dict[int, list[str]] = {}
    for sheet, column, name in shown:
        cell = at(sheet, name, column.name)
        if cell is not None:
            told = words.row(views, cell)
            said = "" if column == named_by(sheet) else f" ({words.value(views, cell)})"
            by_image.setdefault(sheet.image, []).append(told + said)
    return f"{words.sentence('; '.join(f'in {words.image(i)}: {words.listing(t)}' for i, t in by_image.items()))}."


def pointing_draft(
    kind: Kind,
    views: Views,
    rng: Random,
    phrasings: Sequence[str],
    *,
    first: int = 0,
    program: str,
    answer: Sequence[Meant],
    cells: Sequence[Cell],
    label: str,
    fill: Mapping[str, str],
    shown: Sequence[Meant] = (),
    close: str = "the points are {answer}.",
) -> Draft:
    """As `drafting.draft`. answer: the cells of the witness. label: what the answer calls them. shown: what the
    explanation lists; default: all cells."""
    made = draft(
        kind,
        views,
        rng,
        phrasings,
        Reply("points"),
        program=program,
        answer=sorted(f"image{s.image}:{s.part}.{c.name}|{canonical(name)}" for s, c, name in answer),
        cells=cells,
        named=(),
        story=story(views, shown) if shown else "",
        close=close,
        first=first,
        fill=fill,
    )
    return made.model_copy(update={"label": label.replace('"', "")})
