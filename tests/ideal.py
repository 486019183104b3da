"""Sets of the offline author without drawing: plans, and views as a perfect drawing would give them."""

from functools import cache
from random import Random

from perfect import perfect

from cosyn_multi.authors.base import Brief
from cosyn_multi.authors.offline.plan import plan
from cosyn_multi.model import Draft, Plan, Views
from cosyn_multi.questions import propose_all


@cache
def planned(index: int, scenario: str = "", images: tuple[int, int] = (2, 5), seed: int = 11) -> Plan:
    """One plan; of any scenario if none is named."""
    made = plan(Brief(seed=seed, index=index, scenarios=(scenario,) if scenario else (), images=images))
    assert isinstance(made, Plan), made
    return made


def views_of(made: Plan) -> Views:
    return perfect(made.world, made.views)


def asked(scenario: str, count: int, kind: str = "", images: tuple[int, int] = (2, 5)) -> list[tuple[Views, Draft]]:
    """What is proposed over some sets of a scenario, of one kind or of all."""
    found = []
    for index in range(count):
        views = views_of(planned(index, scenario, images))
        found += [(views, d) for d in propose_all(views, Random(index), kinds=[kind] if kind else None)]
    return found
