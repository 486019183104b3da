"""What `complementary_parts` asks where one image tells what the codes of another stand for. Not a kind itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from cosyn_multi.model import Column, Draft, Sheet, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, literal, q
from cosyn_multi.questions.drafting import Reply, draft, number, some
from cosyn_multi.questions.fields import joinable
from cosyn_multi.questions.sheets import (
    Cell,
    apart,
    at,
    column_cells,
    exact_number,
    labels,
    meant,
    measures,
    named_by,
    naming,
    only_here,
    own,
    shared_labels,
    whole,
)

FIGURE = (
    "{a} tells which {called} each {code} stands for. What {measure_is} the {measure} of {value} in {b}?",
    "Look up the {code} of {value} in {a}. What {measure_is} the {measure} of that {code} in {b}?",
    "{b} goes by {code}. With the help of {a}, find {value} in it: what {measure_is} the {measure} there?",
    "Which {measure} does {b} give for {value}, listed under the {code} that {a} assigns?",
    "Find the {code} that belongs to {value} in {a}, and read off the {measure} for it in {b}.",
)
WHO = (
    "{b} goes by {code}, and {a} tells what each stands for. Give the {called} with the {most} {measure} in {b}.",
    "Find the {code} with the {most} {measure} in {b}. According to {a}, which {called} is it?",
    "Which {called} has the {most} {measure} in {b}, if the {codes} are looked up in {a}?",
    "Going by the {codes} in {a}, which {called} shows the {most} {measure} in {b}?",
    "One {code} has the {most} {measure} in {b}. What does {a} give for it under {header}?",
)


@dataclass(frozen=True)
class Legend:
    """A sheet that gives a second name (`called`) to rows that sheet `b` knows by their label alone."""

    a: Sheet
    called: Column
    b: Sheet
    measure: Column

    @property
    def rows_sql(self) -> str:
        """Names of a's rows beside the figures of b's."""
        on = f"a.{q(named_by(self.a).name)} = b.{q(named_by(self.b).name)}"
        return (
            f"SELECT a.{q(self.called.name)} AS name, b.{q(self.measure.name)} AS x "
            f"FROM {q(self.a.name)} a JOIN {q(self.b.name)} b ON {on}"
        )

    @property
    def figures(self) -> tuple[Cell, ...]:
        return column_cells(self.b, self.measure.name)

    @property
    def codes(self) -> str:
        return named_by(self.b).called


def legends(views: Views) -> list[Legend]:
    """Where every row of b is explained in a, and b itself doesn't say the names."""
    found = []
    for a, b in joinable(views):
        if len(shared_labels(b, a)) < len(labels(b)) or not whole(views, b):
            continue
        there = {c.name for c in b.columns}
        names = [c for c in naming(a) if c.name not in there and c.kind != "date" and own(views, c.name, a)]
        found += [Legend(a, c, b, m) for c in names for m in measures(b) if own(views, m.name, b)]
    return found


def propose_named(kind: Kind, first: int, views: Views, rng: Random) -> Iterator[Draft]:
    """Args: first: number of the first phrasing here, among the kind's."""
    for legend in some(rng, legends(views), 3):
        for cell in some(rng, legend.figures, 2):
            if only_here(views, cell):
                yield _figure(kind, first, views, rng, legend, cell)
        up = rng.random() < 0.6
        order = sorted(legend.figures, key=lambda c: c.number, reverse=up)
        if len(order) >= 3 and apart(order[0], order[1]):
            yield _who(kind, first + len(FIGURE), views, rng, legend, order, up)


def _fill(legend: Legend) -> dict[str, str]:
    return {
        "a": words.image(legend.a.image),
        "b": words.image(legend.b.image),
        "called": legend.called.called,
        "code": legend.codes,
        "codes": words.plural(legend.codes),
        "header": words.quoted(legend.called.header),
        "measure": words.measure(legend.b, legend.measure),
    }


def _name(legend: Legend, cell: Cell) -> Cell:
    """Where a tells the name of a row of b. Raises: LookupError."""
    found = at(legend.a, cell.label, legend.called.name)
    if found is None:
        raise LookupError(f"image {legend.a.image} has no {cell.label}")
    return found


def _figure(kind: Kind, first: int, views: Views, rng: Random, legend: Legend, cell: Cell) -> Draft:
    name, reply = _name(legend, cell), number(rng, legend.measure, cell.tolerance)
    wanted = f"SELECT x FROM ({legend.rows_sql}) WHERE name = {literal(name.value)}"
    for row in meant(views, legend.a):
        if row[legend.called.name] == name.value:
            code = row[named_by(legend.a).name]
    answer = next(r[legend.measure.name] for r in meant(views, legend.b) if r[named_by(legend.b).name] == code)
    return draft(
        kind,
        views,
        rng,
        FIGURE,
        reply,
        program=f"SELECT {reply.sql(f'({wanted})')}",
        answer=[reply.text(exact_number(answer))],
        cells=[name, cell],
        named=(),
        story=f"In {words.image(name.image)}, {words.quoted(str(name.value))} is {words.row(views, name)}.",
        close=f"{words.says(views, cell)}, so the answer is {{answer}}.",
        first=first,
        fill={**_fill(legend), "value": words.quoted(str(name.value))},
    )


def _who(kind: Kind, first: int, views: Views, rng: Random, legend: Legend, order: list[Cell], up: bool) -> Draft:
    best = meant(views, legend.b)[0]
    for row in meant(views, legend.b)[1:]:
        if (exact_number(row[legend.measure.name]) > exact_number(best[legend.measure.name])) == up:
            best = row
    code = best[named_by(legend.b).name]
    names = [r[legend.called.name] for r in meant(views, legend.a) if r[named_by(legend.a).name] == code]
    most, top = words.extreme(legend.measure, up), order[0]
    return draft(
        kind,
        views,
        rng,
        WHO,
        Reply("str"),
        program=(
            f"WITH f AS ({legend.rows_sql}) SELECT name FROM f WHERE x = (SELECT {'max' if up else 'min'}(x) FROM f)"
        ),
        answer=[str(n) for n in names],
        cells=[*order, *(_name(legend, c) for c in order)],
        named=(),
        story=(
            f"In {words.image(top.image)} the {most} {words.being(top.sheet, top.column)} {words.value(views, top)}, "
            f"for {words.row(views, top)}."
        ),
        close=f"in {words.image(legend.a.image)} this is {{answer}}.",
        first=first,
        fill={**_fill(legend), "most": most},
    )
