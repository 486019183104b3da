"""unanswerable: the twin of an answerable question, about a row that one of its images doesn't have."""

from collections.abc import Iterator
from itertools import zip_longest
from random import Random

from cosyn_multi.model import Column, Draft, Sheet, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.chain.sequential_hop import standing_out
from cosyn_multi.questions.drafting import Reply, draft, number, ratio, some
from cosyn_multi.questions.fields import joinable
from cosyn_multi.questions.sheets import Cell, comparable, exact_number, meant, measures, named_by, row_of, whole
from cosyn_multi.questions.sql import top_label
from cosyn_multi.questions.verify.missing import Gap, Stranger, gaps, strangers

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


HOP = (
    "Find the {noun} with the {most} {lead} in {a}. What {asked_is} the {asked} of that {noun} in {b}?",
    "Take the {noun} that has the {most} {lead} in {a}. What {asked} does {b} give for that {noun}?",
    "What {asked} does {b} give for the {noun} whose {lead} {lead_is} the {most} in {a}?",
    "In {a}, one {noun} has the {most} {lead}. Look up the same {noun} in {b}: what {asked_is} the {asked} there?",
    "Start from the {noun} with the {most} {lead} in {a}. What {asked_is} the {asked} of that {noun} according to {b}?",
)
NEITHER = (
    "How much {more} {first_is} {first} in {a} than {second} in {b}?",
    "By how much {first_does} {first} in {a} {exceed} {second} in {b}?",
    "Compare {first} in {a} with {second} in {b}. By how much {first_is} the former {more}?",
    "Take {first} from {a} and {second} from {b}. How much {more} {first_is} the former?",
    "What {first_is} {first} in {a} minus {second} in {b}?",
)
PHRASINGS = (*MORE, *CHANGE, *HOP, *NEITHER)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    makers = [_gaps(views, rng), _hops(views, rng), _strangers(views, rng)]
    for found in zip_longest(*rng.sample(makers, len(makers))):
        yield from (d for d in found if d)


def _gaps(views: Views, rng: Random) -> Iterator[Draft]:
    for gap in some(rng, list(gaps(views)), 4):
        change = gap.cell.exact and rng.random() < 0.4
        yield _draft(views, rng, gap, change)


def _hops(views: Views, rng: Random) -> Iterator[Draft]:
    """The row that stands out in one image is not in the other."""
    paths = [(a, x, b, y) for a, b in joinable(views) for x in measures(a) for y in measures(b) if whole(views, b)]
    for a, lead, b, asked in some(rng, paths, 8):
        up = rng.random() < 0.7
        order = standing_out(views, a, lead, up)
        if order and row_of(b, order[0].label) is None:
            yield _hop(views, rng, order, b, asked, up)


def _strangers(views: Views, rng: Random) -> Iterator[Draft]:
    for stranger in some(rng, list(strangers(views)), 3):
        yield _neither(views, rng, stranger)


def _hop(views: Views, rng: Random, order: list[Cell], b: Sheet, asked: Column, up: bool) -> Draft:
    top, most = order[0], words.extreme(order[0].column, up)
    best = (max if up else min)(meant(views, top.sheet), key=lambda r: exact_number(r[top.column.name]))
    name = best[named_by(top.sheet).name]
    reply = number(rng, asked)
    return draft(
        KIND,
        views,
        rng,
        HOP,
        Reply("none", reply.how),
        program=(
            f"SELECT {reply.sql(q(asked.name))} FROM {q(b.name)} WHERE {q(named_by(b).name)} = ({top_label(top, up)})"
        ),
        answer=[str(r[asked.name]) for r in meant(views, b) if r[named_by(b).name] == name],
        cells=order,
        images=sorted((top.image, b.image)),
        named=(),
        story=(
            f"In {words.image(top.image)} the {most} {words.being(top.sheet, top.column)} {words.value(views, top)}, for "
            f"{words.row(views, top)}. {words.sentence(words.image(b.image))} has no {words.row_noun(b)} of that name."
        ),
        close="so the answer is: {answer}.",
        first=len(MORE) + len(CHANGE),
        fill={
            "noun": words.row_noun(top.sheet),
            "most": most,
            "lead": words.measure(top.sheet, top.column),
            "asked": words.measure(b, asked),
            "a": words.image(top.image),
            "b": words.image(b.image),
        },
    )


def _neither(views: Views, rng: Random, stranger: Stranger) -> Draft:
    up, reply = rng.random() < 0.6, number(rng, stranger.first, gap=True)
    row = words.label_text(views, stranger.a, stranger.name)
    first, second = (
        words.said_of_row(views, s, c, stranger.name)
        for s, c in ((stranger.a, stranger.first), (stranger.b, stranger.second))
    )
    sheets, same = (stranger.a, stranger.b), comparable(stranger.first, stranger.second)
    held = [s for s in sheets if any(r[named_by(s).name] == stranger.name for r in meant(views, s))]
    if held:
        raise LookupError(f"image {held[0].image} has {row}")
    return draft(
        KIND,
        views,
        rng,
        MORE if same else NEITHER,
        Reply("none", reply.how),
        program=(
            f"SELECT {reply.sql('a.x - b.x')} FROM ({stranger.value_sql(False)}) a JOIN ({stranger.value_sql(True)}) b"
        ),
        answer=[],
        cells=[Cell(s, i, named_by(s)) for s in sheets for i in range(len(s.rows))],
        images=stranger.images,
        named=(),
        story=f"Neither {words.images(stranger.images, 'nor')} has {words.article(words.row_noun(stranger.a))} {row}.",
        close="so the answer is: {answer}.",
        first=0 if same else len(MORE) + len(CHANGE) + len(HOP),
        fill={
            "what": first,
            "first": first,
            "second": second,
            "a": words.image(stranger.a.image),
            "b": words.image(stranger.b.image),
            "more": words.more(up),
            "exceed": "exceed" if up else "fall short of",
        },
    )


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
