"""unanswerable: the twin of an answerable question, about a row that one of its images doesn't have."""

from collections.abc import Iterator
from random import Random

from cosyn_multi.model import Draft, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind
from cosyn_multi.questions.drafting import Reply, draft, number, ratio, some
from cosyn_multi.questions.sheets import meant, named_by
from cosyn_multi.questions.verify.missing import Gap, gaps

KIND = Kind(
    name="unanswerable",
    group="verify",
    answer_types=("none",),
    about="A twin of an answerable question, about a row that one of its images doesn't have.",
)

MORE = (
    "How much {more} {what_is} {what} in {a} than in {b}?",
    "By how much {what_does} {what} in {a} {exceed} {what_that} in {b}?",
    "Compare {a} with {b}. By how much {what_is} {what} {more} in {a}?",
    "Look up {what} in {a} and in {b}. How much {more} is the value in {a}?",
    "What {what_is} {what} in {a} minus the same figure in {b}?",
)
CHANGE = (
    "By what percentage {what_does} {what} change from {a} to {b}, relative to {a}?",
    "From {a} to {b}, what is the percentage change of {what}?",
    "Taking {what} in {a} as 100 %, how many percent is it in {b}?",
    "Divide {what} in {b} by {what_its} value in {a}. What percentage is that?",
    "What percentage of {what_its} value in {a} {what_does} {what} reach in {b}?",
)
PHRASINGS = (*MORE, *CHANGE)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    for gap in some(rng, list(gaps(views)), 4):
        change = gap.cell.exact and rng.random() < 0.4
        yield _draft(views, rng, gap, change)


def _draft(views: Views, rng: Random, gap: Gap, change: bool) -> Draft:
    asked = ratio(rng, 1, "%") if change else number(rng, gap.cell.column, gap.cell.tolerance, gap=True)
    first, second = (gap.cell.sheet, gap.gone)[:: rng.choice((1, -1))]
    formula = "100.0 * b.x / a.x" if change else "a.x - b.x"
    up = rng.random() < 0.6
    here, gone = words.image(gap.cell.image), words.image(gap.gone.image)
    return draft(
        KIND,
        views,
        rng,
        CHANGE if change else MORE,
        Reply("none", asked.how),
        program=(f"SELECT {asked.sql(formula)} FROM ({gap.value_sql(first)}) a JOIN ({gap.value_sql(second)}) b"),
        answer=_both(views, gap),
        cells=[gap.cell],
        images=sorted(gap.images),
        story=(
            f"{words.sentence(words.says(views, gap.cell))}, but {gone} has no {words.row_noun(gap.gone)} "
            f"{words.label_text(views, gap.cell.sheet, gap.cell.label)}. What {here} says can't be compared."
        ),
        close="so the answer is: {answer}.",
        first=len(MORE) if change else 0,
        fill={
            "what": words.of(views, gap.cell),
            "a": words.image(first.image),
            "b": words.image(second.image),
            "more": words.more(up),
            "exceed": "exceed" if up else "fall short of",
        },
    )


def _both(views: Views, gap: Gap) -> list[str]:
    """The witness: no answer, as one of the images has no such row.

    Raises: LookupError if both have it after all.
    """
    held = [
        s for s in (gap.cell.sheet, gap.gone) if any(r[named_by(s).name] == gap.cell.label for r in meant(views, s))
    ]
    if len(held) == 2:
        raise LookupError(f"both images have {gap.cell.label}")
    return []
