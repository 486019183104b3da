"""What a worker process keeps warm, and the two things it does: make a set, close a shard."""

import traceback
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from .assets import usable_templates
from .config import Recipe, Runtime
from .errors import MachineFailure, UserError, Waiting
from .model import Made, SetOutcome, Template
from .renderers.chromium import find_browser
from .renderers.studio import Studio
from .sandbox import make_cage
from .shards.folder import RunFolder
from .shards.pending import store_outcome

if TYPE_CHECKING:
    from .authors.base import Author, Brief
    from .llm.office import LlmOptions


class Workshop:
    """One per worker process."""

    def __init__(self, recipe: Recipe, runtime: Runtime) -> None:
        self.recipe, self.runtime = recipe, runtime
        self.folder = RunFolder(runtime.out, runtime.work)
        self.studio = Studio(make_cage(runtime.unsafe_no_sandbox))
        templates = usable_templates(recipe.artifacts, runtime.templates)
        if recipe.author == "llm":
            # most of its invocations wait for answers and draw nothing: each renderer starts when it first draws; but a
            # machine that could not draw must not pay for answers first
            find_browser()
        else:
            with ThreadPoolExecutor(1) as beside:  # the browser is another process: what Python needs loads meanwhile
                loading = beside.submit(_load)
                self.studio.warm({t.renderer for t in templates})
            loading.result()
        self.author = make_author(recipe, runtime, templates)

    def make_set(self, index: int) -> Made:
        """Make a set and keep it in work/. A bug of ours costs the set, not the run; it is rejected with its place.

        Raises: UserError when the machine lacks something (a browser, disk space): that ends the run.
        """
        from .compose import compose

        bug = ""
        try:
            outcome = compose(self._brief(index), self.author, self.studio)
        except UserError:
            raise
        except Waiting:
            return Made.waits(index)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            bug = f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
            machine = isinstance(error, OSError | MemoryError | MachineFailure)
            outcome = SetOutcome.failed(index, "machine" if machine else "bug", bug, unmade=machine)
        store_outcome(self.folder, outcome)
        return Made.of(outcome, bug)

    def close_shard(self, shard: int, first: int, count: int) -> dict[str, int]:
        from .shards.close import close_shard

        return close_shard(self.folder, self.recipe, shard, range(first, first + count)).yields

    def _brief(self, index: int) -> "Brief":
        from .authors.base import Brief

        recipe = self.recipe
        return Brief(
            seed=recipe.seed,
            index=index,
            scenarios=recipe.scenarios,
            artifacts=recipe.artifacts,
            images=recipe.images,
            questions=recipe.questions,
            points=recipe.points,
        )

    def close(self) -> None:
        self.studio.close()
        self.author.close()


def make_author(recipe: Recipe, runtime: Runtime, templates: Collection[Template]) -> "Author":
    """The author that a recipe names. Raises: as `llm.office.open_desk`."""
    if recipe.author == "llm":
        from .authors.llm.author import LlmAuthor
        from .authors.llm.prompts import Prompts
        from .llm.office import open_desk

        desk = open_desk(runtime.out, llm_options(recipe, runtime))
        return LlmAuthor(
            desk, recipe.model, RunFolder(runtime.out).code, templates,
            repairs=recipe.repairs, code_share=recipe.code_share, prompts=Prompts(runtime.prompts),
        )  # fmt: skip
    from .authors.offline.author import OfflineAuthor

    return OfflineAuthor(list(templates))


def llm_options(recipe: Recipe, runtime: Runtime) -> "LlmOptions":
    """How the recipe's model is asked."""
    from .llm.office import LlmOptions

    return LlmOptions(
        llm=runtime.llm, model=recipe.model, base_url=runtime.base_url, budget=runtime.budget, prices=runtime.prices,
        patience_s=runtime.patience_s, replay=runtime.replay,
    )  # fmt: skip


def _load() -> None:
    """Import what the first set needs; most of a second, in which the browser comes up."""
    import faker  # noqa: F401
    import plotly.graph_objects  # noqa: F401

    from . import compose  # noqa: F401
    from .authors.offline import author  # noqa: F401
    from .questions import all_kinds
    from .renderers import matplotlib, pdf  # noqa: F401

    all_kinds()
