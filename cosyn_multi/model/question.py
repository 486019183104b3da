"""Draft, Verdict, Question: a question before, while and after it is checked."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from .base import Frozen

PlainType = Literal["int", "float", "str", "list", "date", "bool", "image", "choice", "none"]
AnswerType = Literal[PlainType, "points"]


class Witness(Frozen):
    """Another derivation of the answer that shares no code with the program."""

    name: str = Field(
        description="'world' for a Python function over the intended sheets; 'claimed', 'second_call' for a model's."
    )
    answer: tuple[str, ...] = Field(
        description="In canonical form (see `canonical`): one text, or one per member of a list; () for none."
    )


class Draft(Frozen):
    """A question not yet checked."""

    kind: str
    text: str
    answer_type: AnswerType
    member_type: AnswerType = Field("str", description="For a list: the type of its members.")
    unit: str = Field("", description="Unit of a numeric answer; must be stated in the text or be plain from it.")
    decimals: int | None = Field(
        None, description="For a float: digits after the point of the answer; stated in the text."
    )
    tolerance: Decimal = Field(
        Decimal(0),
        description="Absolute slack of a numeric answer, for answers read from marks; stated in the text when > 0.",
    )
    choices: tuple[str, ...] = ()
    program: str = Field(description="One SQLite SELECT over the as-read sheets.")
    witnesses: tuple[Witness, ...] = ()
    label: str = Field(
        "", exclude_if=lambda label: not label, description="For points: what is pointed at, as the answer calls it."
    )
    images: tuple[int, ...] = Field(description="The images it claims to need, in order.")
    evidence: tuple[str, ...] = Field((), description="Cells it rests on: 'image1:items[3].amount'.")
    names: tuple[str, ...] = Field((), description="Row labels and other cell texts that the question uses as names.")
    explanation: str = Field(
        description="Walks through the images with the values read; {answer} stands for the answer."
    )
    phrasing: int = 0
    order_matters: bool = Field(False, description="For a list: whether its order is part of the answer.")


class Verdict(Frozen):
    """What one check says of one draft."""

    check: str
    ok: bool
    reason: str = ""
    detail: str = ""
    measure: float | None = Field(
        None, description="The check's own figure: share of lucky draws, margin left ...; see its docstring."
    )

    @classmethod
    def holds(cls, check: str, detail: str = "", measure: float | None = None) -> "Verdict":
        return cls(check=check, ok=True, detail=detail, measure=measure)

    @classmethod
    def fails(cls, check: str, reason: str, detail: str, measure: float | None = None) -> "Verdict":
        return cls(check=check, ok=False, reason=reason, detail=detail, measure=measure)


class Question(Frozen):
    """A draft that passed, with its answer."""

    draft: Draft
    answer: tuple[str, ...] = Field(description="Canonical members, for points the areas; () means Not answerable.")
    text_answer: str = Field(description="The answer as stored in qa_pairs.")
    explanation: str
    verdicts: tuple[Verdict, ...]
