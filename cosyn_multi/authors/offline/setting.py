"""Where and in what business a set plays: drawn from its seed before a scenario starts."""

from collections.abc import Collection
from random import Random

from cosyn_multi.authors.base import Brief
from cosyn_multi.model import Reject
from cosyn_multi.seeds import stream

from . import locales
from .domains import load_domains
from .scenario import Scenario, Setting
from .scenarios import scenarios

IMAGE_ODDS = {2: 0.36, 3: 0.36, 4: 0.18, 5: 0.10}
"""How many images a set has, where scenario and brief leave the choice: about three."""


CHART_ODDS = 2.0
"""Odds of scenarios that can draw charts, against 1 for those of papers alone, which are more."""

LOCALE_ODDS = {"en_US": 4.0, "en_GB": 3.0}
"""Odds against 1 for every other locale."""


def make_setting(brief: Brief) -> tuple[Scenario, Setting] | Reject:
    """The scenario and the setting it starts from; a Reject if no scenario can make what the brief asks."""
    rng = stream(brief.seed, brief.index, "setting", brief.attempt)
    fitting = eligible(brief)
    if not fitting:
        return Reject(
            stage="plan", reason="no_scenario", set_index=brief.index,
            detail=f"no scenario makes {brief.images} images of {', '.join(brief.artifacts) or 'any kind'}"
            f" among {', '.join(brief.scenarios) or 'all'}",
        )  # fmt: skip
    scenario = rng.choices(fitting, [CHART_ODDS if "chart" in s.ARTIFACTS else 1.0 for s in fitting])[0]
    domain = rng.choice([d for _, d in sorted(load_domains().items())])
    locale = draw_locale(rng, brief.locales)
    currency = locales.LOCALES[locale].currency
    images = draw_images(brief, scenario, rng)
    own = stream(brief.seed, brief.index, "world", brief.attempt)
    return scenario, Setting(brief=brief, domain=domain, locale=locale, currency=currency, images=images, rng=own)


def eligible(brief: Brief) -> list[Scenario]:
    """The scenarios that can make what the brief asks, in order of their names."""
    return [
        s
        for name, s in sorted(scenarios().items())
        if (not brief.scenarios or name in brief.scenarios)
        and (not brief.artifacts or s.ARTIFACTS & set(brief.artifacts))
        and max(brief.images[0], s.IMAGES[0]) <= min(brief.images[1], s.IMAGES[1])
    ]


def draw_images(brief: Brief, scenario: Scenario, rng: Random) -> int:
    low, high = max(brief.images[0], scenario.IMAGES[0]), min(brief.images[1], scenario.IMAGES[1])
    numbers = range(low, high + 1)
    return rng.choices(numbers, [IMAGE_ODDS.get(n, 0.05) for n in numbers])[0]


def draw_locale(rng: Random, among: Collection[str] = ()) -> str:
    names = sorted(among or locales.LOCALES)
    return rng.choices(names, [LOCALE_ODDS.get(n, 1.0) for n in names])[0]
