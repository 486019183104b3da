"""aggregate: a sum or a mean over images."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from random import Random

from cosyn_multi.model import Draft, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import borderline, draft, half_up, number, some
from cosyn_multi.questions.fields import Field, fields
from cosyn_multi.questions.links import Condition, Link, joined, links
from cosyn_multi.questions.sheets import amount, named_by
from cosyn_multi.questions.sql import field_sql

KIND = Kind(
    name="aggregate",
    group="compute",
    answer_types=("int", "float"),
    about="A sum or a mean of one quantity over images.",
)

SUM = (
    "What is the sum of {what} over {images}?",
    "Add up {what} in {images}. What is the total?",
    "What {what_does} {what} come to in {images} taken together?",
    "Taking {images} together, what {what_is} {what} in total?",
    "Each of {images} gives {what}. What do these figures add up to?",
)
MEAN = (
    "What is the mean of {what} over {images}?",
    "On average over {images}, what {what_is} {what}?",
    "Each of {images} gives {what}. What is the arithmetic mean of these values?",
    "Average {what} across {images}. What do you get?",
    "Take {what} from each of {images} and work out the mean.",
)
WHERE = (
    "What is the {sum} of the {asked} in {b} over the {nouns} with {a_lead} {than} {limit} in {a}?",
    "Take the {nouns} for which {a} gives {a_lead} {than} {limit}. What is the {sum} of their {asked} in {b}?",
    "In {a}, pick the {nouns} with {a_lead} {than} {limit}. For these, what is the {sum} of the {asked} in {b}?",
    "Only the {nouns} whose {lead} {lead_is} {than} {limit} in {a} count. What is the {sum} of their {asked} in {b}?",
    "Find the {nouns} with {a_lead} {than} {limit} in {a} and work out the {sum} of the {asked} that {b} gives for them.",
)
PHRASINGS = (*SUM, *MEAN, *WHERE)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    for link in some(rng, list(links(views)), 5):
        condition = link.condition(rng)
        if condition:
            yield from _where(views, rng, link, condition)
    for field in some(rng, fields(views)):
        if len(field.cells) > 3 and rng.random() < 0.5:
            field = field.on(*sorted(rng.sample(field.images, 3)))
        spread = max(c.number for c in field.cells) - min(c.number for c in field.cells)
        mean_only = not field.column.additive or field.column.kind == "percent"
        if not spread and (mean_only or not field.exact):
            continue
        if mean_only or (rng.random() < 0.35 and len(field.cells) > 2 and spread):
            yield from _mean(views, rng, field)
        else:
            yield _sum(views, rng, field)


def _fill(views: Views, field: Field) -> dict[str, str]:
    return {"what": words.field(views, field), "images": words.images(field.images)}


def _sum(views: Views, rng: Random, field: Field) -> Draft:
    reply = number(rng, field.column, field.slack)
    total = Decimal(0)
    for cell in field.cells:
        total += amount(views, cell)
    return draft(
        KIND,
        views,
        rng,
        SUM,
        reply,
        program=f"WITH f AS ({field_sql(field)}) SELECT {reply.sql('sum(x)')} FROM f",
        answer=[reply.text(total)],
        cells=field.cells,
        close="together this makes {answer}.",
        fill=_fill(views, field),
    )


def _mean(views: Views, rng: Random, field: Field) -> Iterator[Draft]:
    places = min(words.decimals(field.column) + 1, 2) if field.column.kind != "count" else 1
    reply = number(rng, field.column, field.slack / len(field.cells), places)
    total = Fraction(0)
    for cell in field.cells:
        total += Fraction(amount(views, cell))
    if borderline(total / len(field.cells), places):
        return
    yield draft(
        KIND,
        views,
        rng,
        MEAN,
        reply,
        program=f"WITH f AS ({field_sql(field)}) SELECT {reply.sql('avg(x)')} FROM f",
        answer=[reply.text(total / len(field.cells))],
        cells=field.cells,
        close=f"the mean of these {len(field.cells)} values is {{answer}}.",
        first=len(SUM),
        fill=_fill(views, field),
    )


def _where(views: Views, rng: Random, link: Link, condition: Condition) -> Iterator[Draft]:
    additive = link.asked.additive and link.asked.kind != "percent"
    held = [y for _, x, y in joined(views, link) if condition.holds(x)]
    places = None if additive else min(words.decimals(link.asked) + 1, 2)
    slack = sum((y.tolerance for _, y in link.met(condition)), Decimal(0))
    reply = number(rng, link.asked, slack if additive else slack / len(held), places)
    total = Fraction(0)
    for figure in held:
        total += Fraction(figure)
    answer = total if additive else total / len(held)
    if borderline(answer, reply.decimals or 0) and not additive:
        return
    expression = reply.sql(f"{'sum' if additive else 'avg'}({q(link.asked.name)})")
    key = q(named_by(link.b).name)
    yield draft(
        KIND,
        views,
        rng,
        WHERE,
        reply,
        program=f"SELECT {expression} FROM {q(link.b.name)} WHERE {key} IN ({condition.names_sql})",
        answer=[reply.text(half_up(answer, reply.decimals) if reply.decimals is not None else int(answer))],
        cells=link.cells,
        named=(),
        story=link.told(views, condition),
        close=f"their {'sum' if additive else 'mean'} is {{answer}}.",
        first=len(SUM) + len(MEAN),
        fill={
            **link.fill(),
            "sum": "sum" if additive else "mean",
            "than": condition.than,
            "limit": condition.limit_text,
        },
    )
