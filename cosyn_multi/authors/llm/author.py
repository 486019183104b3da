"""The LLM author: asks a model stage by stage, through the ledger, and believes nothing.

Every request depends on (recipe, index) and on earlier answers alone, so a replay of the ledger asks the same. Where an
answer is still to come, `Waiting` is raised: the set is made when it is there.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final, TypeVar

from pydantic import BaseModel

from cosyn_multi.authors.base import Brief
from cosyn_multi.authors.offline import dress
from cosyn_multi.errors import MachineFailure
from cosyn_multi.llm.desk import Desk
from cosyn_multi.llm.errors import ProviderError
from cosyn_multi.llm.request import Request
from cosyn_multi.model import Artifact, Draft, Plan, Reject, Style, Template, View, Views
from cosyn_multi.questions import POINTING, propose_all
from cosyn_multi.seeds import stream

from .answers import AskAnswer, CodeAnswer, DeriveAnswer, ImagePlan, PlanAnswer, WorldAnswer
from .code import sized, written
from .prompts import Prompts
from .questions import Clerk, assigned, drafts_of, kinds
from .setting import Setting, Slot, make_setting
from .tables import images_told
from .typed import code_fault
from .views import make_plan
from .world import Unfit, check_plan, make_world

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

POINTED: Final = 4
"""Drafts that ask to point at things, where a recipe wants some; no model writes them."""
ASKED: Final = 2
"""How often questions are asked for at most; the second time only if too few of the first passed."""


class LlmAuthor:
    """Writes sets by asking a model at a desk. Made once per worker process."""

    name = "llm"

    def __init__(
        self,
        desk: Desk,
        model: str,
        folder: Path,
        templates: Collection[Template],
        *,
        repairs: int = 2,
        code_share: float = 1.0,
        prompts: Prompts | None = None,
    ) -> None:
        """folder: where written code is kept. templates: what images are drawn with that no code is asked for.
        repairs: how often an answer goes back with what was wrong. code_share: share of images that code is asked for, where
        a template could draw them too. prompts: what it asks with; the built-in ones by default."""
        self.desk, self.model, self.folder = desk, model, folder
        self.templates = tuple(templates)
        self.repairs, self.code_share = repairs, code_share
        self._prompts = prompts or Prompts()

    @property
    def prompts(self) -> str:
        return self._prompts.digest

    def close(self) -> None:
        self.desk.close()

    def plan(self, brief: Brief) -> Plan | Reject:
        setting = make_setting(brief)
        if isinstance(setting, Reject):
            return setting
        planned = self._planned(setting, brief)
        if isinstance(planned, Reject):
            return planned
        return self._filled(planned, setting, brief)

    def _planned(self, setting: Setting, brief: Brief) -> PlanAnswer | Reject:
        def checked(answer: PlanAnswer) -> PlanAnswer:
            check_plan(answer, setting)
            return answer

        return self._asked(self._prompts.request("plan", self.model, s=setting), PlanAnswer, checked, brief)

    def _filled(self, planned: PlanAnswer, setting: Setting, brief: Brief) -> Plan | Reject:
        def checked(answer: WorldAnswer) -> Plan:
            return make_plan(planned, make_world(planned, answer, setting), setting)

        return self._asked(
            self._prompts.request("world", self.model, s=setting, plan=planned), WorldAnswer, checked, brief
        )

    def artifact(self, plan: Plan, view: View, brief: Brief, refused: Sequence[Sequence[Reject]]) -> Artifact | Reject:
        """Code of the model's, and after a refusal the same code mended; after the last repair, a template of the library."""
        setting = make_setting(brief)
        planned = setting if isinstance(setting, Reject) else self._planned(setting, brief)
        if isinstance(setting, Reject) or isinstance(planned, Reject):
            raise AssertionError("there is a plan")
        slot, image = setting.slots[view.image - 1], planned.images[view.image - 1]
        if len(refused) > self.repairs or self._library_draws(view, brief):
            return self._from_library(plan, view, brief, len(refused))
        return self._from_code(view, slot, image, brief, refused)

    def _library_draws(self, view: View, brief: Brief) -> bool:
        rng = stream(brief.seed, brief.index, "llm code", brief.attempt, view.image)
        return rng.random() >= self.code_share and any(t.refuses(view) is None for t in self.templates)

    def _from_library(self, plan: Plan, view: View, brief: Brief, attempt: int) -> Artifact | Reject:
        where = (brief.seed, brief.index, "llm dress", brief.attempt, view.image)
        template = dress.choose(view, self.templates, plan.domain, stream(*where, "template", attempt))
        if isinstance(template, Reject):
            return template
        style = self._style(view, template, brief)
        return style if isinstance(style, Reject) else self._made(view, template, style, brief)

    def _from_code(
        self, view: View, slot: Slot, image: ImagePlan, brief: Brief, refused: Sequence[Sequence[Reject]]
    ) -> Artifact | Reject:
        shared = {"renderer": slot.renderer}
        request = self._prompts.request("code", self.model, shared=shared, view=view, form=image.form, look=image.look)
        for number, faults in enumerate(refused, 1):
            request = self._following(request, [f"{f.reason}: {f.detail}" for f in faults], number)
        answer = self._answer(request, CodeAnswer, brief)
        if isinstance(answer, Reject):
            return answer.model_copy(update={"image": view.image})
        if fault := code_fault(answer.code, slot.renderer, view):
            self.desk.ledger.reject(request.digest, *fault)
            return Reject(stage="code", reason=fault[0], detail=fault[1][:500], image=view.image)
        template = written(self.folder, answer, slot.renderer, view, self.model)
        style = self._style(view, template, brief)
        return style if isinstance(style, Reject) else self._made(view, template, sized(style, answer), brief)

    def _style(self, view: View, template: Template, brief: Brief) -> Style | Reject:
        own = stream(brief.seed, brief.index, "llm style", brief.attempt, view.image)
        return dress.style_for(view, template, own, stream(brief.seed, brief.index, "llm house", brief.attempt))

    def _made(self, view: View, template: Template, style: Style, brief: Brief) -> Artifact:
        seed = stream(brief.seed, brief.index, "llm draw", brief.attempt, view.image).getrandbits(32)
        return Artifact(view=view, template=template, style=style, seed=seed)

    def drafts(self, views: Views, brief: Brief, rng: Random) -> Iterator[Draft | Reject]:
        """Questions in the order of asking, each with the claimed answer and the second call's as witnesses."""
        avoid: list[str] = []
        clerk = Clerk(views)
        if brief.points:
            yield from islice(propose_all(views, rng, kinds=POINTING), POINTED)
        try:
            for turn in range(ASKED):
                for draft in self._round(views, brief, clerk, turn, avoid):
                    if isinstance(draft, Draft):
                        avoid.append(draft.text)
                    yield draft
        finally:
            clerk.close()

    def _round(self, views: Views, brief: Brief, clerk: Clerk, turn: int, avoid: list[str]) -> Iterator[Draft | Reject]:
        setting = make_setting(brief)
        rng = stream(brief.seed, brief.index, "llm kinds", brief.attempt, turn)
        wanted = assigned(len(views.views), brief.questions, rng)
        request = self._prompts.request(
            "ask",
            self.model,
            shared={"kinds": kinds()},
            plan=setting,
            images=images_told(views),
            wanted=wanted,
            avoid=list(avoid),
        )
        answer = self._asked(request, AskAnswer, _same, brief)
        if isinstance(answer, Reject):
            yield answer
            return
        found = drafts_of(answer, views)
        holding = [d for d in found if isinstance(d, Draft) and clerk.holds(d)]
        yield from (d for d in found if d not in holding)
        if holding:
            yield from self._derived(views, holding, clerk, brief)

    def _derived(self, views: Views, drafts: list[Draft], clerk: Clerk, brief: Brief) -> Iterator[Draft | Reject]:
        request = self._prompts.request("derive", self.model, images=images_told(views, briefs=False), drafts=drafts)
        answer = self._asked(request, DeriveAnswer, _same, brief)
        if isinstance(answer, Reject):
            yield answer
            return
        for number, draft in enumerate(drafts, 1):
            yield clerk.witnessed(draft, number, answer)

    def _asked(self, request: Request, model: type[M], checked: Callable[[M], T], brief: Brief) -> T | Reject:
        """An answer that holds together: what doesn't goes back with the finding, up to `repairs` times."""
        last = Reject(stage=request.stage, reason="malformed")
        stage = request.stage
        for turn in range(self.repairs + 1):
            answer = self._answer(request, model, brief)
            if isinstance(answer, Reject):
                last = answer.model_copy(update={"stage": stage})
                if not self._mendable(request):
                    return last
            else:
                try:
                    return checked(answer)
                except Unfit as unfit:
                    self.desk.ledger.reject(request.digest, unfit.slug, unfit.detail)
                    last = Reject(stage=stage, reason=unfit.slug, detail=unfit.detail[:500])
            request = self._following(request, [f"{last.reason}: {last.detail}"], turn + 1)
        return last

    def _mendable(self, request: Request) -> bool:
        """Whether there is an answer that could go back with what is wrong with it: none was refused or stayed away."""
        reply = self.desk.ledger.answer(request.digest)
        return reply is not None and reply.stop != "refusal" and bool(reply.text.strip())

    def _following(self, request: Request, findings: list[str], turn: int) -> Request:
        """What is asked after an answer of no use: to mend it, or where there is none, the same once more."""
        reply = self.desk.ledger.answer(request.digest)
        if reply is None or not self._mendable(request):
            return request.model_copy(update={"sample": turn})
        return self._prompts.repaired(request, reply.text, findings)

    def _answer(self, request: Request, model: type[M], brief: Brief) -> M | Reject:
        """Raises: Waiting, MachineFailure (what may pass), and what ends a run."""
        try:
            return self.desk.ask_for(request, model, brief.index)
        except ProviderError as error:
            raise MachineFailure(f"the provider failed: {error}") from error


def _same(answer: T) -> T:
    return answer
