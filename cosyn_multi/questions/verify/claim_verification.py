"""claim_verification: a claim is true, false, or can't be told from the images."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from random import Random

from cosyn_multi.model import Draft, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, literal, q
from cosyn_multi.questions.drafting import Reply, draft, some
from cosyn_multi.questions.fields import Field, fields, follows
from cosyn_multi.questions.links import Link, joined, links
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

PHRASINGS = (
    "A reader claims that {claim}. Which verdict do the images support?",
    "Judge this claim by what the images show: {claim}.",
    'Someone notes: "{claim}". What do the images say about that?',
    "Consider the statement that {claim}. How does it hold up against the images?",
    "Going by the images alone, what is to be said of the claim that {claim}?",
)
CLAIMS = ("{what} is {more} in {a} than in {b}", "{what} in {a} is {more} than it is in {b}")
ENDS = (
    "{b} gives a {more} {asked} for the {noun} with the highest {lead} in {a} than for the one with the lowest",
    "the {asked} in {b} is {more} for the {noun} at the top of {a} by {lead} than for the one at the bottom",
)
MARGINS = (
    "{what} is at least {margin} {more} in {a} than in {b}",
    "from {b} to {a}, {what} {rises} by {margin} or more",
)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    found = [*_comparisons(views, rng), *_across(views, rng)]
    yield from rng.sample(found, len(found))


def _comparisons(views: Views, rng: Random) -> Iterator[Draft]:
    pairs = [f.on(*p) for f in fields(views) for p in combinations(f.images, 2)]
    clear = [f for f in pairs if apart(*f.cells)]
    missing = list(gaps(views))
    wanted = [True, False, None]
    for truth in rng.sample(wanted, 3) + rng.sample(wanted, 3):
        if truth is None:
            if missing:
                yield _untold(views, rng, rng.choice(missing))
        elif clear:
            yield _told(views, rng, rng.choice(clear), truth)


def _across(views: Views, rng: Random) -> Iterator[Draft]:
    for link in some(rng, list(links(views)), 3):
        yield from _ends(views, rng, link)


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
    claim = phrase.format(
        what=words.of(views, a), a=words.image(a.image), b=words.image(b.image), more=words.more(up),
        margin=words.plain(margin, a.column) if margin is not None else "", rises="rises" if up else "falls",
    )  # fmt: skip
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
    claim = rng.choice(CLAIMS).format(
        what=words.of(views, gap.cell), a=words.image(a), b=words.image(b), more=words.more(up)
    )
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
    order = sorted((x for x, _ in link.pairs), key=lambda c: c.number)
    low, high = (dict(link.pairs)[x] for x in (order[0], order[-1]))
    if not apart(order[0], order[1]) or not apart(order[-2], order[-1]) or not apart(low, high):
        return
    up, rows = rng.random() < 0.5, joined(views, link)
    top, bottom = max(rows, key=lambda r: r[1])[2], min(rows, key=lambda r: r[1])[2]
    key = q(named_by(link.b).name)
    asked = f"SELECT {q(link.asked.name)} FROM {q(link.b.name)} WHERE {key} ="
    test = f"({asked} ({top_label(order[-1], True)})) {'>' if up else '<'} ({asked} ({top_label(order[-1], False)}))"
    yield draft(
        KIND,
        views,
        rng,
        PHRASINGS,
        Reply("choice"),
        program=f"SELECT CASE WHEN {test} THEN {literal(TRUE)} ELSE {literal(FALSE)} END",
        answer=[TRUE if (top > bottom) == up else FALSE],
        cells=link.cells,
        named=(),
        story=words.walk(views, [order[-1], order[0], high, low], "the last two are to be compared."),
        close="so the verdict is: {answer}.",
        choices=rng.sample((TRUE, FALSE, UNKNOWN), 3),
        fill={"claim": rng.choice(ENDS).format(**link.fill(), more=words.more(up))},
    )
