"""claim_verification: a claim is true, false, or can't be told from the images."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from random import Random

from cosyn_multi.model import Draft, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, literal
from cosyn_multi.questions.drafting import Reply, draft
from cosyn_multi.questions.sheets import Field, amount, apart, fields
from cosyn_multi.questions.sql import cell_sql, value
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
MARGINS = (
    "{what} is at least {margin} {more} in {a} than in {b}",
    "from {b} to {a}, {what} {rises} by {margin} or more",
)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
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


def _told(views: Views, rng: Random, pair: Field, true: bool) -> Draft:
    a, b = rng.sample(pair.cells, 2)
    up = (amount(views, a) > amount(views, b)) == true
    margin = _margin(rng, abs(a.number - b.number), true) if a.exact and b.exact and rng.random() < 0.5 else None
    if margin is not None and not true:
        up = not up  # the direction is right then, and the margin too wide
    sign, more = (">=", "a - b") if up else (">=", "b - a")
    test = f"round({more}, 6) {sign} {literal(margin)}" if margin is not None else f"a {'>' if up else '<'} b"
    phrase = rng.choice(CLAIMS if margin is None else MARGINS)
    claim = phrase.format(
        what=words.of(views, a), a=words.image(a.image), b=words.image(b.image), more=words.more(a.column, up),
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
    if not true:
        found = (whole + rng.randint(1, 3)) * step
    else:
        found = whole * step if whole * step < gap else (whole - 1) * step
    return Decimal(f"{found.normalize():f}") if found > 0 else None


def _verdict(test: str) -> str:
    unknown = literal(UNKNOWN)
    return f"CASE WHEN a IS NULL OR b IS NULL THEN {unknown} WHEN {test} THEN {literal(TRUE)} ELSE {literal(FALSE)} END"


def _untold(views: Views, rng: Random, gap: Gap) -> Draft:
    a, b = rng.sample(gap.images, 2)
    up = rng.random() < 0.5
    claim = rng.choice(CLAIMS).format(
        what=words.of(views, gap.cell), a=words.image(a), b=words.image(b), more=words.more(gap.cell.column, up)
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
