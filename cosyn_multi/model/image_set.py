"""Plan and ImageSet: what an author proposes, and what a shard stores."""

from typing import Literal, Self

from pydantic import Field

from .base import Frozen
from .question import Question
from .reading import Rendering
from .reject import Reject
from .style import Style
from .view import View
from .world import Origin, World

ConfigName = Literal["chart", "table", "doc", "mixed"]


class Planted(Frozen):
    """An inconsistency put in on purpose: this image shows another value than the world holds."""

    image: int
    ref: str
    origin: Origin
    truth: str
    shown: str


class Plan(Frozen):
    """What an author proposes for one set."""

    scenario: str
    domain: str
    persona: str
    topic: str
    world: World
    views: tuple[View, ...]
    planted: tuple[Planted, ...] = ()


class Picture(Frozen):
    """One image of a set."""

    view: View
    rendering: Rendering
    png_digest: str = Field(
        "", description="SHA-256 of the PNG: ties the readings to the picture they were taken from."
    )
    template: str
    template_digest: str
    renderer: str
    style: Style
    code: str
    origin: str = Field("built-in", description="Where the template was found: as `Template.origin`.")


class Provenance(Frozen):
    """Where a set comes from. No absolute path, no time of day: the same seed gives the same bytes."""

    seed: int
    index: int
    author: str
    model: str = ""
    prompts: str = Field("", description="Digest of the prompts that the model was asked with.")
    version: str = ""
    plan: int = Field(0, description="How many plans for this set came to nothing before this one.")
    attempts: tuple[int, ...] = Field((), description="Per image, how many drawings were refused before this one.")
    cost_usd: float = 0.0


class ImageSet(Frozen):
    """One record of a shard."""

    id: str
    index: int
    plan: Plan
    pictures: tuple[Picture, ...]
    questions: tuple[Question, ...]
    provenance: Provenance

    @property
    def config(self) -> ConfigName:
        kinds = {p.view.artifact for p in self.pictures}
        return kinds.pop() if len(kinds) == 1 else "mixed"


class SetOutcome(Frozen):
    """What making one set came to: the set or None, everything that was dropped, and where the time went."""

    index: int
    image_set: ImageSet | None
    rejects: tuple[Reject, ...] = ()
    unmade: bool = Field(
        False, description="The machine failed (a worker died or hung): to be tried again, no verdict."
    )
    drafts: int = Field(0, description="Drafts that were judged.")
    seconds: dict[str, float] = Field({}, description="Per stage; never written to a shard.")

    @classmethod
    def failed(cls, index: int, reason: str, detail: str, unmade: bool) -> Self:
        """The outcome of a set that could not be made at all; `unmade` if the machine is to blame, not the set."""
        reject = Reject(stage="set", reason=reason, detail=detail, set_index=index)
        return cls(index=index, image_set=None, unmade=unmade, rejects=(reject,))
