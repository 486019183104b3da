"""The Author protocol: the seam between what is written and what is checked."""

from collections.abc import Iterator
from random import Random
from typing import Protocol

from pydantic import Field

from cosyn_multi.model import Artifact, Draft, Frozen, Plan, Reject, View, Views


class Brief(Frozen):
    """What an author is asked for: one set."""

    seed: int
    index: int
    scenarios: tuple[str, ...] = Field((), description="Choose among these; empty: any.")
    artifacts: tuple[str, ...] = Field((), description="Choose views among these kinds; empty: any.")
    images: tuple[int, int] = (2, 5)
    questions: int = 10
    attempt: int = Field(0, description="Grows when an earlier plan of the same set was dropped.")


class Author(Protocol):
    """Writes one set's plan, the artifact of each image, and drafts of questions."""

    name: str

    def plan(self, brief: Brief) -> Plan | Reject:
        """The world and what each image shows of it."""
        ...

    def artifact(self, plan: Plan, view: View, brief: Brief, attempt: int) -> Artifact | Reject:
        """How one view is drawn. `attempt` counts the drawings that were refused: another template or style is due."""
        ...

    def drafts(self, views: Views, brief: Brief, rng: Random) -> Iterator[Draft]:
        """Questions to try, in the order to try them; more than are needed."""
        ...
