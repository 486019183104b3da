"""Views as a perfect drawing would give them: every cell and header read as meant. No pixels needed."""

from collections.abc import Callable
from decimal import Decimal

from cosyn_multi.model import (
    Box,
    Column,
    Part,
    Reading,
    Rendering,
    View,
    Views,
    Word,
    World,
    header_ref,
    needed_keys,
    show,
)
from cosyn_multi.model.sheet import displayed
from cosyn_multi.model.view import cell_ref

Change = Callable[[int, Reading], Reading | None]
"""(image, reading) -> the reading as it is to be; None leaves it out."""


def perfect(
    world: World, views: tuple[View, ...], marks: dict[str, Decimal] | None = None, change: Change | None = None
) -> Views:
    """Views of perfect renderings.

    Args: marks: tolerance of columns that are read from marks in charts, by column name. change: spoils readings.
    """
    return Views(world=world, views=views, renderings=tuple(rendering(v, marks or {}, change) for v in views))


def rendering(view: View, marks: dict[str, Decimal] | None = None, change: Change | None = None) -> Rendering:
    """One perfect rendering: everything in a column of boxes, 20 px apart."""
    texts = {"@title": view.title, "@subtitle": view.subtitle, "@page": view.page}
    texts |= {f"@note{i}": note for i, note in enumerate(view.notes)}
    texts |= {f"{p.name}.@title": p.title for p in view.parts}
    readings = [Reading(ref=ref, role="title", shown=text, value=text) for ref, text in texts.items() if text]
    for part in view.parts:
        for column in part.columns:
            readings.append(Reading(ref=header_ref(part.name, column.name), role="header", shown=column.header))
            for row in range(len(part.rows)):
                if part.cell(row, column.name) is not None:
                    readings.append(_cell(view, part, row, column, marks or {}))
    subject = Reading(ref="@subject", role="text", shown=view.subject)
    placed = [r.model_copy(update={"boxes": (_box(i),)}) for i, r in enumerate([*readings, subject])]
    kept = [c for r in placed if (c := change(view.image, r) if change else r) is not None]
    words = tuple(Word(text=w, box=r.boxes[0]) for r in kept if r.boxes for w in r.shown.split())
    cells = tuple(r for r in kept if r.role == "cell")
    keys = tuple(r for r in kept if r.role != "cell" and r.ref != "@subject")
    return Rendering(png=b"", width=800, height=20 * len(placed) + 40, words=words, cells=cells, keys=keys)


def _cell(view: View, part: Part, row: int, column: Column, marks: dict[str, Decimal]) -> Reading:
    value, marked = part.cell(row, column.name), column.name in marks and view.artifact == "chart"
    return Reading(
        ref=cell_ref(part.name, row, column.name),
        shown="" if marked else show(value, column.format, view.locale),
        kind=column.kind,
        value=displayed(value, part, column.name, view.locale),
        tolerance=marks[column.name] if marked else Decimal(0),
        axis="y" if marked else "",
        keys=needed_keys(part, row, column.name),
    )


def _box(number: int) -> Box:
    return Box(x0=20, y0=20 + 20 * number, x1=220, y1=34 + 20 * number)
