"""What a scenario file is made of: a NAME, what it can make, and `propose`."""

from dataclasses import dataclass
from random import Random
from typing import Protocol

from cosyn_multi.authors.base import Brief
from cosyn_multi.model import Plan

from .domain import Domain


@dataclass(frozen=True)
class Setting:
    """Drawn before a scenario starts: where and in what business the set plays."""

    brief: Brief
    domain: Domain
    locale: str
    currency: str
    images: int
    rng: Random


class Scenario(Protocol):
    """A module in `scenarios/`: one file per scenario."""

    NAME: str
    ABOUT: str
    IMAGES: tuple[int, int]
    """Fewest and most images it can make."""
    ARTIFACTS: frozenset[str]
    """Artifact kinds it can consist of: it can make a set from any non-empty choice among these."""

    def propose(self, setting: Setting) -> Plan:
        """A world and `setting.images` views of it, restricted to `setting.brief.artifacts` if any are given."""
        ...
