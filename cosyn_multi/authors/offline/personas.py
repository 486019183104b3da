"""Personas: who would come to work with a set. Role x sector x place x circumstance, one short line."""

from random import Random
from typing import Final

from .domain import Domain
from .entities import Entities

MANNERS: Final = (
    "newly appointed", "night-shift", "long-serving", "part-time", "freelance", "retired but helpful", "recently promoted",
    "travelling", "second-generation", "multilingual", "bilingual", "deputy", "acting", "visiting", "meticulous", "sceptical",
)  # fmt: skip
CIRCUMSTANCES: Final = (
    "who keeps the order book", "who prepares the board papers on {topic}", "who is checking last year's figures",
    "who took over the files from a colleague", "who has to explain {topic} to the owners", "who settles disputed invoices",
    "who is planning next season", "who compares offers before every purchase", "who audits {topic} once a quarter",
    "who answers the bank's questions", "who is writing a handover note", "who trains new staff in {topic}",
    "who doubts the latest totals", "who reports on {topic} to head office", "who is moving the records to a new system",
    "who chases late payments", "who prepares the renewal of a contract", "who sums up {topic} for a newsletter",
    "who is looking for savings", "who presents {topic} at the spring meeting", "who keeps a private tally of {topic}",
    "who signs off every delivery", "who is negotiating with two suppliers", "who reads every footnote",
    "who is drafting a grant application", "who compares branches every month", "who was asked to simplify {topic}",
    "who is tracing a mistake in the books", "who supports the accountant with {topic}", "who runs a small family firm",
)  # fmt: skip


def persona(domain: Domain, rng: Random, entities: Entities) -> str:
    """'A night-shift pharmacist in Leeds who keeps the order book'."""
    manner, role = rng.choice(("", *MANNERS)), rng.choice(domain.roles)
    who = f"{manner} {role}".strip()
    circumstance = rng.choice(CIRCUMSTANCES).format(topic=rng.choice(domain.topics))
    article = "An" if who[0] in "aeiou" else "A"
    return f"{article} {who} in {entities.city()} {circumstance}"


def distinct(domain: Domain, places: int) -> int:
    """How many different lines a domain can give with so many places."""
    with_topic = sum("{topic}" in c for c in CIRCUMSTANCES)
    endings = with_topic * len(domain.topics) + len(CIRCUMSTANCES) - with_topic
    return (len(MANNERS) + 1) * len(domain.roles) * places * endings
