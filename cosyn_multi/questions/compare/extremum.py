"""extremum: where, for which row, or how high the highest or lowest value is, over all images."""

from collections.abc import Iterator
from random import Random

from cosyn_multi.model import Column, Draft, Sheet, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import draft, label, label_answer, label_sql, number, some, which_image
from cosyn_multi.questions.fields import Field, disjoint, fields, shared_measures, siblings
from cosyn_multi.questions.links import Condition, Link, joined, links, targets
from cosyn_multi.questions.sheets import (
    Cell,
    amount,
    apart,
    column_cells,
    exact_number,
    is_time,
    label_of,
    meant,
    named_by,
    own,
    whole,
)
from cosyn_multi.questions.sql import field_sql, union
from cosyn_multi.questions.summaries import Summary, clear, story, summaries

KIND = Kind(
    name="extremum",
    group="compare",
    answer_types=("image", "float", "int", "str", "date"),
    about="The highest or lowest over all images: where, of what, or how much.",
)

WHERE = (
    "In which image {what_is} {what} {most}?",
    "Looking across {images}, which image gives the {most} value of {what}?",
    "Which of {images} has the {most} value of {what}?",
    "Compare {what} across {images}. Which image has the {most} value?",
    "{what} can be found in {images}. In which image {what_is} {what_it} {most}?",
)
HOW_MUCH = (
    "What is the {most} value of {what} found in {images}?",
    "Compare {what} in {images}. What is the {most} of these values?",
    "Each of {images} gives {what}. What is the {most} of these figures?",
    "Across {images}, what is the {most} value of {what}?",
    "Look up {what} in {images}. What is the {most} value given?",
)
WHO = (
    "Taking {images} together, which {noun} has the {most} {measure}?",
    "Which {noun} has the {most} {measure} anywhere in {images}?",
    "Among all the {nouns} in {images}, which one has the {most} {measure}?",
    "Look through every {noun} in {images}. Which one has the {most} {measure}?",
    "Of all the {nouns} found in {images}, which shows the {most} {measure}?",
)
AMONG = (
    "Among the {nouns} with {a_lead} {than} {limit} in {a}, which one has the {most} {asked} in {b}?",
    "Of the {nouns} whose {lead} {lead_is} {than} {limit} in {a}, which has the {most} {asked} in {b}?",
    "Keep only the {nouns} for which {a} gives {a_lead} {than} {limit}. Which of them has the {most} {asked} in {b}?",
    "Looking only at {nouns} with {a_lead} {than} {limit} in {a}, which {noun} has the {most} {asked} in {b}?",
    "{a} gives some {nouns} {a_lead} {than} {limit}. Which of these comes out with the {most} {asked} in {b}?",
)
MISSED = (
    "For which {noun} {asked_does} the {asked} in {b} {exceed} the {lead} in {a} by the largest amount?",
    "Compare the {asked} in {b} with the {lead} in {a}. For which {noun} {asked_is} the former {more} by most?",
    "Subtract the smaller from the larger: for which {noun} {asked_is} the {asked} in {b} furthest {than} the {lead} in {a}?",
    "Which {noun} has the {asked} in {b} furthest {than} its {lead} in {a}?",
    "Hold {b} against {a}, {noun} by {noun}. Where {asked_is} the {asked} furthest {than} the {lead}?",
)
PHRASINGS = (*WHERE, *HOW_MUCH, *WHO, *AMONG, *MISSED)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    groups = [(g, c) for g in siblings(views) for c in shared_measures(g)]
    for group, column in some(rng, groups, 2):
        yield from _row(views, rng, group, column)
    for link in some(rng, list(links(views)), 6):
        condition = link.condition(rng)
        if condition:
            yield from _among(views, rng, link, condition)
    for link in some(rng, list(targets(views)), 2):
        yield from _missed(views, rng, link)
    for found in some(rng, list(summaries(views, "sum", "avg")), 2):
        if clear(found):
            yield _summary(views, rng, found)
    for field in some(rng, fields(views)):
        up = rng.random() < 0.6
        best, *others = sorted(field.cells, key=lambda c: c.number, reverse=up)
        if all(apart(best, other) for other in others):
            yield _image(views, rng, field, up)
            if len(field.cells) > 2:
                yield _value(views, rng, field, best, up)


