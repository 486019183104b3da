"""trend: how a quantity moved over time, over images."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations, pairwise
from random import Random

from cosyn_multi.model import Draft, Sheet, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import Reply, draft, number, some, which_image, yes_no
from cosyn_multi.questions.fields import Field, fields, follows, shared_measures, siblings
from cosyn_multi.questions.links import Link, joined, links
from cosyn_multi.questions.sheets import Cell, amount, apart, at, is_time, labels, named_by, only_here, shared_labels
from cosyn_multi.questions.sql import union, value

KIND = Kind(
    name="trend",
    group="compute",
    answer_types=("bool", "image", "int", "float"),
    about="How a quantity moved over time: which image shows the larger rise, in how many it fell, whether it went on.",
)

LARGEST = (
    "In which of {images} {measure_does} {measure} gain {most} from {first} to {last}?",
    "From {first} to {last}, which of {images} shows the {largest} increase in {measure}?",
    "Compare the change in {measure} between {first} and {last} across {images}. Which image shows the {largest} rise?",
    "Which of {images} has {measure} growing by the {largest} amount from {first} to {last}?",
    "Take {measure} in {last} minus {measure} in {first} for each of {images}. In which image is the result {highest}?",
)
HOW_OFTEN = (
    "In how many of {images} {measure_is} {measure} {more} in {last} than in {first}?",
    "Compare {first} with {last} in each of {images}. In how many of them {measure_is} {measure} {more} in {last}?",
    "For how many of {images} {measure_does} {measure} {rise} from {first} to {last}?",
    "How many of {images} show {measure} at a {more} value in {last} than in {first}?",
    "Check {measure} for {first} and for {last} in {images}. How many images show a {growth}?",
)
STEADY = (
    "{what_Does} {what} {rise} at every step, going from {images}?",
    "Going from {images} in this order, {what_does} {what} {rise} each time?",
    "{what_Is} {what} {more} in each image than in the one before, going from {images}?",
    "Follow {what} from {images}. {what_Does} {what_it} {rise} at every step?",
    "Taken in the order {order}, do the values for {what} {rise} without exception?",
)
ACROSS = (
    "By how much {measure_does} {measure} {rise} from {first} (in {a}) to {last} (in {b})?",
    "{a} covers {first} and {b} covers {last}. By how much {measure_does} {measure} {rise} from the one to the other?",
    "Between {first} in {a} and {last} in {b}, by how much {measure_does} {measure} {rise}?",
    "Start from {measure} in {first} as given in {a}. How much {more} {measure_is} {measure_it} in {last}, according to {b}?",
    "How much {more} {measure_is} {measure} for {last} in {b} than for {first} in {a}?",
)
TOGETHER = (
    "Comparing each {noun} with the one before: how often {lead_does} the {lead} in {a} {rise} while the {asked} in {b} {rise2}{asked_s}?",
    "From one {noun} to the next, how many times {lead_does} the {lead} in {a} {rise} while the {asked} in {b} {rise2}{asked_s}?",
    "Count the steps from one {noun} to the next at which the {lead} in {a} {rise}{lead_s} and, in the same step, the {asked} in {b} {rise2}{asked_s}.",
    "In how many {nouns} {lead_does} the {lead} in {a} {rise} against the {noun} before, with the {asked} in {b} {rising2}?",
    "How many times do we see the {lead} in {a} {rise} from one {noun} to the next while the {asked} in {b} {rise2}{asked_s}?",
)
SAME_WAY = (
    "From {first} to {last}, do the {lead} in {a} and the {asked} in {b} move in the same direction?",
    "Compare {first} with {last}. Do the {lead} in {a} and the {asked} in {b} change the same way, both up or both down?",
    "Between {first} and {last}, is the change of the {lead} in {a} in the same direction as that of the {asked} in {b}?",
    "Take {first} and {last}. Do the {lead} in {a} and the {asked} in {b} change the same way from the one to the other?",
    "Going from {first} to {last}: do the {lead} in {a} and the {asked} in {b} either both rise or both fall?",
)
PHRASINGS = (*LARGEST, *HOW_OFTEN, *STEADY, *ACROSS, *TOGETHER, *SAME_WAY)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    groups = [g for g in siblings(views) if words.is_period(g[0])]
    for spans in some(rng, [s for g in groups for s in _spans(views, rng, g)], 3):
        yield from _largest(views, rng, spans)
        yield from _how_often(views, rng, spans)
    for a, b in some(rng, [p for g in groups for p in _across(views, rng, g)], 2):
        yield _jump(views, rng, a, b)
    timed = [k for k in links(views) if is_time(k.a)]
    for link in some(rng, timed, 3):
        if _moving(link):
            yield _together(views, rng, link)
        yield from _same_way(views, rng, link)
    long = [f for f in fields(views) if len(f.cells) >= 3 and follows(views, f.images)]
    long = [f for f in long if all(apart(a, b) for a, b in pairwise(f.cells))]
    for field in _balanced(rng, long):
        yield _steady(views, rng, field)


Spans = list[tuple[Cell, Cell]]


def _spans(views: Views, rng: Random, group: tuple[Sheet, ...]) -> Iterator[Spans]:
    """Per image, the cells of an earlier and a later period of the same column."""
    shared = shared_labels(*group)
    for early, late in some(rng, list(combinations(shared, 2)), 4):
        column = rng.choice(shared_measures(group)).name
        pairs = [(x, y) for s in group if (x := at(s, early, column)) and (y := at(s, late, column))]
        if len(pairs) == len(group) and all(only_here(views, c) for p in pairs for c in p):
            yield pairs


def _fill(views: Views, spans: Spans) -> dict[str, str]:
    early, late = spans[0]
    return {
        "measure": words.columns_noun(early.sheet, early.column),
        "first": words.row(views, early),
        "last": words.row(views, late),
        "images": words.images(x.image for x, _ in spans),
    }


def _gains(spans: Spans) -> list[tuple[Decimal, Decimal]]:
    """Per image the gain and what reading error may make of it, lowest first."""
    return sorted((y.number - x.number, x.tolerance + y.tolerance) for x, y in spans)


def _largest(views: Views, rng: Random, spans: Spans) -> Iterator[Draft]:
    gains = _gains(spans)
    if gains[-1][0] <= 0 or any(gains[-1][0] - g <= 2 * (t + gains[-1][1]) for g, t in gains[:-1]):
        return
    rows = union(f"SELECT {x.image} AS image, round({value(y)} - {value(x)}, 6) AS gain" for x, y in spans)
    best = spans[0]
    for span in spans[1:]:
        if _gain(views, span) > _gain(views, best):
            best = span
    yield draft(
        KIND,
        views,
        rng,
        LARGEST,
        which_image(),
        program=f"WITH f AS ({rows}) SELECT 'image ' || image FROM f WHERE gain = (SELECT max(gain) FROM f)",
        answer=[words.image(best[0].image)],
        cells=[c for s in spans for c in s],
        close="the largest increase is in {answer}." if len(spans) > 2 else "the larger increase is in {answer}.",
        fill={
            **_fill(views, spans),
            "most": "most" if len(spans) > 2 else "more",
            "largest": "largest" if len(spans) > 2 else "larger",
            "highest": "highest" if len(spans) > 2 else "higher",
        },
    )


def _gain(views: Views, span: tuple[Cell, Cell]) -> Decimal:
    return amount(views, span[1]) - amount(views, span[0])


def _how_often(views: Views, rng: Random, spans: Spans) -> Iterator[Draft]:
    if len(spans) < 3 or not all(apart(x, y) for x, y in spans):
        return
    up = rng.random() < 0.5
    rows = union(f"SELECT {value(x)} AS a, {value(y)} AS b" for x, y in spans)
    held = 0
    for span in spans:
        held += (_gain(views, span) > 0) == up
    if not 0 < held < len(spans):
        return
    yield draft(
        KIND,
        views,
        rng,
        HOW_OFTEN,
        Reply("int"),
        program=f"WITH f AS ({rows}) SELECT count(*) FROM f WHERE b {'>' if up else '<'} a",
        answer=[str(held)],
        cells=[c for s in spans for c in s],
        close="that holds in {answer} of the images.",
        first=len(LARGEST),
        fill={
            **_fill(views, spans),
            "more": words.more(up),
            "rise": "rise" if up else "fall",
            "growth": "rise" if up else "fall",
        },
    )


def _balanced(rng: Random, long: list[Field]) -> list[Field]:
    """A few fields, as many steady ones as others where there are both."""
    steady = [f for f in long if _direction(f)]
    other = [f for f in long if not _direction(f)]
    most = max(1, min(len(steady), len(other), 2))
    return some(rng, [*some(rng, steady, most), *some(rng, other, most)], 4)


def _direction(field: Field) -> int:
    """1 if it rises at every step, -1 if it falls at every step, else 0."""
    steps = [b.number > a.number for a, b in pairwise(field.cells)]
    return 1 if all(steps) else 0 if any(steps) else -1


def _steady(views: Views, rng: Random, field: Field) -> Draft:
    up = _direction(field) > 0 or (_direction(field) == 0 and rng.random() < 0.5)
    cells = [value(c) for c in field.cells]
    test = " AND ".join(f"{a} {'<' if up else '>'} {b}" for a, b in pairwise(cells))
    values = [amount(views, c) for c in field.cells]
    holds = values == sorted(values, reverse=not up)
    reply = yes_no(rng)
    order = [words.image(i) for i in field.images]
    return draft(
        KIND,
        views,
        rng,
        STEADY,
        reply,
        program=f"SELECT CASE WHEN {test} THEN 'Yes' ELSE 'No' END",
        answer=[reply.text(holds)],
        cells=field.cells,
        close="so the answer is {answer}.",
        first=len(LARGEST) + len(HOW_OFTEN),
        fill={
            "what": words.field(views, field),
            "images": " to ".join(order),
            "order": ", ".join(order),
            "rise": "rise" if up else "fall",
            "more": words.more(up),
        },
    )


def _across(views: Views, rng: Random, group: tuple[Sheet, ...]) -> Iterator[tuple[Cell, Cell]]:
    """An earlier period that only one image covers, and a later one that only another covers, both exact."""
    for a, b in combinations(group, 2):
        if not is_time(a) or shared_labels(a, b):
            continue
        column = rng.choice(shared_measures((a, b))).name
        first, last = rng.choice(labels(a)), rng.choice(labels(b))
        x, y = at(a, first, column), at(b, last, column)
        if x and y and apart(x, y) and x.exact and y.exact:
            yield (x, y) if str(first) < str(last) else (y, x)


def _jump(views: Views, rng: Random, a: Cell, b: Cell) -> Draft:
    up = b.number > a.number
    reply = number(rng, a.column, gap=True)
    high, low = (b, a) if up else (a, b)
    return draft(
        KIND,
        views,
        rng,
        ACROSS,
        reply,
        program=f"SELECT {reply.sql(f'{value(high)} - {value(low)}')}",
        answer=[reply.text(abs(amount(views, b) - amount(views, a)))],
        cells=[a, b],
        close="that is a change of {answer}.",
        first=len(LARGEST) + len(HOW_OFTEN) + len(STEADY),
        fill={
            **_fill(views, [(a, b)]),
            "a": words.image(a.image),
            "b": words.image(b.image),
            "rise": "rise" if up else "fall",
            "more": words.more(up),
        },
    )


def _moving(link: Link) -> bool:
    """Whether neither column stands still, within reading error, from one row to the next, nor has a value twice."""
    for column in zip(*link.pairs, strict=True):
        distinct = len({c.number for c in column}) == len(column)
        if not distinct or not all(apart(x, y) for x, y in pairwise(column)):
            return False
    return True


def _same_way(views: Views, rng: Random, link: Link) -> Iterator[Draft]:
    """One pair of rows that both figures plainly differ between."""
    both = [(p, r) for p, r in combinations(link.pairs, 2) if apart(p[0], r[0]) and apart(p[1], r[1])]
    if not both:
        return
    wanted = rng.random() < 0.4  # figures of one business mostly move alike
    fitting = [(p, r) for p, r in both if ((r[0].number > p[0].number) == (r[1].number > p[1].number)) == wanted]
    early, late = rng.choice(fitting or both)
    if str(early[0].label) > str(late[0].label):
        early, late = late, early
    moves = [amount(views, y) > amount(views, x) for x, y in zip(early, late, strict=True)]
    reply, cells = yes_no(rng), [early[0], late[0], early[1], late[1]]
    x, y = (f"({value(b)} > {value(a)})" for a, b in zip(early, late, strict=True))
    yield draft(
        KIND,
        views,
        rng,
        SAME_WAY,
        reply,
        program=f"SELECT CASE WHEN {x} = {y} THEN 'Yes' ELSE 'No' END",
        answer=[reply.text(moves[0] == moves[1])],
        cells=cells,
        close="so the answer is {answer}.",
        first=len(PHRASINGS) - len(SAME_WAY),
        fill={**link.fill(), "first": words.row(views, early[0]), "last": words.row(views, late[0])},
    )


def _together(views: Views, rng: Random, link: Link) -> Draft:
    ups = rng.random() < 0.5, rng.random() < 0.5
    rows = sorted(joined(views, link), key=lambda r: str(r[0]))
    held = 0
    for before, after in pairwise(rows):
        held += (after[1] > before[1]) == ups[0] and (after[2] > before[2]) == ups[1]
    a, b = q(named_by(link.a).name), q(named_by(link.b).name)
    signs = ["<" if up else ">" for up in ups]
    told = "; ".join(
        f"{words.row(views, x)}: {words.value(views, x)} and {words.value(views, y)}" for x, y in link.pairs
    )
    return draft(
        KIND,
        views,
        rng,
        TOGETHER,
        Reply("int"),
        program=(
            f"WITH j AS (SELECT a.{a} AS m, a.{q(link.lead.name)} AS x, b.{q(link.asked.name)} AS y "
            f"FROM {q(link.a.name)} a JOIN {q(link.b.name)} b ON a.{a} = b.{b}) "
            "SELECT count(*) FROM j JOIN j k ON k.m = (SELECT min(z.m) FROM j z WHERE z.m > j.m) "
            f"WHERE j.x {signs[0]} k.x AND j.y {signs[1]} k.y"
        ),
        answer=[str(held)],
        cells=link.cells,
        named=(),
        story=f"{words.image(link.a.image).capitalize()} and {words.image(link.b.image)} give, in turn, {told}.",
        close="both conditions hold at {answer} of the steps.",
        first=len(LARGEST) + len(HOW_OFTEN) + len(STEADY) + len(ACROSS),
        fill={
            **link.fill(),
            "rise": "rise" if ups[0] else "fall",
            "rise2": "rise" if ups[1] else "fall",
            "rising2": "rising" if ups[1] else "falling",
        },
    )
