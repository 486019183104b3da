"""View: what one image shows of the world, as which artifact."""

from typing import Final, Literal

from pydantic import Field

from .base import Frozen
from .values import Value
from .world import Column, Grid, Origin, Table, World

PERIODS: Final = frozenset({"hour", "day", "week", "fortnight", "month", "quarter", "half-year", "season", "year"})
ArtifactKind = Literal["chart", "table", "doc"]


def cell_ref(part: str, row: int, column: str) -> str:
    """Reference to a data cell of an image: 'items[3].amount'. Rows count from 0 in the order drawn."""
    return f"{part}[{row}].{column}"


def header_ref(part: str, column: str) -> str:
    """Reference to what names a column: a header, a legend entry, an axis title, a field label: 'items.amount'."""
    return f"{part}.{column}"


class Part(Grid):
    """A rectangle of the world that one image shows: a table body, a chart's series, or the facts of a document.

    `rows` are the values this image is meant to show: the world's, save for a planted inconsistency.
    """

    name: str = Field(description="'facts' for one row of named single facts; else 'items', 'series', 'clauses' ...")
    table: str = Field(description="The world's table it is taken from.")
    origin_rows: tuple[int, ...] = Field(description="For each row, its number in the world's table.")
    row_noun: str = "row"
    title: str = Field("", description="Heading above this part, if the image shows one (ref '<part>.@title').")

    def origin(self, row: int, column: str) -> Origin:
        return Origin(self.table, self.origin_rows[row], column)

    @property
    def label(self) -> Column | None:
        """The column that names the rows: the first key, else the first category, else the first date, else text."""
        for kind in ("key", "category", "date", "text"):
            for column in self.columns:
                if column.kind == kind:
                    return column
        return None

    @property
    def measures(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.numeric)

    @property
    def over_time(self) -> bool:
        """Whether the rows are points or periods in time: labelled by dates, or months, quarters, years by their noun."""
        label, noun = self.label, self.row_noun.casefold().split()
        return bool(label and label.kind == "date") or bool(noun and noun[-1].removesuffix("s") in PERIODS)


class View(Frozen):
    """What one image shows."""

    image: int = Field(ge=1, description="Its position in the set, from 1.")
    artifact: ArtifactKind
    document: str = Field(
        "", description="What it is: 'invoice', 'quote', 'contract', 'report', 'statement', 'price list' ..."
    )
    title: str
    subtitle: str = Field("", description="See `second_line`.")
    subject: str = Field(
        "", description="What tells it from its siblings, drawn in it: 'March 2024', 'Northern region'."
    )
    family: str = Field("", description="Views of one family could stand in each other's place.")
    parts: tuple[Part, ...]
    prose: tuple[str, ...] = Field(
        (), description="Paragraphs; {facts[0].total} is a slot for a cell, {facts.total} for a column's label."
    )
    notes: tuple[str, ...] = Field(
        (), description="Small print: scale lines, legends of abbreviations, date format lines."
    )
    page: str = Field("", description="Printed page number, e.g. '3'; empty if none is printed.")
    locale: str = "en_US"

    @property
    def second_line(self) -> str:
        """The subtitle that is drawn: none that repeats the title, since no designer prints it twice."""
        return self.subtitle if self.subtitle != self.title else ""

    @property
    def facts(self) -> Part | None:
        return next((p for p in self.parts if p.name == "facts"), None)

    @property
    def grids(self) -> tuple[Part, ...]:
        """The parts with rows: everything but the facts."""
        return tuple(p for p in self.parts if p.name != "facts")

    def part(self, name: str) -> Part:
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(f"image {self.image} has no part {name!r}")


def part_of(
    world: World,
    table: str,
    name: str,
    columns: tuple[str, ...],
    rows: tuple[int, ...] | None = None,
    title: str = "",
    change: dict[str, dict[str, object]] | None = None,
) -> Part:
    """Cut a part out of the world.

    Args: columns: names, in the order drawn. rows: row numbers, in the order drawn; None for all.
        change: per column, fields that this image shows differently, e.g. {"total": {"label": "Amount due"}}.
    """
    source: Table = world.table(table)
    chosen = tuple(range(len(source.rows))) if rows is None else rows
    where = [source.index(c) for c in columns]
    shown = tuple(source.columns[i].model_copy(update=(change or {}).get(source.columns[i].name, {})) for i in where)
    values: tuple[tuple[Value, ...], ...] = tuple(tuple(source.rows[r][i] for i in where) for r in chosen)
    return Part(
        name=name, table=table, columns=shown, rows=values, origin_rows=chosen, row_noun=source.row_noun, title=title
    )
