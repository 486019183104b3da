"""compare_pair: one quantity in two images: which is higher, whether, and by how much."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from random import Random

from cosyn_multi.model import Draft, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import Reply, draft, number, some, which_image, yes_no
from cosyn_multi.questions.fields import Field, fields
from cosyn_multi.questions.links import Link, joined, links, targets
from cosyn_multi.questions.sheets import Cell, amount, apart, named_by
from cosyn_multi.questions.sql import field_sql, top_label, value
from cosyn_multi.questions.summaries import Summary, clear, story, summaries

KIND = Kind(
    name="compare_pair",
    group="compare",
    answer_types=("bool", "image", "float", "int"),
    about="One quantity in two images: whether it is higher, where, and by how much.",
)

WHETHER = (
    "{what_Is} {what} {more} in {a} than in {b}?",
    "Does {a} give a {more} value for {what} than {b} does?",
    "Comparing {a} with {b}: {what_is} {what} {more} in {a}?",
    "Is the value that {a} gives for {what} {more} than the one in {b}?",
    "Look up {what} in {a} and in {b}. Is the value in {a} the {more} one?",
)
WHERE = (
    "Which of {a} and {b} gives the {more} value for {what}?",
    "{what_Is} {what} {more} in {a} or in {b}? Name the image.",
    "{what} {what_is} given in {a} and in {b}. In which of the two {what_is} {what_it} {more}?",
    "Compare {a} with {b}: which one has the {more} value for {what}?",
    "Between {a} and {b}, which image has {what} at a {more} value?",
)
BY_HOW_MUCH = (
    "How much {more} {what_is} {what} in {a} than in {b}?",
    "By how much {what_does} {what} in {a} {exceed} {what_that} in {b}?",
    "Compare {a} with {b}. By how much {what_is} {what} {more} in {a}?",
    "{what} {what_is} {more} in {a} than in {b}. By how much?",
    "Look up {what} in {a} and in {b}. How much {more} is the value in {a}?",
)
ENDS = (
    "In {a}, find the {noun} with the highest {lead} and the {noun} with the lowest. In {b}, {asked_is} the {asked} {more} for the first of the two?",
    "Find the {nouns} with the highest and the lowest {lead} in {a}. {asked_Is} the {asked} in {b} {more} for the former?",
    "In {a}, one {noun} has the highest {lead} and another the lowest. Does the former have the {more} {asked} in {b}?",
    "Take two {nouns} from {a}: first the one with the highest {lead}, then the one with the lowest. {asked_Is} the {asked} in {b} {more} for the first?",
    "Look up in {a} which {noun} has the highest {lead}, and which the lowest. Does {b} give the {more} {asked} for the former?",
)
PEAKS_WHETHER = (
    "Is {what} found in {a} {more} than the one in {b}?",
    "Find {what} in {a} and in {b}. Is the one in {a} {more}?",
    "Compare {a} with {b}: is {what} {more} in {a}?",
    "Does {a} have {what} at a {more} level than {b}?",
    "Look for {what} in each of {a} and {b}. Is it {more} in {a}?",
)
PEAKS_BY = (
    "How much {more} is {what} in {a} than in {b}?",
    "Find {what} in {a} and in {b}. By how much is the one in {a} {more}?",
    "By how much does {what} in {a} {exceed} the one in {b}?",
    "Compare {what} in {a} with that in {b}. How much {more} is the former?",
    "Look for {what} in each of {a} and {b}. How much {more} is it in {a}?",
)
MISSED_BY = (
    "By how much {asked_does} the {asked} {of} in {b} {exceed} the {lead} in {a}?",
    "How much {more} {asked_is} the {asked} {of} in {b} than the {lead} in {a}?",
    "Take the {lead} {of} from {a} and the {asked} from {b}. By how much {asked_is} the latter {more}?",
    "Compare the {asked} {of} in {b} with the {lead} in {a}. How much {more} {asked_is} the former?",
    "{a} gives the {lead} and {b} the {asked}. How much {more} {of} {asked_is} the latter?",
)
PHRASINGS = (*WHETHER, *WHERE, *BY_HOW_MUCH, *ENDS, *PEAKS_WHETHER, *PEAKS_BY, *MISSED_BY)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    for field in some(rng, fields(views), 5):
        a, b = rng.choice(list(combinations(field.images, 2)))
        pair = field.on(*rng.sample([a, b], 2))
        if not apart(*pair.cells):
            continue
        for make in some(rng, (_whether, _where, _how_much), 2):
            yield make(views, rng, pair)
    for link in some(rng, list(targets(views)), 3):
        pairs = [p for p in link.pairs if apart(*p)]
        yield from (_missed_by(views, rng, link, x, y) for x, y in some(rng, pairs, 2))
    for link in some(rng, list(links(views)), 3):
        yield from _ends(views, rng, link)
    for group in some(rng, list(summaries(views, "max", "min", "sum")), 4):
        one, other = rng.sample(group, 2)
        if clear((one, other)):
            yield (_peaks_whether if rng.random() < 0.35 else _peaks_by)(views, rng, one, other)


def _peaks_fill(a: Summary, b: Summary, up: bool) -> dict[str, str]:
    exceed = "exceed" if up else "fall short of"
    return {
        "what": a.noun,
        "a": words.image(a.image),
        "b": words.image(b.image),
        "more": words.more(up),
        "exceed": exceed,
    }


def _peaks_whether(views: Views, rng: Random, a: Summary, b: Summary) -> Draft:
    up, reply = rng.random() < 0.6, yes_no(rng)
    return draft(
        KIND,
        views,
        rng,
        PEAKS_WHETHER,
        reply,
        program=f"SELECT CASE WHEN {a.sql} {'>' if up else '<'} {b.sql} THEN 'Yes' ELSE 'No' END",
        answer=[reply.text((a.truth(views) > b.truth(views)) == up)],
        cells=[*a.cells, *b.cells],
        named=(),
        story=story(views, (a, b)),
        close="so the answer is {answer}.",
        first=len(PHRASINGS) - len(MISSED_BY) - len(PEAKS_BY) - len(PEAKS_WHETHER),
        fill=_peaks_fill(a, b, up),
    )


def _peaks_by(views: Views, rng: Random, a: Summary, b: Summary) -> Draft:
    up, reply = a.number > b.number, number(rng, a.column, a.slack + b.slack, gap=True)
    high, low = (a, b) if up else (b, a)
    return draft(
        KIND,
        views,
        rng,
        PEAKS_BY,
        reply,
        program=f"SELECT {reply.sql(f'{high.sql} - {low.sql}')}",
        answer=[reply.text(_whole(high.truth(views) - low.truth(views), reply))],
        cells=[*a.cells, *b.cells],
        named=(),
        story=story(views, (a, b)),
        close="the former exceeds the latter by {answer}." if up else "the former is lower by {answer}.",
        first=len(PHRASINGS) - len(MISSED_BY) - len(PEAKS_BY),
        fill=_peaks_fill(a, b, up),
    )


def _whole(number: Fraction, reply: Reply) -> Fraction | int:
    return int(number) if reply.answer_type == "int" else number


def _missed_by(views: Views, rng: Random, link: Link, planned: Cell, came: Cell) -> Draft:
    up, reply = came.number > planned.number, number(rng, link.asked, planned.tolerance + came.tolerance, gap=True)
    high, low = (came, planned) if up else (planned, came)
    return draft(
        KIND,
        views,
        rng,
        MISSED_BY,
        reply,
        program=f"SELECT {reply.sql(f'{value(high)} - {value(low)}')}",
        answer=[reply.text(abs(amount(views, came) - amount(views, planned)))],
        cells=[planned, came],
        close=f"{words.value(views, high)} is {{answer}} more than {words.value(views, low)}.",
        first=len(PHRASINGS) - len(MISSED_BY),
        fill={
            **link.fill(),
            "of": f"for {words.row(views, planned)}",
            "more": words.more(up),
            "exceed": "exceed" if up else "fall short of",
        },
    )


def _ends(views: Views, rng: Random, link: Link) -> Iterator[Draft]:
    order = sorted((x for x, _ in link.pairs), key=lambda c: c.number)
    low, high = (dict(link.pairs)[x] for x in (order[0], order[-1]))
    if not apart(order[0], order[1]) or not apart(order[-2], order[-1]) or not apart(low, high):
        return
    up, rows = rng.random() < 0.5, joined(views, link)
    top, bottom = max(rows, key=lambda r: r[1]), min(rows, key=lambda r: r[1])
    reply, key = yes_no(rng), q(named_by(link.b).name)
    asked = f"SELECT {q(link.asked.name)} FROM {q(link.b.name)} WHERE {key} ="
    sides = [f"({asked} ({top_label(order[-1], which)}))" for which in (True, False)]
    yield draft(
        KIND,
        views,
        rng,
        ENDS,
        reply,
        program=f"SELECT CASE WHEN {sides[0]} {'>' if up else '<'} {sides[1]} THEN 'Yes' ELSE 'No' END",
        answer=[reply.text(top[2] > bottom[2] if up else top[2] < bottom[2])],
        cells=link.cells,
        named=(),
        story=words.walk(views, [order[-1], order[0], high, low], "these are to be compared."),
        close="so the answer is {answer}.",
        first=len(WHETHER) + len(WHERE) + len(BY_HOW_MUCH),
        fill={**link.fill(), "more": words.more(up)},
    )


def _fill(views: Views, pair: Field, up: bool) -> dict[str, str]:
    a, b = (words.image(i) for i in pair.images)
    more = words.more(up)
    exceed = "exceed" if up else "fall short of"
    return {"what": words.field(views, pair), "a": a, "b": b, "more": more, "exceed": exceed}


def _whether(views: Views, rng: Random, pair: Field) -> Draft:
    up, (a, b) = rng.random() < 0.6, pair.cells
    holds = amount(views, a) > amount(views, b) if up else amount(views, a) < amount(views, b)
    return draft(
        KIND,
        views,
        rng,
        WHETHER,
        reply := yes_no(rng),
        program=f"SELECT CASE WHEN {value(a)} {'>' if up else '<'} {value(b)} THEN 'Yes' ELSE 'No' END",
        answer=[reply.text(holds)],
        cells=pair.cells,
        close="so the answer is {answer}.",
        fill=_fill(views, pair, up),
    )


def _where(views: Views, rng: Random, pair: Field) -> Draft:
    up, (a, b) = rng.random() < 0.6, pair.cells
    pick = "max" if up else "min"
    found = a if (amount(views, a) > amount(views, b)) == up else b
    return draft(
        KIND,
        views,
        rng,
        WHERE,
        which_image(),
        program=f"WITH f AS ({field_sql(pair)}) SELECT 'image ' || image FROM f WHERE x = (SELECT {pick}(x) FROM f)",
        answer=[words.image(found.image)],
        cells=pair.cells,
        close=f"the {words.more(up)} value is in {{answer}}.",
        first=len(WHETHER),
        fill=_fill(views, pair, up),
    )


def _how_much(views: Views, rng: Random, pair: Field) -> Draft:
    a, b = pair.cells
    up = a.number > b.number
    high, low = (a, b) if up else (b, a)
    reply = number(rng, pair.column, pair.slack, gap=True)
    return draft(
        KIND,
        views,
        rng,
        BY_HOW_MUCH,
        reply,
        program=f"SELECT {reply.sql(f'{value(high)} - {value(low)}')}",
        answer=[reply.text(amount(views, high) - amount(views, low))],
        cells=pair.cells,
        close=f"{words.value(views, high)} is {{answer}} more than {words.value(views, low)}.",
        first=len(WHETHER) + len(WHERE),
        fill=_fill(views, pair, up),
    )
