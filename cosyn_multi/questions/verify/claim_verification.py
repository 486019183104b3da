"""claim_verification: a claim is true, false, or can't be told from the images."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from random import Random

from cosyn_multi.model import Draft, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, literal, q
from cosyn_multi.questions.drafting import Reply, draft, some
from cosyn_multi.questions.fields import Field, fields, follows, threshold
from cosyn_multi.questions.links import Condition, Link, joined, links
from cosyn_multi.questions.sheets import amount, apart, named_by
from cosyn_multi.questions.sql import cell_sql, top_label, value
from cosyn_multi.questions.verify.missing import Gap, gaps

KIND = Kind(
    name="claim_verification",
    group="verify",
    answer_types=("choice",),
    about="A claim is true, false, or can't be told from the images.",
)

TRUE, FALSE, UNKNOWN = "True", "False", "Can't be told from the images"
WANTED = (True, True, False, False, False, None, None)
"""Verdicts that comparisons are made for: of the claims about rows that stand out, more of the true ones pass the checks."""
TRUE_ODDS = 0.3
"""Share of true ones among the claims about rows that stand out."""

PHRASINGS = (
    "A reader claims that {claim}. Which verdict do the images support?",
    "Judge this claim by what the images show: {claim}. Which verdict is right?",
    "Someone notes that {claim}. Is that true, is it false, or do the images not tell?",
    "Consider the statement that {claim}. Which of the verdicts below fits it, going by the images?",
    "Going by the images alone, is it true or false that {claim}, or can't it be told?",
)
CLAIMS = (
    "{what} {what_is} {more} in {a} than in {b}",
    "{what} in {a} {what_is} {more} than {what_it} {what_is} in {b}",
)
ENDS = (
    "the {noun} with the {most} {lead} in {a} is also the one with the {most2} {asked} in {b}",
    "the {noun} that has the {most2} {asked} in {b} also has the {most} {lead} in {a}",
)
WHENEVER = (
    "every {noun} with {a_lead} {than} {limit} in {a} has {a_asked} {than2} {limit2} in {b}",
    "in {b} the {asked} {asked_is} {than2} {limit2} for each {noun} with {a_lead} {than} {limit} in {a}",
)
MARGINS = (
    "{what} {what_is} at least {margin} {more} in {a} than in {b}",
    "from {b} to {a}, {what} {rise}{what_s} by {margin} or more",
)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    found = [*_comparisons(views, rng), *_across(views, rng)]
    yield from rng.sample(found, len(found))


def _comparisons(views: Views, rng: Random) -> Iterator[Draft]:
    pairs = [f.on(*p) for f in fields(views) for p in combinations(f.images, 2)]
    clear = [f for f in pairs if apart(*f.cells)]
    missing = list(gaps(views))
    for truth in rng.sample(WANTED, len(WANTED)):
        if truth is None:
            if missing:
                yield _untold(views, rng, rng.choice(missing))
        elif clear:
            yield _told(views, rng, rng.choice(clear), truth)


def _across(views: Views, rng: Random) -> Iterator[Draft]:
    for link in some(rng, list(links(views)), 4):
        yield from _ends(views, rng, link)
        yield from _whenever(views, rng, link)


def _told(views: Views, rng: Random, pair: Field, true: bool) -> Draft:
    a, b = rng.sample(pair.cells, 2)
    up = (amount(views, a) > amount(views, b)) == true
    margin = _margin(rng, abs(a.number - b.number), true) if a.exact and b.exact and rng.random() < 0.5 else None
    if margin is not None and not true:
        up = not up  # the direction is right then, and the margin too wide
    more = "a - b" if up else "b - a"
    test = f"round({more}, 6) >= {literal(margin)}" if margin is not None else f"a {'>' if up else '<'} b"
    later = follows(views, (b.image, a.image))
    phrase = rng.choice(CLAIMS if margin is None else MARGINS if later else MARGINS[:1])
    fill = {
        **_images(a.image, b.image, up),
        "what": words.of(views, a),
        "margin": words.gap(margin, a.column) if margin is not None else "",
        "rise": "rise" if up else "fall",
    }
    claim = phrase.format(**words.agreement(fill), **fill)
    reached = amount(views, a) - amount(views, b) if up else amount(views, b) - amount(views, a)
    holds = reached >= margin if margin is not None else reached > 0
    program = f"WITH f AS (SELECT {value(a)} AS a, {value(b)} AS b) SELECT {_verdict(test)} FROM f"
    return draft(
        KIND,
        views,
        rng,
        PHRASINGS,
        Reply("choice"),
        program=program,
        answer=[TRUE if holds else FALSE],
        cells=[a, b],
        close="so the verdict is: {answer}.",
        choices=rng.sample((TRUE, FALSE, UNKNOWN), 3),
        fill={"claim": claim},
    )


def _images(a: int, b: int, up: bool) -> dict[str, str]:
    return {"a": words.image(a), "b": words.image(b), "more": words.more(up)}


def _margin(rng: Random, gap: Decimal, true: bool) -> Decimal | None:
    """A round number that the gap reaches, or doesn't reach."""
    step = Decimal(1).scaleb(gap.adjusted())
    whole = gap // step
    reached = whole if whole * step < gap else whole - 1
    found = (reached if true else whole + rng.randint(1, 3)) * step
    return Decimal(f"{found.normalize():f}") if found > 0 else None


