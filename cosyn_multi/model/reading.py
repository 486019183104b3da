"""Rendering: the picture, and what can be read in it."""

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, model_validator

from .base import Frozen
from .values import Kind, Value, coerce

ReadingRole = Literal["cell", "header", "title", "axis", "legend", "note", "text"]


class Box(Frozen):
    """A rectangle in image pixels, origin at the top left; x0 < x1 and y0 < y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)

    def overlap(self, other: "Box") -> float:
        """Shared area, in square pixels."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return max(0.0, width) * max(0.0, height)


class Word(Frozen):
    """One word of the picture."""

    text: str
    box: Box


class Seen(Frozen):
    """How well a reading can be seen: facts that a renderer measured; the check `legible` judges them."""

    height_px: float = Field(
        12.0, description="Height of the smallest line of text, or of the mark's smaller side if it has no text."
    )
    inside: float = Field(1.0, description="Share of its boxes inside the frame.")
    covered: float = Field(0.0, description="Share of its ink that something else covers.")
    clipped: bool = Field(False, description="Cut by a box of its own, or shortened by an ellipsis or line clamp.")
    contrast: float = Field(21.0, description="WCAG contrast ratio against what is behind it, 1 to 21.")
    ink: float = Field(1.0, description="Share of the ink it should have; 0 is blank.")
    missing: str = Field("", description="Characters without a glyph in the face really used.")
    overlapped: float = Field(0.0, description="Share of its boxes that other text overlaps.")


class Look(Frozen):
    """How a series is told from the others."""

    color: str
    dash: str = "solid"
    marker: str = ""


class Reading(Frozen):
    """What a reader takes from one place of the picture.

    `ref` is 'items[3].amount' for a data cell, 'items.amount' for what names a column (header, legend entry, axis
    title, field label), 'items.@title' for a part's heading, '@title', '@subtitle', '@note0', '@page' for the image's.
    """

    ref: str
    role: ReadingRole = "cell"
    shown: str = Field("", description="The text as displayed; empty for a mark without a label.")
    kind: Kind = "text"
    value: Value = None
    tolerance: Decimal = Field(
        Decimal(0), ge=0, description="Half-width of the interval a careful reader is within; 0 for printed text."
    )
    boxes: tuple[Box, ...] = ()
    keys: tuple[str, ...] = Field((), description="Refs of readings without which this one means nothing.")
    seen: Seen = Seen()
    axis: str = Field("", description="The axis a mark is read on: 'y', 'y2', 'x', 'r', 'angle'; empty for text.")
    look: Look | None = Field(None, description="For a mark or a legend entry: how its series is told from others.")

    @model_validator(mode="before")
    @classmethod
    def _typed(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("value") is not None:
            return {**data, "value": coerce(data.get("kind", "text"), data["value"])}
        return data


class Rendering(Frozen):
    """The picture and its readings. `cells` and `keys` hold at most one reading per ref."""

    png: bytes = Field(repr=False)
    width: int
    height: int
    words: tuple[Word, ...] = ()
    cells: tuple[Reading, ...] = ()
    keys: tuple[Reading, ...] = ()
    lost: tuple[str, ...] = Field(
        (), description="Refs that were bound but are not drawn, with the reason: 'items[2].note: attribute'."
    )
