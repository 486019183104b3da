"""mc_variant: a question with options; the wrong ones are taken from the set's own images."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from cosyn_multi.model import Column, Draft, Sheet, Value, Views
from cosyn_multi.model.canonical import canonical
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, literal, q
from cosyn_multi.questions.drafting import Reply, draft, some
from cosyn_multi.questions.fields import joinable, shared_measures, siblings
from cosyn_multi.questions.sheets import (
    Cell,
    apart,
    at,
    column_cells,
    comparable,
    exact_number,
    is_time,
    meant,
    measures,
    named_by,
    needless,
    only_here,
    own,
    shared_labels,
    whole,
)
from cosyn_multi.questions.sql import top_label, union

KIND = Kind(
    name="mc_variant",
    group="form",
    answer_types=("choice",),
    about="A question with four options; the wrong ones come from the set's own images.",
)
OPTIONS = 4

NAME = (
    "Which {noun} has the {most} {measure} when {images} are added up?",
    "Adding up {images}, which {noun} comes out with the {most} {measure}?",
    "Take the sum of the {measure} over {images} for each {noun}. Which {noun} has the {most} sum?",
    "Over {images} together, which of these {nouns} has the {most} {measure}?",
    "If the {measure} of each {noun} is summed over {images}, which {noun} has the {most} result?",
)
NUMBER = (
    "Which figure does {b} give as the {asked} of the {noun} with the {most} {lead} in {a}?",
    "Find the {noun} with the {most} {lead} in {a}. Which of these {asked_is} the {asked} that {b} gives for that {noun}?",
    "The {noun} that has the {most} {lead} in {a} also appears in {b}. Which {asked} is given there?",
    "Choose the {asked} that {b} gives for the {noun} whose {lead} {lead_is} the {most} in {a}.",
    "Take the {noun} with the {most} {lead} in {a}. Which option gives the {asked} of that {noun} in {b}?",
)
PHRASINGS = (*NAME, *NUMBER)


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    groups = [(g, c) for g in siblings(views) for c in shared_measures(g) if c.additive and c.kind != "percent"]
    pairs = [(a, b) for a, b in joinable(views) if measures(a) and measures(b)]
    makers: list[Iterator[Draft]] = [_names(views, rng, g, c) for g, c in some(rng, groups, 3)]
    makers += [_numbers(views, rng, a, b) for a, b in some(rng, pairs, 6)]
    for maker in rng.sample(makers, len(makers)):
        yield from maker


def _names(views: Views, rng: Random, group: tuple[Sheet, ...], column: Column) -> Iterator[Draft]:
    shared = shared_labels(*group)
    sums = sorted(
        ((sum(c.number for c in _cells(group, v, column)), v) for v in shared), key=lambda p: p[0], reverse=True
    )
    error = sum((c.tolerance for v in shared for c in _cells(group, v, column)), Decimal(0))
    readable = all(len(_cells(group, v, column)) == len(group) for v in shared)
    readable = readable and own(views, column.name, *group)
    if is_time(group[0]) or len(shared) < OPTIONS or not readable or sums[0][0] - sums[1][0] <= 2 * error:
        return
    if len({max(column_cells(s, column.name), key=lambda c: c.number).label for s in group}) == 1:
        return  # the same winner in every image: one of them would do
    name = named_by(group[0])
    wrong = rng.sample([v for _, v in sums[1:]], OPTIONS - 1)
    shown = [str(v) for v in (sums[0][1], *wrong)]
    if len({s.casefold() for s in shown}) < OPTIONS:
        return
    among = ", ".join(literal(v) for v in (sums[0][1], *wrong))
    rows = union(
        f"SELECT {q(name.name)} AS name, {q(column.name)} AS x FROM {q(s.name)} WHERE {q(name.name)} IN ({among})"
        for s in group
    )
    cells = [c for v in (sums[0][1], *wrong) for c in _cells(group, v, column)]
    noun = words.row_noun(group[0])
    yield draft(
        KIND,
        views,
        rng,
        NAME,
        Reply("choice"),
        program=(
            f"WITH f AS ({rows}), s AS (SELECT name, sum(x) AS x FROM f GROUP BY name) "
            "SELECT name FROM s WHERE x = (SELECT max(x) FROM s)"
        ),
        answer=[str(_largest(views, group, name.name, column.name, shown))],
        cells=cells,
        named=(),
        close="the largest sum is that of {answer}.",
        choices=rng.sample(shown, OPTIONS),
        fill={
            "noun": noun,
            "nouns": words.plural(noun),
            "most": words.extreme(column, True),
            "measure": words.measure(group[0], column),
            "images": words.images(s.image for s in group),
        },
    )


def _cells(group: tuple[Sheet, ...], row: Value, column: Column) -> list[Cell]:
    return [c for s in group if (c := at(s, row, column.name))]


def _largest(views: Views, group: tuple[Sheet, ...], name: str, column: str, shown: list[str]) -> str:
    """The witness: a running sum per option, image after image."""
    sums = {s: Decimal(0) for s in shown}
    for sheet in group:
        for row in meant(views, sheet):
            if row[name] in sums:
                sums[str(row[name])] += exact_number(row[column])
    best = shown[0]
    for option in shown[1:]:
        if sums[option] > sums[best]:
            best = option
    return best


def _numbers(views: Views, rng: Random, a: Sheet, b: Sheet) -> Iterator[Draft]:
    lead, asked, up = rng.choice(measures(a)), rng.choice(measures(b)), rng.random() < 0.7
    order = sorted(column_cells(a, lead.name), key=lambda c: c.number, reverse=up)
    if (
        len(order) < 3
        or not whole(views, a, lead.name)
        or not own(views, lead.name, a)
        or not apart(order[0], order[1])
    ):
        return
    found = at(b, order[0].label, asked.name)
    if found is None or not found.exact or not only_here(views, found) or needless(order[0], found, up):
        return
    pool = [c for c in _pool(views, found, a) if c.number != found.number]
    distinct = list({c.number: c for c in pool}.values())
    if len(distinct) >= OPTIONS - 1:
        yield _number(views, rng, order, found, rng.sample(distinct, OPTIONS - 1), up)


def _pool(views: Views, found: Cell, a: Sheet) -> list[Cell]:
    """Exact cells of the same sort: other rows of its column, and the same column in the other image."""
    same = list(column_cells(found.sheet, found.column.name))
    if any(comparable(c, found.column) for c in measures(a)):
        same += column_cells(a, found.column.name)
    return [c for c in same if c.exact]


def _number(views: Views, rng: Random, order: list[Cell], found: Cell, wrong: list[Cell], up: bool) -> Draft:
    top, most = order[0], words.extreme(order[0].column, up)
    places = words.decimals(found.column)
    options = [(_option(c, places), c.number) for c in rng.sample([found, *wrong], OPTIONS)]
    table = union(f"SELECT {literal(t)} AS t, {literal(n)} AS v" for t, n in options)
    wanted = (
        f"SELECT {q(found.column.name)} FROM {q(found.sheet.name)} "
        f"WHERE {q(named_by(found.sheet).name)} = ({top_label(top, up)})"
    )
    return draft(
        KIND,
        views,
        rng,
        NUMBER,
        Reply("choice"),
        program=(
            f"WITH o AS ({table}), d AS (SELECT t, round(abs(v - ({wanted})), 6) AS off FROM o) "
            "SELECT t FROM d WHERE off = (SELECT min(off) FROM d)"
        ),
        answer=[t for t, n in options if n == _follow(views, top, found, up)],
        cells=[*order, found],
        named=(),
        story=(
            f"In {words.image(top.image)} the {most} {words.being(top.sheet, top.column)} "
            f"{words.value(views, top)}, for {words.row(views, top)}. {words.sentence(words.says(views, found))}."
        ),
        close="so the right option is {answer}.",
        choices=[t for t, _ in options],
        first=len(NAME),
        fill={
            "noun": words.row_noun(top.sheet),
            "most": most,
            "lead": words.measure(top.sheet, top.column),
            "asked": words.measure(found.sheet, found.column, found),
            "a": words.image(top.image),
            "b": words.image(found.image),
        },
    )


def _option(cell: Cell, places: int) -> str:
    """A figure in plain digits, so that all options have one form."""
    return f"{canonical(cell.number, places)} {words.unit_sign(cell.column)}".strip()


def _follow(views: Views, top: Cell, found: Cell, up: bool) -> Decimal:
    """The witness: the outstanding row of one image, looked up in the other."""
    rows = meant(views, top.sheet)
    best = rows[0]
    for row in rows[1:]:
        if (exact_number(row[top.column.name]) > exact_number(best[top.column.name])) == up:
            best = row
    for row in meant(views, found.sheet):
        if row[named_by(found.sheet).name] == best[named_by(top.sheet).name]:
            return exact_number(row[found.column.name])
    raise LookupError(f"image {found.image} lacks that row")
