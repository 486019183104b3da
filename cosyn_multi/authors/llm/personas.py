"""Personas: role x sector x place x circumstance. Whoever would come to work with a set's papers."""

from random import Random

from cosyn_multi.authors.offline.domain import Domain
from cosyn_multi.authors.offline.domains import load_domains
from cosyn_multi.authors.offline.entities import Entities
from cosyn_multi.authors.offline.personas import distinct as lines_of
from cosyn_multi.authors.offline.personas import persona as line
from cosyn_multi.authors.offline.places import load_places


def persona(domain: Domain, locale: str, rng: Random) -> str:
    """'A night-shift pharmacist in Leeds who keeps the order book', with the sector named."""
    return f"{line(domain, rng, Entities(locale, rng))} ({domain.title.lower()})"


def distinct() -> int:
    """How many different personas there are, over all sectors and places."""
    places = sum(len(p.cities) for p in load_places().values())
    return sum(lines_of(domain, places) for domain in load_domains().values())
