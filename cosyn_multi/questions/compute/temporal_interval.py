"""temporal_interval: days between dates that stand in two images, or months between the peaks of two figures."""

from collections.abc import Iterator
from itertools import combinations
from random import Random

from cosyn_multi.model import Column, Draft, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind
from cosyn_multi.questions.drafting import Reply, draft, form_of, some
from cosyn_multi.questions.links import Link, joined, links
from cosyn_multi.questions.sheets import Cell, apart, days, facts, has_day, named_by, only_here, truth
from cosyn_multi.questions.sql import top_label, value

KIND = Kind(
    name="temporal_interval",
    group="compute",
    answer_types=("int",),
    about="Days between dates that stand in two images, or months between the peaks of two figures.",
)

DAYS = (
    "How many days apart are {early} in {a} and {late} in {b}?",
    "How many days after {early} in {a} {late_is} {late} in {b}?",
    "How many days earlier {early_is} {early} in {a} than {late} in {b}?",
    "How many days pass from {early} in {a} to {late} in {b}?",
    "Count the days from {early} given in {a} to {late} given in {b}. How many are there?",
)
MONTHS = (
    "How many months is the month with the {most} {lead} in {a} away from the month with the {most2} {asked} in {b}?",
    "Find the month with the {most} {lead} in {a} and the month with the {most2} {asked} in {b}. How many months apart are they?",
    "The month with the {most} {lead} in {a} isn't the one with the {most2} {asked} in {b}. How many months are they apart?",
    "In {a}, look for the month with the {most} {lead}; in {b}, for the one with the {most2} {asked}. How many months apart are the two?",
    "How many months separate the {most} {lead} in {a} from the {most2} {asked} in {b}?",
)
PHRASINGS = (*DAYS, *MONTHS)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    monthly = [k for k in links(views) if named_by(k.a).kind == "date" and form_of(named_by(k.a)) == "month"]
    for link in some(rng, monthly, 3):
        yield from _months(views, rng, link)
    dates = [Cell(s, 0, c) for s in facts(views) for c in s.columns if _counts(c) and s.cell(0, c.name) is not None]
    pairs = [
        (a, b) if days(a.value) < days(b.value) else (b, a)
        for a, b in combinations(dates, 2)
        if a.image != b.image and a.value != b.value and only_here(views, a) and only_here(views, b)
    ]
    for early, late in some(rng, pairs, 5):
        yield _draft(views, rng, early, late)


def _counts(column: Column) -> bool:
    """Whether days may be counted from it: not from where weeks begin, which are seven days apart."""
    return has_day(column) and column.role != "period"


def _draft(views: Views, rng: Random, early: Cell, late: Cell) -> Draft:
    passed = (days(truth(views, late)) - days(truth(views, early))).days
    return draft(
        KIND,
        views,
        rng,
        DAYS,
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


def _months(views: Views, rng: Random, link: Link) -> Iterator[Draft]:
    ups = rng.random() < 0.7, rng.random() < 0.7
    orders = [
        sorted(side, key=lambda c: c.number, reverse=up)
        for side, up in zip(zip(*link.pairs, strict=True), ups, strict=True)
    ]
    tops = [o[0] for o in orders]
    if tops[0].label == tops[1].label or not all(apart(o[0], o[1]) for o in orders):
        return
    rows = joined(views, link)
    ends = [
        _month((max if ups[0] else min)(rows, key=lambda r: r[1])[0]),
        _month((max if ups[1] else min)(rows, key=lambda r: r[2])[0]),
    ]
    most = [words.extreme(c, up) for c, up in ((link.lead, ups[0]), (link.asked, ups[1]))]
    told = [
        f"in {words.image(c.image)} the {m} {words.being(c.sheet, c.column)} {words.value(views, c)}, in {words.row(views, c)}"
        for c, m in zip(tops, most, strict=True)
    ]
    numbers = [_month_sql(f"({top_label(c, up)})") for c, up in zip(tops, ups, strict=True)]
    yield draft(
        KIND,
        views,
        rng,
        MONTHS,
        Reply("int", unit="months"),
        program=f"SELECT abs({numbers[0]} - ({numbers[1]}))",
        answer=[str(abs(ends[0] - ends[1]))],
        cells=link.cells,
        named=(),
        story=f"{words.sentence('; '.join(told))}.",
        close="the number of months from the one to the other is {answer}.",
        first=len(DAYS),
        fill={**link.fill(), "most": most[0], "most2": most[1]},
    )


def _month(value: Value) -> int:
    """Months since year 0."""
    return days(value).year * 12 + days(value).month


def _month_sql(day: str) -> str:
    return f"CAST(substr({day}, 1, 4) AS INTEGER) * 12 + CAST(substr({day}, 6, 2) AS INTEGER)"
