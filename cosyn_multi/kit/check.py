"""The check of a template: many seeds in every locale, each drawn once."""

from collections.abc import Callable, Sequence

from cosyn_multi.authors.offline.locales import LOCALES
from cosyn_multi.errors import ConfigError, TemplateError, unknown
from cosyn_multi.model import Template
from cosyn_multi.renderers.studio import Studio
from cosyn_multi.sandbox import WarmCage

from .proofs import proofs
from .tally import Tally
from .worlds import Worlds


def check(
    template: Template,
    seeds: int,
    locales: Sequence[str] = (),
    report: Callable[[int, int], None] = lambda done, of: None,
) -> Tally:
    """Draw a template from `seeds` worlds in each locale (default: all that sets play in).

    Args: report: is told how many are done, of how many.
    Raises: ConfigError for an unknown locale; TemplateError if no world suits its needs; SetupError for what the
        machine lacks.
    """
    for name in locales:
        if name not in LOCALES:
            raise ConfigError(f"--locale {unknown('locale', name, LOCALES)}")
    worlds = Worlds(template)
    if not worlds.suited:
        raise TemplateError(f"{template.name}: {worlds.why_none()}")
    which = [(seed, locale) for seed in range(seeds) for locale in sorted(locales or LOCALES)]
    tally, studio = Tally(template), Studio(WarmCage())
    try:
        next(
            proofs(template, worlds, studio, which[:1])
        )  # starts browser and cage, which no picture's time should hold
        for done, found in enumerate(proofs(template, worlds, studio, which), 1):
            tally.add(found)
            report(done, len(which))
    finally:
        studio.close()
    return tally
