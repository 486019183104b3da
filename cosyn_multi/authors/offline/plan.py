"""One set's plan: setting, persona and topic, and what the scenario makes of them."""

from cosyn_multi.authors.base import Brief
from cosyn_multi.model import Plan, Reject
from cosyn_multi.seeds import stream

from . import personas
from .entities import Entities, Exhausted
from .setting import make_setting


def plan(brief: Brief) -> Plan | Reject:
    """The world and what each image shows of it; a Reject if the brief or the names to draw from don't allow it."""
    made = make_setting(brief)
    if isinstance(made, Reject):
        return made
    scenario, setting = made
    try:
        proposed = scenario.propose(setting)
    except Exhausted as error:
        return Reject(stage="plan", reason="names_exhausted", set_index=brief.index, detail=str(error))
    rng = stream(brief.seed, brief.index, "persona", brief.attempt)
    return proposed.model_copy(
        update={
            "persona": personas.persona(setting.domain, rng, Entities(setting.locale, rng)),
            "topic": proposed.topic or rng.choice(setting.domain.topics),
        }
    )