def _missed(views: Views, rng: Random, link: Link) -> Iterator[Draft]:
    """The row for which what came is furthest above, or below, what was planned."""
    up = rng.random() < 0.6
    off = sorted(((y.number - x.number) * (1 if up else -1), x.tolerance + y.tolerance) for x, y in link.pairs)
    if off[-1][0] <= 0 or off[-1][0] - off[-2][0] <= 2 * (off[-1][1] + off[-2][1]):
        return
    rows = joined(views, link)
    best = rows[0]
    for row in rows[1:]:
        if (row[2] - row[1] > best[2] - best[1]) if up else (row[1] - row[2] > best[1] - best[2]):
            best = row
    name, (high, low) = named_by(link.a), ("y", "x") if up else ("x", "y")
    told = words.listing(
        f"{words.value(views, y)} against {words.value(views, x)} for {words.row(views, x)}" for x, y in link.pairs
    )
    yield draft(
        KIND,
        views,
        rng,
        MISSED,
        label(rng, link.a),
        program=(
            f"WITH f AS (SELECT a.{q(name.name)} AS name, a.{q(link.lead.name)} AS x, b.{q(link.asked.name)} AS y "
            f"FROM {q(link.a.name)} a JOIN {q(link.b.name)} b ON a.{q(name.name)} = b.{q(named_by(link.b).name)}), "
            f"g AS (SELECT name, round({high} - {low}, 6) AS off FROM f) "
            f"SELECT {label_sql(name, 'name')} FROM g WHERE off = (SELECT max(off) FROM g)"
        ),
        answer=[label_answer(name, best[0])],
        cells=link.cells,
        named=(),
        story=f"The {words.bare(link.b, link.asked)} in {words.image(link.b.image)} and the {words.bare(link.a, link.lead)} "
        f"in {words.image(link.a.image)}: {told}.",
        close="the widest gap is that of {answer}.",
        first=len(PHRASINGS) - len(MISSED),
        fill={
            **link.fill(),
            "more": words.more(up),
            "than": "above" if up else "below",
            "exceed": "exceed" if up else "fall short of",
        },
    )


def _summary(views: Views, rng: Random, found: tuple[Summary, ...]) -> Draft:
    up = rng.random() < 0.6
    most = words.extreme(found[0].column, up, len(found))
    rows = union(f"SELECT {s.image} AS image, {s.sql} AS x" for s in found)
    best = found[0]
    for other in found[1:]:
        if (other.truth(views) > best.truth(views)) == up:
            best = other
    return draft(
        KIND,
        views,
        rng,
        WHERE,
        which_image(),
        program=f"WITH f AS ({rows}) SELECT 'image ' || image FROM f WHERE x = (SELECT {_pick(up)}(x) FROM f)",
        answer=[words.image(best.image)],
        cells=[c for s in found for c in s.cells],
        named=(),
        story=story(views, found),
        close=f"the {most} of these is in {{answer}}.",
        fill={"what": found[0].noun, "most": most, "images": words.among(views, [s.image for s in found])},
    )


def _image(views: Views, rng: Random, field: Field, up: bool) -> Draft:
    most = words.extreme(field.column, up, len(field.cells))
    return draft(
        KIND,
        views,
        rng,
        WHERE,
        which_image(),
        program=f"WITH f AS ({field_sql(field)}) SELECT 'image ' || image FROM f WHERE x = (SELECT {_pick(up)}(x) FROM f)",
        answer=[words.image(_best(views, field, up).image)],
        cells=field.cells,
        close=f"the {most} of these values is in {{answer}}.",
        fill={"what": words.field(views, field), "most": most, "images": words.among(views, field.images)},
    )


def _value(views: Views, rng: Random, field: Field, best: Cell, up: bool) -> Draft:
    most, reply = words.extreme(field.column, up), number(rng, field.column, best.tolerance)
    return draft(
        KIND,
        views,
        rng,
        HOW_MUCH,
        reply,
        program=f"WITH f AS ({field_sql(field)}) SELECT {reply.sql(f'{_pick(up)}(x)')} FROM f",
        answer=[reply.text(amount(views, _best(views, field, up)))],
        cells=field.cells,
        close=f"the {most} of these values is {{answer}}.",
        first=len(WHERE),
        fill={"what": words.field(views, field), "most": most, "images": words.among(views, field.images)},
    )


def _pick(up: bool) -> str:
    return "max" if up else "min"


