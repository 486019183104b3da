"""temporal_interval: days between dates that stand in two images."""

from collections.abc import Iterator
from itertools import combinations
from random import Random

from cosyn_multi.model import Draft, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind
from cosyn_multi.questions.drafting import Reply, draft, some
from cosyn_multi.questions.sheets import Cell, days, facts, has_day, only_here, truth
from cosyn_multi.questions.sql import value

KIND = Kind(
    name="temporal_interval",
    group="compute",
    answer_types=("int",),
    about="Days between dates that stand in two images.",
)

PHRASINGS = (
    "How many days lie between {early} in {a} and {late} in {b}?",
    "How many days after {early} in {a} {late_is} {late} in {b}?",
    "How many days earlier {early_is} {early} in {a} than {late} in {b}?",
    "How many days pass from {early} in {a} to {late} in {b}?",
    "Count the days from {early} given in {a} to {late} given in {b}. How many are there?",
)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    dates = [Cell(s, 0, c) for s in facts(views) for c in s.columns if has_day(c) and s.cell(0, c.name) is not None]
    pairs = [
        (a, b) if days(a.value) < days(b.value) else (b, a)
        for a, b in combinations(dates, 2)
        if a.image != b.image and a.value != b.value and only_here(views, a) and only_here(views, b)
    ]
    for early, late in some(rng, pairs, 5):
        yield _draft(views, rng, early, late)


def _draft(views: Views, rng: Random, early: Cell, late: Cell) -> Draft:
    passed = (days(truth(views, late)) - days(truth(views, early))).days
    return draft(
        KIND,
        views,
        rng,
        PHRASINGS,
        Reply("int", unit="days"),
        program=f"SELECT CAST(julianday({value(late)}) - julianday({value(early)}) AS INTEGER)",
        answer=[str(passed)],
        cells=[early, late],
        close="from the earlier to the later date, the number of days is {answer}.",
        fill={
            "early": words.of(views, early),
            "late": words.of(views, late),
            "a": words.image(early.image),
            "b": words.image(late.image),
        },
    )
