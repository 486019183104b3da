"""The Author protocol: the seam between what is written and what is checked."""

from collections.abc import Iterator, Sequence
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
    locales: tuple[str, ...] = Field((), description="Play in one of these; empty: any.")
    images: tuple[int, int] = (2, 5)
    questions: int = 10
    points: bool = Field(False, description="Ask also to point at things.")
    attempt: int = Field(0, description="Grows when an earlier plan of the same set was dropped.")


class Author(Protocol):
    """Writes one set's plan, the artifact of each image, and drafts of questions.

    Raises, in any method: Waiting, if it needs an answer that is still to come: the set is left open.
    """

    name: str
    model: str
    """The language model that writes; empty if none does."""

    @property
    def prompts(self) -> str:
        """Digest of the prompts it asks with; empty if it asks none."""
        ...

    def plan(self, brief: Brief) -> Plan | Reject:
        """The world and what each image shows of it."""
        ...

    def artifact(self, plan: Plan, view: View, brief: Brief, refused: Sequence[Sequence[Reject]]) -> Artifact | Reject:
        """How one view is drawn. refused: what each earlier drawing of it was refused for: mend that, or draw otherwise."""
        ...

    def drafts(self, views: Views, brief: Brief, rng: Random) -> Iterator[Draft | Reject]:
        """Questions to try, in the order to try them, more than are needed; and what came to no question."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
