"""Fields and siblings: what several images say, each for itself. Pure; nothing is judged or worded here."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from itertools import combinations, pairwise
from random import Random

from cosyn_multi.model import Column, Origin, Sheet, Value, Views

from .sheets import (
    FACTS,
    Cell,
    apart,
    at,
    column_cells,
    comparable,
    facts,
    grids,
    has_day,
    label_of,
    labels,
    measures,
    named_by,
    only_here,
    sameness,
    shared_labels,
)


@dataclass(frozen=True)
class Field:
    """The same thing said by several images: one cell each, in image order, of one kind and unit."""

    cells: tuple[Cell, ...]

    @property
    def column(self) -> Column:
        return self.cells[0].column

    @property
    def images(self) -> tuple[int, ...]:
        return tuple(c.image for c in self.cells)

    @property
    def exact(self) -> bool:
        return all(c.exact for c in self.cells)

    @property
    def slack(self) -> Decimal:
        """The sum of its cells' reading tolerances."""
        return sum((c.tolerance for c in self.cells), Decimal(0))

    def on(self, *images: int) -> "Field":
        """The same field on some of its images, in the order given."""
        return Field(tuple(next(c for c in self.cells if c.image == i) for i in images))


def siblings(views: Views) -> tuple[tuple[Sheet, ...], ...]:
    """Groups of two or more grids, one per image, that share part name, label column and at least one measure.

    A group holds all grids that have some measure; what two orders have in common makes one, though a price list has
    the same items.
    """
    return tuple(group for group, _ in _families(views))


def _families(views: Views) -> list[tuple[tuple[Sheet, ...], tuple[Column, ...]]]:
    """Groups of siblings, and the measures that just these sheets share."""
    by_measure: dict[tuple[str, ...], list[tuple[Sheet, Column]]] = {}
    for sheet in grids(views):
        for column in measures(sheet):
            key = (sheet.part, named_by(sheet).name, *sameness(column))
            by_measure.setdefault(key, []).append((sheet, column))
    names: dict[tuple[str, ...], tuple[list[Sheet], list[Column]]] = {}
    for found in by_measure.values():
        group = [s for s, _ in found]
        if len(group) >= 2:
            names.setdefault(tuple(s.name for s in group), (group, []))[1].append(found[0][1])
    return [(tuple(g), tuple(c)) for g, c in names.values()]


def shared_measures(sheets: Iterable[Sheet]) -> tuple[Column, ...]:
    """Numeric columns that all the sheets have."""
    first, *rest = sheets
    return tuple(c for c in measures(first) if all(any(comparable(c, d) for d in measures(s)) for s in rest))


def joinable(views: Views) -> Iterator[tuple[Sheet, Sheet]]:
    """Ordered pairs of grids of two images that name at least two rows alike."""
    for a, b in combinations(grids(views), 2):
        if a.image != b.image and len(shared_labels(a, b)) >= 2:
            yield a, b
            yield b, a


def fields(views: Views, *kinds: str) -> tuple[Field, ...]:
    """Everything of these kinds that two or more images say each for itself: cells that stand twice are left out.

    Facts come first, then cells of named rows; each field has as many images as there are. Running counts are left out.
    """
    wanted, counts = kinds or ("count", "amount", "percent"), running(views)
    own = (Field(tuple(c for c in f.cells if only_here(views, c))) for f in _all_fields(views, wanted))
    return tuple(f for f in own if len(f.cells) >= 2 and not counts & {c.origin[::2] for c in f.cells})


def running(views: Views) -> set[tuple[str, ...]]:
    """(table, column) of counts that start where another row's ended, such as meter readings: the later image always
    has the higher one, and tells the earlier one too, so they are no matter for comparing images."""
    found: set[tuple[str, ...]] = set()
    for relation in views.world.relations:
        ends = relation.target, *relation.sources
        carried = len(ends) == 2 and ends[0].table == ends[1].table and ends[0].column != ends[1].column
        counted = all(views.world.table(o.table).column(o.column).kind == "count" for o in ends) if carried else False
        found |= {o[::2] for o in ends} if counted else set()
    return found


def restated(views: Views) -> tuple[Field, ...]:
    """Fields whose cells all stand for one cell of the world: what sources must agree on."""
    groups: dict[Origin, list[Cell]] = {}
    for sheet in (*facts(views), *grids(views)):
        for column in sheet.columns:
            if column.numeric or (sheet.part == FACTS and has_day(column)):
                for cell in column_cells(sheet, column.name):
                    groups.setdefault(cell.origin, []).append(cell)
    return tuple(Field(tuple(g)) for g in groups.values() if len({c.image for c in g}) == len(g) >= 2)


def carried(views: Views) -> tuple[Field, ...]:
    """Pairs of exact figures of two images that must be equal, as one is carried over from the other."""
    printed = {c.origin: c for s in views.read for k in measures(s) for c in column_cells(s, k.name) if c.exact}
    pairs = [
        (printed[r.target], printed[r.sources[0]])
        for r in views.world.relations
        if r.coefficients == (Decimal(1),) and r.target in printed and r.sources[0] in printed
    ]
    return tuple(Field(p) for p in pairs if p[0].image != p[1].image and _unlike(*p))


def _unlike(a: Cell, b: Cell) -> bool:
    """Whether the two stand under other names, or one in a list: the same column of two siblings says nothing."""
    return a.column.called != b.column.called or (a.sheet.part == FACTS) != (b.sheet.part == FACTS)


