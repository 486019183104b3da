"""One set's plan: setting, persona and topic, and what the scenario makes of them."""

import re

from cosyn_multi.authors.base import Brief
from cosyn_multi.model import Plan, Reject, View, show
from cosyn_multi.seeds import stream

from . import personas, spelling
from .entities import Entities, Exhausted
from .setting import make_setting

SEPARATORS = "Figures have a point between thousands and a decimal comma."
DATES = "Dates are written as"
_POINT_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}\.\d{3}(?![\d.,])")
_COMMA_FRACTION = re.compile(r"\d,\d{1,2}(?!\d)|\.\d{3}\.\d{3}")


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
    told = proposed.model_copy(
        update={
            "persona": personas.persona(setting.domain, rng, Entities(setting.locale, rng)),
            "topic": proposed.topic or rng.choice(setting.domain.topics),
            "views": tuple(_dates_told(_separators_told(v)) for v in proposed.views),
        }
    )
    return spelling.respelt(told) if setting.locale in spelling.LOCALES else told


def _separators_told(view: View) -> View:
    """A view with a line on how its figures are written, where an English reader could take 1.234 for a fraction."""
    numbers = [
        show(v, c.format, view.locale)
        for p in view.parts
        for c in p.measures
        for v in p.values(c.name)
        if v is not None
    ]
    if not any(_POINT_THOUSANDS.search(n) for n in numbers) or any(_COMMA_FRACTION.search(n) for n in numbers):
        return view
    return view.model_copy(update={"notes": (*view.notes, SEPARATORS)})


def _dates_told(view: View) -> View:
    """A view whose line on the order of day and month stands where a date is printed in digits, and only there."""
    printed = any(
        c.kind == "date" and "d" in c.format.pattern and "MMM" not in c.format.pattern
        for p in view.parts
        for c in p.columns
        if any(v is not None for v in p.values(c.name))
    )
    if printed:
        return view
    return view.model_copy(update={"notes": tuple(n for n in view.notes if not n.startswith(DATES))})