def _best(views: Views, field: Field, up: bool) -> Cell:
    """The witness: a loop over what the images mean to show."""
    best = field.cells[0]
    for cell in field.cells[1:]:
        if (amount(views, cell) > amount(views, best)) == up:
            best = cell
    return best


def _row(views: Views, rng: Random, group: tuple[Sheet, ...], column: Column) -> Iterator[Draft]:
    name = label_of(group[0])
    up = rng.random() < 0.7
    tops = [sorted(column_cells(s, column.name), key=lambda c: c.number, reverse=up) for s in group]
    order = sorted((c for t in tops for c in t), key=lambda c: c.number, reverse=up)
    readable = all(whole(views, s, column.name) for s in group) and own(views, column.name, *group)
    if name is None or not readable or not apart(order[0], order[1]):
        return
    if len({t[0].label for t in tops}) == 1:
        return  # the same winner in every image: one of them would do
    if is_time(group[0]) and not disjoint(group):
        return  # the month alone would not say which image is meant
    rows = _rows(group, name, column)
    noun, most = words.row_noun(group[0]), words.extreme(column, up)
    images = tuple(s.image for s in group)
    yield draft(
        KIND,
        views,
        rng,
        WHO,
        label(rng, group[0]),
        program=f"WITH f AS ({rows}) SELECT {label_sql(name, 'name')} FROM f WHERE x = (SELECT {_pick(up)}(x) FROM f)",
        answer=[label_answer(name, _who(views, group, name.name, column.name, up))],
        cells=order,
        named=(),
        story=_story(views, [t[0] for t in tops], most),
        close=f"so the {most} of all is that of {{answer}}.",
        first=len(WHERE) + len(HOW_MUCH),
        fill={
            "noun": noun,
            "nouns": words.plural(noun),
            "most": most,
            "measure": words.measure(group[0], column),
            "images": words.images(images),
        },
    )


def _rows(group: tuple[Sheet, ...], name: Column, column: Column) -> str:
    return union(f"SELECT {q(name.name)} AS name, {q(column.name)} AS x FROM {q(s.name)}" for s in group)


def _who(views: Views, group: tuple[Sheet, ...], name: str, column: str, up: bool) -> Value:
    """The witness: every row of every image in turn."""
    best: tuple[Value, Value] | None = None
    for sheet in group:
        for row in meant(views, sheet):
            if best is None or (exact_number(row[column]) > exact_number(best[1])) == up:
                best = (row[name], row[column])
    return best[0] if best else None


def _story(views: Views, tops: list[Cell], most: str) -> str:
    """The best row of each image."""
    told = [
        f"in {words.image(c.image)} the {most} {words.being(c.sheet, c.column)} {words.value(views, c)}, "
        f"for {words.row(views, c)}"
        for c in tops
    ]
    return f"{words.sentence('; '.join(told))}."


def _among(views: Views, rng: Random, link: Link, condition: Condition) -> Iterator[Draft]:
    up = rng.random() < 0.7
    order = sorted((y for _, y in link.met(condition)), key=lambda c: c.number, reverse=up)
    best_of_all = sorted((y for _, y in link.pairs), key=lambda c: c.number, reverse=up)[0]
    if not apart(order[0], order[1]) or best_of_all == order[0]:
        return  # ask where the condition matters
    name, asked = named_by(link.b), q(link.asked.name)
    held = [(n, y) for n, lead, y in joined(views, link) if condition.holds(lead)]
    found = held[0]
    for row in held[1:]:
        if (row[1] > found[1]) == up:
            found = row
    chosen = f"{q(name.name)} IN ({condition.names_sql})"
    yield draft(
        KIND,
        views,
        rng,
        AMONG,
        label(rng, link.a),
        program=(
            f"WITH f AS (SELECT {q(name.name)} AS name, {asked} AS x FROM {q(link.b.name)} WHERE {chosen}) "
            f"SELECT {label_sql(name, 'name')} FROM f WHERE x = (SELECT {_pick(up)}(x) FROM f)"
        ),
        answer=[label_answer(name, found[0])],
        cells=link.cells,
        named=(),
        story=link.told(views, condition),
        close=f"the {words.extreme(link.asked, up)} of these is that of {{answer}}.",
        first=len(WHERE) + len(HOW_MUCH) + len(WHO),
        fill={
            **link.fill(),
            "most": words.extreme(link.asked, up),
            "than": condition.than,
            "limit": condition.limit_text,
        },
    )
