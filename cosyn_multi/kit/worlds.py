"""Views for trying a template: cut from the offline author's worlds, whatever of them suits its needs."""

from collections import Counter
from functools import lru_cache
from typing import Final

from cosyn_multi.authors.base import Brief
from cosyn_multi.authors.offline.locales import LOCALES
from cosyn_multi.authors.offline.plan import plan
from cosyn_multi.authors.offline.scenarios import scenarios
from cosyn_multi.model import Plan, Template, View
from cosyn_multi.seeds import stream

LOOKS: Final = 4
"""Plans of a scenario that are looked through before it counts as one that never suits."""
TRIES: Final = 24
"""Plans tried for one view."""


class Worlds:
    """What a template can be tried with."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.refusals: Counter[str] = Counter()
        """Why views were refused, while scenarios were looked through."""
        self.suited = [
            name for name, s in scenarios().items() if template.artifact in s.ARTIFACTS and self._suits(name)
        ]
        """Scenarios that make views it can draw."""

    def _suits(self, scenario: str) -> bool:
        locales = sorted(LOCALES)
        return any(self._fitting(look, scenario, locales[look * 3 % len(locales)], 0) for look in range(LOOKS))

    def _fitting(self, seed: int, scenario: str, locale: str, attempt: int) -> list[tuple[Plan, View]]:
        made = _plan(seed, scenario, locale, self.template.artifact, attempt)
        why = [(v, self.template.refuses(v)) for v in made.views] if made else []
        self.refusals.update(w for _, w in why if w)
        return [(made, v) for v, w in why if made and w is None]

    def draw(self, seed: int, locale: str) -> tuple[Plan, View] | None:
        """A plan and one of its views that the template can draw; None if none turned up."""
        rng = stream(seed, 0, "kit", locale)
        for attempt in range(TRIES if self.suited else 0):
            found = self._fitting(seed, rng.choice(self.suited), locale, attempt)
            if found:
                return rng.choice(found)
        return None

    def why_none(self) -> str:
        """What most views were refused for: what to loosen in `[needs]`."""
        told = ", ".join(f"{why} ({n} times)" for why, n in self.refusals.most_common(3))
        return f"no world of the offline author suits its needs. It {told}" if told else "no scenario makes such images"


@lru_cache(maxsize=4096)
def _plan(seed: int, scenario: str, locale: str, artifact: str, attempt: int) -> Plan | None:
    brief = Brief(seed=seed, index=attempt, scenarios=(scenario,), artifacts=(artifact,), locales=(locale,))
    made = plan(brief)
    return made if isinstance(made, Plan) else None
