"""What the model is asked to answer, stage by stage. Every schema goes out strict, and is checked when it comes back."""

from typing import Literal

from pydantic import Field

from cosyn_multi.model import Frozen, Kind, PlainType

Shown = Literal["text", "number", "money", "percent", "compact", "day", "month", "year"]


class ColumnPlan(Frozen):
    """A column of a table."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,30}$", description="Identifier for programs: lower case, digits, _.")
    label: str = Field(min_length=1, max_length=60, description="What a reader sees as header, without the unit.")
    kind: Kind = Field(description="key: unique in its table; category, text: words; count: whole numbers; date.")
    unit: str = Field(max_length=24, description="'kWh', 'days', 'EUR', '%'; empty for texts, dates and bare counts.")
    shown: Shown = Field(description="How values are printed. day, month, year are for dates.")
    decimals: int = Field(ge=0, le=4, description="Digits after the point that are printed.")
    noun: str = Field(max_length=60, description="How a question calls it, in lower case: 'unit price'.")
    role: str = Field(
        max_length=24, description="issuer, recipient, number, date, due, total, item, quantity, price or ''."
    )
    additive: bool = Field(description="Whether a sum over rows means something: not for prices, rates, balances.")
    refers_to: str = Field(max_length=64, description="'table.column' that holds every value of this one, or ''.")


class TablePlan(Frozen):
    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")
    row_noun: str = Field(min_length=1, max_length=40, description="What one row is: 'invoice', 'month', 'line item'.")
    rows_at_least: int = Field(ge=1, le=40)
    rows_at_most: int = Field(ge=1, le=40)
    columns: tuple[ColumnPlan, ...] = Field(min_length=1, max_length=14)


class RulePlan(Frozen):
    """How a column follows from others: it must add up, and its cells may be left null, to be worked out."""

    kind: Literal["sum_of_rows", "sum_in_row", "product_in_row", "percent_in_row"]
    table: str = Field(description="Table of the column that follows.")
    column: str = Field(description="The column that follows.")
    sources: tuple[str, ...] = Field(
        min_length=1,
        max_length=6,
        description="sum_of_rows: 'table.column'. sum_in_row: columns, '-' before one that is taken off. "
        "product_in_row: two columns. percent_in_row: the base, then the percent column.",
    )
    match: str = Field(
        max_length=64,
        description="sum_of_rows: the column of both tables by which rows belong together; '' for all rows.",
    )


class PartPlan(Frozen):
    """A rectangle of one table that an image shows."""

    name: str = Field(
        pattern=r"^[a-z][a-z0-9_]{0,30}$", description="'facts' for one row of single fields, else 'items' ..."
    )
    table: str
    columns: tuple[str, ...] = Field(min_length=1, max_length=14, description="Names, in the order drawn.")
    where_column: str = Field(description="Only rows with this column ... ('' for all rows)")
    where_value: str = Field(description="... equal to this text, as the world will hold it.")
    title: str = Field(max_length=90, description="Heading above this part, or ''.")


class ImagePlan(Frozen):
    """The brief of one image."""

    image: int = Field(ge=1, le=5)
    document: str = Field(max_length=40, description="invoice, statement, price list, report ...; '' for a chart.")
    title: str = Field(min_length=3, max_length=110)
    subtitle: str = Field(max_length=140)
    subject: str = Field(max_length=60, description="Words of title or subtitle that tell it from its siblings, or ''.")
    family: str = Field(max_length=40, description="Images of one family show the same thing of different subjects.")
    parts: tuple[PartPlan, ...] = Field(min_length=1, max_length=3)
    prose: tuple[str, ...] = Field(max_length=4, description="Paragraphs; {facts[0].total} stands for a cell.")
    notes: tuple[str, ...] = Field(max_length=3, description="Small print: what abbreviations mean, what is included.")
    page: str = Field(max_length=8, description="Printed page number, or ''.")
    form: str = Field(min_length=3, max_length=200, description="What is drawn: 'grouped bars, one group per month'.")
    look: str = Field(min_length=3, max_length=240, description="How it looks.")


class PlanAnswer(Frozen):
    topic: str = Field(min_length=3, max_length=120)
    tables: tuple[TablePlan, ...] = Field(min_length=1, max_length=6)
    rules: tuple[RulePlan, ...] = Field(max_length=8)
    images: tuple[ImagePlan, ...] = Field(min_length=2, max_length=5)


class TableRows(Frozen):
    name: str
    rows: tuple[tuple[str | None, ...], ...] = Field(
        min_length=1, max_length=40, description="Cells in the order of the columns, as plain text: 1234.5, 2024-03-31."
    )


class WorldAnswer(Frozen):
    tables: tuple[TableRows, ...] = Field(min_length=1, max_length=6)


class CodeAnswer(Frozen):
    """The code of one image."""

    about: str = Field(min_length=3, max_length=120, description="What it draws, in a line.")
    width_px: int = Field(ge=360, le=1600)
    height_px: int = Field(ge=280, le=1800)
    code: str = Field(min_length=40, max_length=24_000)


class Candidate(Frozen):
    """A question that is tried."""

    kind: str
    text: str = Field(min_length=20, max_length=700)
    answer_type: PlainType
    member_type: PlainType = Field(description="For a list: type of its members; else the same as answer_type.")
    unit: str = Field(max_length=24)
    decimals: int = Field(ge=-1, le=4, description="For a float: digits of the answer, as the text says; else -1.")
    order_matters: bool
    choices: tuple[str, ...] = Field(max_length=6)
    program: str = Field(min_length=10, max_length=4000, description="One SQLite SELECT over the tables.")
    answer: tuple[str, ...] = Field(max_length=24, description="What you work out by hand; empty for Not answerable.")
    images: tuple[int, ...] = Field(min_length=1, max_length=5)
    cells: tuple[str, ...] = Field(max_length=24, description="Cells it rests on: 'image1:items[0].amount'.")
    names: tuple[str, ...] = Field(max_length=12, description="Cell texts that the question uses as names.")
    explanation: str = Field(min_length=20, max_length=1200, description="Through the images, ending in {answer}.")


class AskAnswer(Frozen):
    questions: tuple[Candidate, ...] = Field(min_length=1, max_length=24)


class Derived(Frozen):
    number: int = Field(ge=1, le=24)
    program: str = Field(max_length=4000, description="One SQLite SELECT, or '' if the tables do not hold the answer.")


class DeriveAnswer(Frozen):
    programs: tuple[Derived, ...] = Field(max_length=24)