def _verdict(test: str) -> str:
    unknown = literal(UNKNOWN)
    return f"CASE WHEN a IS NULL OR b IS NULL THEN {unknown} WHEN {test} THEN {literal(TRUE)} ELSE {literal(FALSE)} END"


def _untold(views: Views, rng: Random, gap: Gap) -> Draft:
    a, b = rng.sample(gap.images, 2)
    up = rng.random() < 0.5
    fill = {**_images(a, b, up), "what": words.of(views, gap.cell)}
    claim = rng.choice(CLAIMS).format(**words.agreement(fill), **fill)
    here = f"EXISTS ({cell_sql(gap.cell)}) AND EXISTS ({gap.value_sql(gap.gone)})"
    more = f"({cell_sql(gap.cell)}) {'>' if up == (a == gap.cell.image) else '<'} ({gap.value_sql(gap.gone)})"
    row = words.label_text(views, gap.cell.sheet, gap.cell.label)
    return draft(
        KIND,
        views,
        rng,
        PHRASINGS,
        Reply("choice"),
        program=(
            f"SELECT CASE WHEN NOT ({here}) THEN {literal(UNKNOWN)} WHEN {more} THEN {literal(TRUE)} "
            f"ELSE {literal(FALSE)} END"
        ),
        answer=[UNKNOWN],
        cells=[gap.cell],
        images=sorted(gap.images),
        story=f"{words.sentence(words.says(views, gap.cell))}, but {words.image(gap.gone.image)} has no {row}.",
        close="so the verdict is: {answer}.",
        choices=rng.sample((TRUE, FALSE, UNKNOWN), 3),
        fill={"claim": claim},
    )


def _ends(views: Views, rng: Random, link: Link) -> Iterator[Draft]:
    order, others = ([*sorted(side, key=lambda c: c.number)] for side in zip(*link.pairs, strict=True))
    if any(not apart(c[0], c[1]) or not apart(c[-2], c[-1]) for c in (order, others)):
        return
    rows, wanted = joined(views, link), rng.random() < TRUE_ODDS
    sides = rng.sample([(up, up2) for up in (True, False) for up2 in (True, False)], 4)
    up, up2 = next((s for s in sides if _same_end(rows, *s) == wanted), sides[0])
    lead, asked = order[-1 if up else 0], others[-1 if up2 else 0]
    fill = {**link.fill(), "most": words.extreme(link.lead, up), "most2": words.extreme(link.asked, up2)}
    test = f"({top_label(lead, up)}) = ({top_label(asked, up2)})"
    yield draft(
        KIND,
        views,
        rng,
        PHRASINGS,
        Reply("choice"),
        program=f"SELECT CASE WHEN {test} THEN {literal(TRUE)} ELSE {literal(FALSE)} END",
        answer=[TRUE if _same_end(rows, up, up2) else FALSE],
        cells=link.cells,
        named=(),
        story=words.walk(views, [lead, asked], "these are the two to be held together."),
        close="so the verdict is: {answer}.",
        choices=rng.sample((TRUE, FALSE, UNKNOWN), 3),
        fill={"claim": rng.choice(ENDS).format(**fill)},
    )


def _whenever(views: Views, rng: Random, link: Link) -> Iterator[Draft]:
    """A claim about all rows that meet a condition; false ones have exceptions, but not only such."""
    condition, wanted = link.condition(rng), rng.random() < TRUE_ODDS
    limit = threshold(rng, [y for _, y in link.pairs])
    if condition is None or limit is None:
        return
    first = rng.random() < 0.5
    held = [y for _, lead, y in joined(views, link) if condition.holds(lead)]
    sides = [(up, [(y > limit) == up for y in held]) for up in (first, not first)]
    fitting = [(up, met) for up, met in sides if any(met) and all(met) == wanted]
    if not fitting:
        return
    up, met = fitting[0]
    then = Condition(link.b, link.asked, limit, up)
    asked = q(link.asked.name)
    broken = (
        f"SELECT count(*) FROM {q(link.b.name)} WHERE {q(named_by(link.b).name)} IN ({condition.names_sql}) "
        f"AND NOT {asked} {'>' if up else '<'} {literal(limit)}"
    )
    fill = {
        **link.fill(),
        "a_asked": words.article(words.measure(link.b, link.asked)),
        "than": condition.than,
        "limit": condition.limit_text,
        "than2": then.than,
        "limit2": then.limit_text,
    }
    yield draft(
        KIND,
        views,
        rng,
        PHRASINGS,
        Reply("choice"),
        program=f"SELECT CASE WHEN ({broken}) = 0 THEN {literal(TRUE)} ELSE {literal(FALSE)} END",
        answer=[TRUE if all(met) else FALSE],
        cells=link.cells,
        named=(),
        story=link.told(views, condition),
        close="so the verdict is: {answer}.",
        choices=rng.sample((TRUE, FALSE, UNKNOWN), 3),
        fill={"claim": rng.choice(WHENEVER).format(**words.agreement(fill), **fill)},
    )


def _same_end(rows: list[tuple[Value, Decimal, Decimal]], up: bool, up2: bool) -> bool:
    """The witness: whether one row is outstanding by both figures, each in its way."""
    by_lead = (max if up else min)(rows, key=lambda r: r[1])
    by_asked = (max if up2 else min)(rows, key=lambda r: r[2])
    return by_lead[0] == by_asked[0]
