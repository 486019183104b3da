"""difference_spotting: what changed between two versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from random import Random

from cosyn_multi.model import Column, Draft, Sheet, Value, Views
from cosyn_multi.questions import words
from cosyn_multi.questions.base import Kind, q
from cosyn_multi.questions.drafting import Reply, draft, label, label_answer, label_sql, several, some
from cosyn_multi.questions.sheets import (
    Cell,
    Row,
    at,
    comparable,
    grids,
    label_of,
    meant,
    measures,
    named_by,
    only_here,
    shared_labels,
)

KIND = Kind(
    name="difference_spotting",
    group="compare",
    answer_types=("int", "str", "list", "date"),
    about="What changed between two versions, or how much of it.",
)

WHICH = (
    "For which {noun} {measure_does} the {measure} in {b} differ from {measure_that} in {a}?",
    "Between {a} and {b}, the {measure} of one {noun} changed. Which {noun} is meant?",
    "Which {noun} has {measure_another} {measure} in {b} than in {a}?",
    "Compare {a} with {b}: of the {nouns} that both give, which one has {measure_another} {measure} in {b}?",
    "{a} and {b} give the same {measure} for every {noun} they share, except one. Which one?",
)
WHICH_ALL = (
    "For which {nouns} {measure_does} the {measure} in {b} differ from {measure_that} in {a}?",
    "Between {a} and {b}, which {nouns} changed their {measure}?",
    "Which {nouns} have {measure_another} {measure} in {b} than in {a}?",
    "Compare {a} with {b}: of the {nouns} that both give, which have {measure_another} {measure} in {b}?",
    "Name the {nouns} that stand in both {a} and {b} but with {measure_a}different {measure}.",
)
HOW_MANY = (
    "How many of the {nouns} that stand in both {a} and {b} have {measure_a}different {measure} in {b} than in {a}?",
    "For how many {nouns} did the {measure} change from {a} to {b}? Count only {nouns} that are in both.",
    "Count the {nouns} that appear in both {a} and {b} but with {measure_another} {measure}.",
    "Of the {nouns} shared by {a} and {b}, how many have {measure_another} {measure} in {b}?",
    "Compare the {measure} of each {noun} that {a} and {b} have in common. In how many cases are the two unlike?",
)
PHRASINGS = (*WHICH, *WHICH_ALL, *HOW_MANY)


@dataclass(frozen=True)
class Versions:
    """Two images that give one column for rows they share: pairs of cells, and those that differ."""

    a: Sheet
    b: Sheet
    column: Column
    pairs: tuple[tuple[Cell, Cell], ...]

    @property
    def changed(self) -> tuple[tuple[Cell, Cell], ...]:
        return tuple((x, y) for x, y in self.pairs if x.value != y.value)

    @property
    def telling(self) -> bool:
        """Whether some rows differ and a third or more don't: else it is another matter, not another version."""
        return 0 < len(self.changed) <= len(self.pairs) * 2 // 3

    @property
    def images(self) -> tuple[int, int]:
        return self.a.image, self.b.image


def propose(views: Views, rng: Random) -> Iterator[Draft]:
    for versions in some(rng, list(_versions(views)), 5):
        if len(versions.changed) <= 6:
            yield _which(views, rng, versions)
        yield _how_many(views, rng, versions)


def _versions(views: Views) -> Iterator[Versions]:
    for a, b in combinations(grids(views), 2):
        if a.image == b.image or label_of(a) != label_of(b):
            continue
        for column in (c for c in measures(a) if any(comparable(c, d) for d in measures(b))):
            found = [(at(a, v, column.name), at(b, v, column.name)) for v in shared_labels(a, b)]
            pairs = tuple((x, y) for x, y in found if x and y)
            exact = all(c.exact and only_here(views, c) for p in pairs for c in p)
            versions = Versions(a, b, column, pairs)
            if len(pairs) == len(found) >= 3 and exact and versions.telling:
                yield versions


def _fill(versions: Versions) -> dict[str, str]:
    noun = words.row_noun(versions.a)
    a, b = (words.image(i) for i in versions.images)
    measure = words.bare(versions.a, versions.column)
    return {"noun": noun, "nouns": words.plural(noun), "measure": measure, "a": a, "b": b}


def _joined(versions: Versions) -> str:
    name, column = q(named_by(versions.a).name), q(versions.column.name)
    return (
        f"FROM {q(versions.a.name)} a JOIN {q(versions.b.name)} b ON a.{name} = b.{name} WHERE a.{column} <> b.{column}"
    )


def _changes(views: Views, versions: Versions) -> list[Value]:
    """The witness: names of rows that both mean to show, with different values."""
    name, column = named_by(versions.a).name, versions.column.name
    later: list[Row] = meant(views, versions.b)
    found: list[Value] = []
    for row in meant(views, versions.a):
        found += [row[name] for other in later if other[name] == row[name] and other[column] != row[column]]
    return found


def _story(views: Views, versions: Versions) -> str:
    told = [
        f"{words.row(views, x)} goes from {words.value(views, x)} in {words.image(x.image)} "
        f"to {words.value(views, y)} in {words.image(y.image)}"
        for x, y in versions.changed
    ]
    rest = len(versions.pairs) - len(told)
    kept = f"; for the other {rest} the {words.being(versions.a, versions.column)} the same" if rest > 1 else ""
    return f"{words.sentence('; '.join(told))}{kept}."


def _which(views: Views, rng: Random, versions: Versions) -> Draft:
    name, one = named_by(versions.a), len(versions.changed) == 1
    reply = label(rng, versions.a)
    return draft(
        KIND,
        views,
        rng,
        WHICH if one else WHICH_ALL,
        reply if one else several(rng, reply, words.row_noun(versions.a)),
        program=f"SELECT {label_sql(name, f'a.{q(name.name)}')} {_joined(versions)}",
        answer=[label_answer(name, v) for v in _changes(views, versions)],
        cells=[c for p in versions.pairs for c in p],
        named=(),
        story=_story(views, versions),
        close="so the answer is {answer}.",
        first=0 if one else len(WHICH),
        fill=_fill(versions),
    )


def _how_many(views: Views, rng: Random, versions: Versions) -> Draft:
    return draft(
        KIND,
        views,
        rng,
        HOW_MANY,
        Reply("int"),
        program=f"SELECT count(*) {_joined(versions)}",
        answer=[str(len(_changes(views, versions)))],
        cells=[c for p in versions.pairs for c in p],
        named=(),
        story=_story(views, versions),
        close="that makes {answer}.",
        first=len(WHICH) + len(WHICH_ALL),
        fill=_fill(versions),
    )
