"""The offline author: procedural, seeded, no key, no network."""

from collections.abc import Iterator, Sequence
from random import Random

from cosyn_multi.authors.base import Brief
from cosyn_multi.model import Artifact, Draft, Plan, Reject, Template, View, Views
from cosyn_multi.questions import POINTING, propose_all
from cosyn_multi.seeds import stream

from . import dress
from .plan import plan as make_plan


class OfflineAuthor:
    """Writes worlds from scenarios and domains, and draws them with templates."""

    name = "offline"
    model = ""
    prompts = ""

    def __init__(self, templates: Sequence[Template]) -> None:
        self.templates = tuple(templates)

    def plan(self, brief: Brief) -> Plan | Reject:
        return make_plan(brief)

    def artifact(self, plan: Plan, view: View, brief: Brief, refused: Sequence[Sequence[Reject]]) -> Artifact | Reject:
        """The drawing of one view. Later attempts avoid the templates of the earlier ones."""
        attempt = len(refused)
        where = (brief.seed, brief.index, "dress", brief.attempt, view.image)
        tried: list[str] = []
        for number in range(attempt):
            earlier = dress.choose(view, self.templates, plan.domain, stream(*where, "template", number), tried)
            tried += [] if isinstance(earlier, Reject) else [earlier.name]
        template = dress.choose(view, self.templates, plan.domain, stream(*where, "template", attempt), tried)
        if isinstance(template, Reject):
            return template
        house = stream(brief.seed, brief.index, "house", brief.attempt)
        style = dress.style_for(view, template, stream(*where, "style", attempt), house)
        if isinstance(style, Reject):
            return style
        seed = stream(*where, "draw", attempt).getrandbits(32)
        return Artifact(view=view, template=template, style=style, seed=seed)

    def drafts(self, views: Views, brief: Brief, rng: Random) -> Iterator[Draft]:
        return propose_all(views, rng, wanted=brief.questions, optional=POINTING if brief.points else ())

    def close(self) -> None:
        """Nothing is held."""