def _all_fields(views: Views, kinds: tuple[str, ...]) -> Iterator[Field]:
    yield from _fact_fields(views, kinds)
    for group, columns in _families(views):
        for column in columns:
            if column.kind in kinds:
                yield from _row_fields(group, column)


def _fact_fields(views: Views, kinds: tuple[str, ...]) -> Iterator[Field]:
    groups: dict[tuple[str, ...], list[Cell]] = {}
    for sheet in facts(views):
        for column in sheet.columns:
            if column.kind in kinds and sheet.cell(0, column.name) is not None:
                groups.setdefault(sameness(column), []).append(Cell(sheet, 0, column))
    for cells in groups.values():
        if len(cells) >= 2:
            yield Field(tuple(cells))


def _row_fields(group: tuple[Sheet, ...], column: Column) -> Iterator[Field]:
    seen: list[Value] = []
    for sheet in group:
        for label in labels(sheet):
            if label in seen:
                continue
            seen.append(label)
            cells = tuple(c for s in group if (c := at(s, label, column.name)))
            if len(cells) >= 2:
                yield Field(cells)


def _own(views: Views, field: Field) -> bool:
    return all(only_here(views, c) for c in field.cells)


def ranked(cells: Iterable[Cell]) -> list[Cell] | None:
    """From lowest to highest; None if two neighbours are not well apart."""
    order = sorted(cells, key=lambda c: c.number)
    return order if all(apart(a, b) for a, b in pairwise(order)) else None


def disjoint(group: Iterable[Sheet]) -> bool:
    """Whether no row label stands in two of the sheets."""
    return all(not shared_labels(a, b) for a, b in combinations(tuple(group), 2))


def text_fields(views: Views) -> tuple[Field, ...]:
    """Texts among the facts that several images of one kind of document state, each for itself."""
    found = (f for f in _fact_fields(views, ("text", "category")) if _own(views, f))
    return tuple(f for f in found if len({views.view(i).document for i in f.images}) == 1)


NARROW = Decimal("0.02")
"""Share of a column's range below which two neighbours leave no room for a limit between them."""
MARGIN = Decimal("0.2")
"""Share of the gap between two neighbours within which a limit is too near to either."""
_UNITS = (Decimal(5), Decimal("2.5"), Decimal(2), Decimal(1))


def threshold(rng: Random, cells: Iterable[Cell], step: Decimal | None = None) -> Decimal | None:
    """A round number that no cell is near to, with cells on both sides; None if there is none.

    Near means within twice a cell's reading tolerance, or within MARGIN of the gap it lies in. It is never finer than the
    step that all the cells keep to (or the one given): a column of 1200, 1250, 1350 is not asked about 1210.
    """
    order = sorted(cells, key=lambda c: c.number)
    if len(order) < 2:
        return None
    least = NARROW * (order[-1].number - order[0].number)
    gaps = [(a, b) for a, b in pairwise(order) if b.number - a.number > max(least, 2 * (a.tolerance + b.tolerance))]
    step = step or step_of(order)
    rng.shuffle(gaps)
    for a, b in gaps:
        margin = MARGIN * (b.number - a.number)
        low, high = a.number + max(margin, 2 * a.tolerance), b.number - max(margin, 2 * b.tolerance)
        found = _roundest(low, high, step)
        if found is not None:
            return found
    return None


def step_of(cells: Iterable[Cell]) -> Decimal:
    """The largest of 5, 2.5, 2 and 1 times a power of ten that divides all values; their last printed digit at least.

    Read from marks, values keep to no step: it is the place of their reading error then.
    """
    found = list(cells)
    error = max(c.tolerance for c in found)
    if error:
        return Decimal(1).scaleb(error.adjusted())
    finest = min(-4, *(int(c.number.as_tuple().exponent) for c in found))
    for power in range(8, finest - 1, -1):
        for unit in _UNITS:
            step = unit.scaleb(power)
            if all(c.number % step == 0 for c in found):
                return step
    return Decimal(1).scaleb(finest)


def _roundest(low: Decimal, high: Decimal, finest: Decimal) -> Decimal | None:
    """The number with the fewest digits between two others; a multiple of `finest`."""
    for power in range(12, finest.adjusted() - 1, -1):
        for unit in _UNITS:
            step = unit.scaleb(power)
            if step % finest:
                continue
            candidate = (low / step).to_integral_value(ROUND_CEILING) * step
            if low <= candidate <= high:
                return Decimal(f"{candidate.normalize():f}")
    return None


YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def follows(views: Views, images: Iterable[int]) -> bool:
    """Whether each of these images is plainly later than the one before it, by a date or year that they show."""
    moments = [_moment(views, i) for i in images]
    return None not in moments and all(a < b for a, b in pairwise(m for m in moments if m is not None))


def in_time(views: Views, images: Iterable[int]) -> tuple[int, ...] | None:
    """These images from the earliest to the latest; None where that isn't plain."""
    moments = {i: _moment(views, i) for i in images}
    told = {i: m for i, m in moments.items() if m is not None}
    if len(set(told.values())) < len(moments):
        return None
    return tuple(sorted(told, key=lambda i: told[i]))


def _moment(views: Views, image: int) -> date | None:
    """The first date among an image's facts, the first of its rows' periods, or the year of its subject."""
    for sheet in (s for s in views.read if s.image == image):
        label = label_of(sheet)
        found = [c for c in sheet.columns if c.kind == "date" and (sheet.part == FACTS or c == label)]
        values = [v for c in found[:1] for v in sheet.values(c.name) if isinstance(v, date)]
        if values:
            return min(values)
    years = YEAR.findall(views.view(image).subject)
    return date(int(years[0]), 1, 1) if len(years) == 1 else None
