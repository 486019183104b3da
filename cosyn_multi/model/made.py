"""Made: what is told of a set once it is made; the set itself waits in work/."""

from typing import Self

from pydantic import Field

from .base import Frozen
from .image_set import SetOutcome


class Made(Frozen):
    """The numbers of one outcome."""

    index: int
    sets: int
    images: int
    questions: int
    rejects: int
    drafts: int
    bug: str = ""
    waiting: bool = Field(False, description="Not made yet: answers of a language model are still to come.")
    seconds: dict[str, float] = Field({}, description="Per stage.")

    @classmethod
    def waits(cls, index: int) -> Self:
        """A set that is left open."""
        return cls(index=index, sets=0, images=0, questions=0, rejects=0, drafts=0, waiting=True)

    @classmethod
    def of(cls, outcome: SetOutcome, bug: str = "") -> Self:
        made = outcome.image_set
        return cls(
            index=outcome.index,
            sets=int(made is not None),
            images=len(made.pictures) if made else 0,
            questions=len(made.questions) if made else 0,
            rejects=len(outcome.rejects),
            drafts=outcome.drafts,
            bug=bug,
            seconds=outcome.seconds,
        )
