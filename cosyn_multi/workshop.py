"""What a worker process keeps warm, and the two things it does: make a set, close a shard."""

import traceback
from pathlib import Path

from pydantic import Field

from .assets import builtin_templates, find_templates
from .authors.base import Author, Brief
from .authors.offline.author import OfflineAuthor
from .compose import compose
from .config import Recipe, Runtime
from .errors import UserError
from .model import Frozen, Reject, SetOutcome
from .renderers.studio import Studio
from .shards.close import close_shard, store_outcome
from .shards.folder import RunFolder


class Made(Frozen):
    """What a worker tells of a set it made; the set itself is in work/."""

    index: int
    sets: int
    images: int
    questions: int
    rejects: int
    drafts: int
    bug: str = ""
    seconds: dict[str, float] = Field({}, description="Per stage.")


class Workshop:
    """One per worker process."""

    def __init__(self, recipe: Recipe, runtime: Runtime) -> None:
        self.recipe, self.runtime = recipe, runtime
        self.folder = RunFolder(runtime.out)
        self.studio = Studio()
        self.author = make_author(recipe, runtime.templates)

    def make_set(self, index: int) -> Made:
        """Make a set and keep it in work/. A bug of ours costs the set, not the run; it is rejected with its place.

        Raises: UserError when the machine lacks something (a browser, disk space): that ends the run.
        """
        bug = ""
        try:
            outcome = compose(self._brief(index), self.author, self.studio)
        except UserError:
            raise
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            bug = f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
            outcome = failed(index, "bug", bug, unmade=isinstance(error, OSError | MemoryError))
        store_outcome(self.folder, outcome)
        return summary(outcome, bug)

    def close_shard(self, shard: int, first: int, count: int) -> dict[str, int]:
        return close_shard(self.folder, self.recipe, shard, range(first, first + count)).yields

    def _brief(self, index: int) -> Brief:
        recipe = self.recipe
        return Brief(
            seed=recipe.seed,
            index=index,
            scenarios=recipe.scenarios,
            artifacts=recipe.artifacts,
            images=recipe.images,
            questions=recipe.questions,
        )

    def close(self) -> None:
        self.studio.close()


def make_author(recipe: Recipe, workspace: Path | None) -> Author:
    """The author that a recipe names, with the templates of this machine."""
    templates = (
        builtin_templates() if workspace is None else find_templates(workspace)[0]
    )  # pipeline told of broken ones
    return OfflineAuthor(list(templates.values()))


def failed(index: int, reason: str, detail: str, unmade: bool) -> SetOutcome:
    """The outcome of a set that could not be made at all; `unmade` if the machine is to blame, not the set."""
    return SetOutcome(
        index=index,
        image_set=None,
        unmade=unmade,
        rejects=(Reject(stage="set", reason=reason, detail=detail, set_index=index),),
    )


def summary(outcome: SetOutcome, bug: str = "") -> Made:
    made = outcome.image_set
    return Made(
        index=outcome.index,
        sets=int(made is not None),
        images=len(made.pictures) if made else 0,
        questions=len(made.questions) if made else 0,
        rejects=len(outcome.rejects),
        drafts=outcome.drafts,
        bug=bug,
        seconds=outcome.seconds,
    )
