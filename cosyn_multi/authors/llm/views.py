"""The views of a set: each image's brief cut from the world. Raises `Unfit` where a brief asks what the world can't give."""

import re
from typing import Final

from cosyn_multi.model import Part, Plan, Value, View, World, part_of, show

from .answers import ImagePlan, PartPlan, PlanAnswer
from .setting import Setting, Slot
from .world import Unfit

SLOT: Final = re.compile(r"\{([^{}]*)\}")
CELL: Final = re.compile(r"([a-z][a-z0-9_]*)\[(\d+)\]\.([a-z][a-z0-9_]*)")
MOST_CELLS: Final = 260
CHART_ROWS: Final = (2, 24)
MOST_SERIES: Final = 5


def make_plan(answer: PlanAnswer, world: World, setting: Setting) -> Plan:
    """The plan of a set. Raises: Unfit."""
    views = tuple(_view(i, s, world, setting) for i, s in zip(answer.images, setting.slots, strict=True))
    return Plan(
        scenario=setting.scenario,
        domain=setting.domain,
        persona=setting.persona,
        topic=answer.topic,
        world=world,
        views=views,
    )


def _view(image: ImagePlan, slot: Slot, world: World, setting: Setting) -> View:
    parts = tuple(_part(image, p, world, slot) for p in image.parts)
    if len({p.name for p in parts}) < len(parts):
        raise Unfit("named_twice", f"image {image.image}: two parts of one name")
    cells = sum(len(p.rows) * len(p.columns) for p in parts)
    if cells > MOST_CELLS:
        raise Unfit("too_much", f"image {image.image} shows {cells} cells; at most {MOST_CELLS} can be read")
    if slot.artifact == "chart":
        _check_chart(image, parts)
    prose = tuple(_paragraph(image, text, parts) for text in image.prose) if slot.artifact != "chart" else ()
    dates = any(
        c.kind == "date" and "d" in c.format.pattern and "MMM" not in c.format.pattern for p in parts for c in p.columns
    )
    told = (f"Dates are written as {setting.date_pattern.upper()}.",) if dates else ()
    return View(
        image=image.image, artifact=slot.artifact, document=image.document, title=image.title.strip(),
        subtitle=image.subtitle.strip(), subject=image.subject.strip(), family=image.family, parts=parts,
        prose=prose, notes=(*image.notes, *told), page=image.page, locale=setting.locale,
    )  # fmt: skip


def _part(image: ImagePlan, plan: PartPlan, world: World, slot: Slot) -> Part:
    table = world.table(plan.table)
    where = f"image {image.image}, {plan.name}"
    names = [c.name for c in table.columns]
    for name in (*plan.columns, *([plan.where_column] if plan.where_column else [])):
        if name not in names:
            raise Unfit("no_such_column", f"{where}: {plan.table} has no column {name}; it has {', '.join(names)}")
    if len(set(plan.columns)) < len(plan.columns):
        raise Unfit("named_twice", f"{where}: a column twice")
    rows: tuple[int, ...] | None = None
    if plan.where_column:
        wanted = " ".join(plan.where_value.split())
        column = table.column(plan.where_column)
        told = [_told(v) for v in table.values(column.name)]
        rows = tuple(i for i, v in enumerate(told) if v == wanted)
        if not rows:
            raise Unfit("no_rows", f"{where}: no row of {plan.table} has {plan.where_column} = {wanted!r}")
    made = part_of(world, plan.table, plan.name, plan.columns, rows, title=plan.title)
    if plan.name == "facts" and len(made.rows) != 1:
        raise Unfit("facts_rows", f"{where}: facts are one row, this is {len(made.rows)}")
    if plan.name != "facts" and made.label is None:
        raise Unfit("no_label", f"{where}: no key, category, date or text column names its rows")
    if plan.name == "facts" and slot.artifact == "chart":
        raise Unfit("chart_parts", f"{where}: a chart has no facts; use subtitle or notes")
    return made


def _told(value: Value) -> str:
    return str(value) if value is not None else ""


def _check_chart(image: ImagePlan, parts: tuple[Part, ...]) -> None:
    where = f"image {image.image}"
    if len(parts) != 1:
        raise Unfit("chart_parts", f"{where}: a chart shows one part, this has {len(parts)}")
    part = parts[0]
    if not CHART_ROWS[0] <= len(part.rows) <= CHART_ROWS[1]:
        raise Unfit(
            "chart_rows", f"{where}: a chart has {CHART_ROWS[0]} to {CHART_ROWS[1]} rows, this {len(part.rows)}"
        )
    if not 1 <= len(part.measures) <= MOST_SERIES or len(part.columns) != len(part.measures) + 1:
        raise Unfit("chart_columns", f"{where}: a chart shows one naming column and 1 to {MOST_SERIES} numeric ones")
    label = part.label
    assert label is not None
    names = [str(v).casefold() for v in part.values(label.name)]
    if len(set(names)) < len(names):
        raise Unfit("label_not_unique", f"{where}: two rows are called alike, so their marks would fall together")
    if any(v is None for c in part.columns for v in part.values(c.name)):
        raise Unfit("chart_gap", f"{where}: a cell of the chart is empty")


def _paragraph(image: ImagePlan, text: str, parts: tuple[Part, ...]) -> str:
    """A paragraph whose slots are cells that the image has; figures stand in slots alone."""
    by_name = {p.name: p for p in parts}
    for slot in SLOT.findall(text):
        found = CELL.fullmatch(slot)
        if not found:
            raise Unfit("bad_slot", f"image {image.image}: {{{slot}}} is no cell; write {{facts[0].total}}")
        part = by_name.get(found[1])
        if part is None or int(found[2]) >= len(part.rows) or all(c.name != found[3] for c in part.columns):
            raise Unfit("bad_slot", f"image {image.image}: {{{slot}}} is not among what the image shows")
        if part.cell(int(found[2]), found[3]) is None:
            raise Unfit("bad_slot", f"image {image.image}: {{{slot}}} is empty")
    if re.search(r"\d", SLOT.sub("", text)) or "{" in SLOT.sub("", text):
        raise Unfit(
            "typed_value", f"image {image.image}: prose has a figure of its own; put it in a slot: {text[:80]!r}"
        )
    return text


def shown_cells(view: View) -> list[str]:
    """Every displayed text of a view's data cells."""
    return [
        show(v, c.format, view.locale)
        for p in view.parts
        for row in p.rows
        for c, v in zip(p.columns, row, strict=True)
        if v is not None
    ]
