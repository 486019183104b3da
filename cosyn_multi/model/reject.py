"""Reject: an expected failure, as a value. Counted and kept, never printed and forgotten."""

from pydantic import Field

from .base import Frozen


class Reject(Frozen):
    """Something that was dropped, where, and why."""

    stage: str = Field(description="plan, render, view, draft, balance, set, or a check's name.")
    reason: str = Field(description="A slug from a closed set: it becomes a counter.")
    detail: str = Field("", description="A sentence with the values, for a person.")
    set_index: int | None = None
    image: int | None = None
    template: str = ""
    kind: str = ""
    question: str = ""
