"""Where a set plays, who wants it, and what each image is drawn with: told to the model, so that sets differ.

All of it is drawn from (seed, index, attempt): the hint for diversity never depends on what other sets came to.
"""

from random import Random
from typing import Final

from cosyn_multi.authors.base import Brief
from cosyn_multi.authors.offline.domains import load_domains
from cosyn_multi.authors.offline.locales import LOCALES
from cosyn_multi.authors.offline.places import places_of
from cosyn_multi.authors.offline.scenario import Scenario
from cosyn_multi.authors.offline.setting import draw_images, draw_locale, eligible
from cosyn_multi.model import ArtifactKind, Frozen, Reject
from cosyn_multi.seeds import stream

from . import personas
from .deck import dealt

RENDERERS: Final[dict[str, tuple[str, ...]]] = {
    "chart": ("matplotlib", "plotly"),
    "table": ("html", "pdf"),
    "doc": ("pdf", "html"),
}
LOOKS: Final = (
    "plain office print", "a newspaper's graphics desk", "a hand-tuned spreadsheet", "a consultant's slide", "a public authority's form",
    "a small firm's letterhead", "a scientific paper", "a magazine spread", "a museum panel", "an engineer's data sheet",
    "a dashboard of the nineties", "a modern web dashboard", "a textbook page", "a school notice board", "a bank's stationery",
    "a field notebook, typed up", "a trade-fair leaflet", "a municipal report", "a shipping clerk's paperwork", "a warm family business",
)  # fmt: skip
CHARTS: Final = (
    "grouped bars", "lines", "horizontal bars", "stacked bars", "a dot plot", "bars with a value on each", "lines with markers",
    "a lollipop chart", "small differences on a cropped axis", "an area under a line",
)  # fmt: skip
YEARS: Final = (2019, 2020, 2021, 2022, 2023, 2024, 2025)


class Slot(Frozen):
    """One image to be: what kind, drawn with what, in which manner."""

    image: int
    artifact: ArtifactKind
    renderer: str
    look: str
    chart: str = ""


class Setting(Frozen):
    """All that a plan starts from."""

    scenario: str
    about: str
    domain: str
    sector: str
    topic: str
    persona: str
    locale: str
    country: str
    currency: str
    towns: tuple[str, ...]
    year: int
    date_pattern: str
    slots: tuple[Slot, ...]


def make_setting(brief: Brief) -> Setting | Reject:
    """The setting of a set; a Reject if no scenario can make what the brief asks."""
    fitting = eligible(brief)
    if not fitting:
        detail = f"no scenario makes {brief.images} images of {', '.join(brief.artifacts) or 'any kind'}"
        return Reject(stage="plan", reason="no_scenario", detail=detail)
    rng = stream(brief.seed, brief.index, "llm setting", brief.attempt)
    scenario = dealt(fitting, brief.seed, brief.index, f"scenario {brief.attempt}")
    domains = [d for _, d in sorted(load_domains().items())]
    domain = dealt(domains, brief.seed, brief.index, f"domain {brief.attempt}")
    locale = draw_locale(rng, brief.locales)
    towns = [t.name for t in places_of(locale).towns]
    return Setting(
        scenario=scenario.NAME,
        about=scenario.ABOUT,
        domain=domain.name,
        sector=domain.title,
        topic=rng.choice(domain.topics),
        persona=personas.persona(domain, locale, rng),
        locale=locale,
        country=LOCALES[locale].country,
        currency=LOCALES[locale].currency,
        towns=tuple(rng.sample(towns, min(4, len(towns)))),
        year=dealt(YEARS, brief.seed, brief.index, "year"),
        date_pattern=rng.choice(LOCALES[locale].date_patterns),
        slots=_slots(brief, scenario, stream(brief.seed, brief.index, "llm slots", brief.attempt)),
    )


def _slots(brief: Brief, scenario: Scenario, rng: Random) -> tuple[Slot, ...]:
    kinds = sorted(a for a in scenario.ARTIFACTS if not brief.artifacts or a in brief.artifacts)
    odds = [2.0 if kind == "chart" else 1.0 for kind in kinds]
    count = draw_images(brief, scenario, rng)
    turn = rng.randrange(2)
    slots = []
    for image in range(1, count + 1):
        kind = rng.choices(kinds, odds)[0]
        turn += 1
        slots.append(
            Slot.model_validate(
                {
                    "image": image,
                    "artifact": kind,
                    "renderer": RENDERERS[kind][turn % 2],
                    "look": rng.choice(LOOKS),
                    "chart": rng.choice(CHARTS) if kind == "chart" else "",
                }
            )
        )
    return tuple(slots)
