"""World: a few small typed tables, the ground truth of one set, and the relations that hold in it."""

import re
from decimal import Decimal
from typing import Any, NamedTuple, Self

from pydantic import Field, field_validator, model_validator

from .base import Frozen
from .formats import Format
from .values import NUMERIC, Kind, Value, coerce

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


class Column(Frozen):
    """A column as a table or an image shows it."""

    name: str = Field(description="Identifier: lower case, used in programs (always quoted there).")
    label: str = Field(description="What a reader sees, e.g. 'Unit price'.")
    kind: Kind
    unit: str = Field("", description="Unit in words or symbol: 'EUR', 'kWh', 'days'; empty for a bare number or text.")
    format: Format = Format()
    role: str = Field(
        "", description="What it is for a template: issuer, recipient, number, date, due, total, item ..."
    )
    noun: str = Field(
        "", description="How a question calls it, without article: 'unit price'; default: label in lower case."
    )
    self_evident: bool = Field(False, description="Needs no header to be understood (a vendor's name in a letterhead).")
    additive: bool = Field(
        True, description="Whether a sum over rows means something (not for prices, rates, balances)."
    )

    @field_validator("name")
    @classmethod
    def _identifier(cls, name: str) -> str:
        if not _NAME.match(name):
            raise ValueError(f"column name {name!r} must match [a-z][a-z0-9_]*")
        return name

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC

    @property
    def header(self) -> str:
        """The header as drawn: the label, with the unit where the unit stands in the header ("Visitors" says its own)."""
        told = not self.unit or re.search(rf"(?<!\w){re.escape(self.unit)}(?!\w)", self.label, re.IGNORECASE)
        return self.label if told or self.format.unit_in != "header" else f"{self.label} ({self.unit})"

    @property
    def called(self) -> str:
        """The noun a question uses."""
        return self.noun or self.label[:1].lower() + self.label[1:]


class Origin(NamedTuple):
    """A cell of the world."""

    table: str
    row: int
    column: str


class Grid(Frozen):
    """Columns and rows: what `Table` and `Part` have in common. Values are coerced to their column's kind."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]

    @model_validator(mode="before")
    @classmethod
    def _typed(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "columns" not in data or "rows" not in data:
            return data
        columns = [c if isinstance(c, Column) else Column.model_validate(c) for c in data["columns"]]
        for row in data["rows"]:
            if len(row) != len(columns):
                raise ValueError(f"a row has {len(row)} cells for {len(columns)} columns")
        rows = tuple(tuple(coerce(c.kind, v) for c, v in zip(columns, row, strict=True)) for row in data["rows"])
        return {**data, "columns": tuple(columns), "rows": rows}

    def index(self, name: str) -> int:
        """Position of a column. Raises: KeyError naming the columns there are."""
        for i, column in enumerate(self.columns):
            if column.name == name:
                return i
        raise KeyError(f"no column {name!r}; there are {', '.join(c.name for c in self.columns)}")

    def column(self, name: str) -> Column:
        return self.columns[self.index(name)]

    def values(self, name: str) -> tuple[Value, ...]:
        """A whole column."""
        i = self.index(name)
        return tuple(row[i] for row in self.rows)

    def cell(self, row: int, name: str) -> Value:
        return self.rows[row][self.index(name)]

    def by_role(self, role: str) -> Column | None:
        return next((c for c in self.columns if c.role == role), None)


class Table(Grid):
    """One table of the world."""

    name: str
    row_noun: str = Field("row", description="What one row is: 'line item', 'region', 'month', 'clause'.")

    @model_validator(mode="after")
    def _unique(self) -> Self:
        names = [c.name for c in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"table {self.name} names a column twice")
        return self


class Relation(Frozen):
    """A fact that a careful reader could infer: target = sum of coefficient * source, or the product of the sources.

    `needs_every_image` uses it: a hidden cell that the visible ones determine is no longer unknown.
    """

    target: Origin
    sources: tuple[Origin, ...]
    coefficients: tuple[Decimal, ...] = Field((), description="One per source for a sum; empty means a product.")
    decimals: int = Field(2, ge=0, description="The target is rounded (half away from zero) to so many digits.")


class World(Frozen):
    """The ground truth of one set."""

    tables: tuple[Table, ...]
    relations: tuple[Relation, ...] = ()
    locale: str = Field("en_US", description="Babel identifier; decides how numbers and numeric dates are displayed.")

    def table(self, name: str) -> Table:
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(f"no table {name!r}; there are {', '.join(t.name for t in self.tables)}")
