"""Links: rows that two images name alike, with one quantity of each image; and conditions on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from cosyn_multi.model import Column, Sheet, Value, Views

from . import words
from .base import literal, q
from .fields import joinable, running, threshold
from .sheets import Cell, Row, at, exact_number, labels, meant, measures, named_by, only_here, shared_labels, whole


@dataclass(frozen=True)
class Condition:
    """A column of an image above or below a limit."""

    sheet: Sheet
    column: Column
    limit: Decimal
    up: bool

    def holds(self, number: Decimal) -> bool:
        return number > self.limit if self.up else number < self.limit

    @property
    def sql(self) -> str:
        return f"{q(self.column.name)} {'>' if self.up else '<'} {literal(self.limit)}"

    @property
    def names_sql(self) -> str:
        """The names of the rows that meet it."""
        return f"SELECT {q(named_by(self.sheet).name)} FROM {q(self.sheet.name)} WHERE {self.sql}"

    @property
    def than(self) -> str:
        return "above" if self.up else "below"

    @property
    def limit_text(self) -> str:
        return words.plain(self.limit, self.column)


@dataclass(frozen=True)
class Link:
    """Two images with the same rows: `lead` of image a and `asked` of image b, as pairs of cells, row by row."""

    a: Sheet
    lead: Column
    b: Sheet
    asked: Column
    pairs: tuple[tuple[Cell, Cell], ...]

    @property
    def exact(self) -> bool:
        return all(c.exact for c in self.cells)

    @property
    def cells(self) -> list[Cell]:
        return [c for p in self.pairs for c in p]

    def fill(self) -> dict[str, str]:
        """Slots that every phrasing over a link may use."""
        return {
            "noun": words.row_noun(self.a),
            "nouns": words.plural(words.row_noun(self.a)),
            "lead": words.measure(self.a, self.lead),
            "asked": words.measure(self.b, self.asked),
            "a_lead": words.article(words.measure(self.a, self.lead)),
            "a": words.image(self.a.image),
            "b": words.image(self.b.image),
        }

    def condition(self, rng: Random) -> Condition | None:
        """A limit on `lead` that two or more rows meet, but not all."""
        limit = threshold(rng, [x for x, _ in self.pairs])
        if limit is None:
            return None
        found = Condition(self.a, self.lead, limit, rng.random() < 0.5)
        held = sum(found.holds(x.number) for x, _ in self.pairs)
        return found if 2 <= held < len(self.pairs) else None

    def met(self, condition: Condition) -> list[tuple[Cell, Cell]]:
        return [(x, y) for x, y in self.pairs if condition.holds(x.number)]

    def told(self, views: Views, condition: Condition) -> str:
        """For explanations: the rows that meet a condition, and what image b gives for them."""
        met = self.met(condition)
        rows = words.listing(f"{words.row(views, x)} ({words.value(views, x)})" for x, _ in met)
        rest = words.listing(f"{words.value(views, y)} for {words.row(views, y)}" for _, y in met)
        return (
            f"In {words.image(self.a.image)} the {words.being(self.a, self.lead)} {condition.than} "
            f"{condition.limit_text} for {rows}. For these, {words.image(self.b.image)} gives "
            f"{words.columns_noun(self.b, self.asked)} as {rest}."
        )


def links(views: Views) -> Iterator[Link]:
    """Links over four or more rows, all read, of which no figure stands in a second image."""
    counts = running(views)
    for a, b in joinable(views):
        shared = shared_labels(a, b)
        if len(shared) < 4 or len(shared) < len(labels(a)) or not whole(views, a) or not whole(views, b):
            continue
        leads, others = ([c for c in measures(s) if not _runs(s, c, counts)] for s in (a, b))
        for lead in leads:
            for asked in (c for c in others if not _other_period(lead, c)):
                pairs = tuple((x, y) for v in shared if (x := at(a, v, lead.name)) and (y := at(b, v, asked.name)))
                if len(pairs) == len(shared) and all(only_here(views, c) for p in pairs for c in p):
                    yield Link(a, lead, b, asked, pairs)


def _runs(sheet: Sheet, column: Column, counts: set[tuple[str, ...]]) -> bool:
    return any(row[sheet.index(column.name)][::2] in counts for row in sheet.origins)


def _other_period(a: Column, b: Column) -> bool:
    """Whether one is a budget of a period and the other what was spent in another one."""
    (one, _, first), (other, _, second) = a.role.partition(" "), b.role.partition(" ")
    return {one, other} == {"budget", "actual"} and first != second


def targets(views: Views) -> Iterator[Link]:
    """Links between what was planned (role 'budget ...') and what came of it ('actual ...'), for one period and in one unit."""
    for link in links(views):
        planned, _, period = link.lead.role.partition(" ")
        if planned == "budget" and link.asked.role == f"actual {period}" and link.lead.unit == link.asked.unit:
            yield link


def joined(views: Views, link: Link) -> list[tuple[Value, Decimal, Decimal]]:
    """For witnesses: name, lead and asked of every row that both images mean to show."""
    found: list[tuple[Value, Decimal, Decimal]] = []
    others: list[Row] = meant(views, link.b)
    for row in meant(views, link.a):
        name = row[named_by(link.a).name]
        for other in others:
            if other[named_by(link.b).name] == name:
                found.append((name, exact_number(row[link.lead.name]), exact_number(other[link.asked.name])))
    return found
