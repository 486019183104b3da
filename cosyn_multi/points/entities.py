"""Things in our own renderings that readings locate: what is asked to be pointed at, and where it is on every image.

An entity is on an image where its readings are: legible, with a box. It is known *not* to be on an image only where the
view says so (no such part or column, no such name); an image that hides or clips it leaves the question instead.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from typing import Final, Literal, NamedTuple

from cosyn_multi.checks.legible import fault
from cosyn_multi.model import Box, Column, Part, Rendering, Sheet, Value, Views, cell_ref
from cosyn_multi.pointing.text_form import MOST, thousandths

Kind = Literal["field", "header", "legend", "entry", "mark", "extreme", "category", "over"]
FEWEST_ROWS: Final = 3
LONGEST_NAME: Final = 40
DIGITS: Final = 3
"""Decimals of a percent that is stored."""
Point = tuple[float, float]


class Entity(NamedTuple):
    """What is pointed at. `places`: per image that can be asked about, its points in percent; none where it isn't."""

    kind: Kind
    label: str
    places: dict[int, tuple[Point, ...]]
    refs: tuple[str, ...]
    """The readings behind the points: 'image1:facts[0].total'."""


class Gap(Exception):
    """Something is on an image, but not so that one could point at it."""


def entities(views: Views) -> Iterator[Entity]:
    """Everything that can be pointed at in a set, kind by kind; two images at least, and something on one of them."""
    for find in (_fields, _headers, _entries, _marks, _extremes, _categories, _over):
        yield from find(views)


def _gathered(views: Views, kind: Kind, label: str, refs_on: Callable[[int], list[str] | None]) -> Iterator[Entity]:
    """An entity from the refs of each image; None leaves an image out."""
    places: dict[int, tuple[Point, ...]] = {}
    used: list[str] = []
    for image in views.images:
        refs = refs_on(image)
        if refs is None:
            continue
        try:
            places[image] = tuple(_point(views, image, ref) for ref in refs)
        except Gap:
            continue
        used += [f"image{image}:{ref}" for ref in refs]
    if len(places) >= 2 and any(places.values()):
        yield Entity(kind, label, places, tuple(used))


def _point(views: Views, image: int, ref: str) -> Point:
    """The middle of a reading's box, in percent. Raises: Gap, also for one of several boxes: it may be drawn twice."""
    reading = views.readings.get(f"image{image}:{ref}")
    if reading is None or len(reading.boxes) != 1 or fault(reading):
        raise Gap
    rendering, box = views.renderings[image - 1], reading.boxes[0]
    x, y = (box.x0 + box.x1) / 2 / rendering.width * 100, (box.y0 + box.y1) / 2 / rendering.height * 100
    point = (round(x, DIGITS), round(y, DIGITS))
    if not inside(point, box, rendering):
        raise Gap
    return point


def inside(point: Point, box: Box, rendering: Rendering) -> bool:
    """Whether a point lies in a box as stored, and still does once it is written in thousandths."""
    for share, low, high, size in (
        (point[0], box.x0, box.x1, rendering.width),
        (point[1], box.y0, box.y1, rendering.height),
    ):
        exact, written = share / 100 * size, thousandths(share) / MOST * size
        if not (low < exact < high and low < written < high):
            return False
    return True


def _columns(views: Views) -> dict[tuple[str, str, str], dict[int, tuple[Part, Column]]]:
    """(table, column, how a question calls it) -> image -> where it is meant to be drawn."""
    found: dict[tuple[str, str, str], dict[int, tuple[Part, Column]]] = {}
    for view in views.views:
        for part in view.parts:
            for column in part.columns:
                found.setdefault((part.table, column.name, column.called), {})[view.image] = (part, column)
    return found


def _passing(views: Views, name: str, called: str, image: int) -> int:
    """How many columns of an image may pass for this one: by their name, role or noun."""
    return sum(
        name in (c.name, c.role) or c.called.casefold() == called.casefold()
        for p in views.view(image).parts
        for c in p.columns
    )


def _says(views: Views, image: int, facts: dict[int, Part], name: str) -> bool:
    """Whether an image says, in any place, how a fact is called on another one, or what it is there."""
    for other, part in facts.items():
        column = part.column(name)
        shown = views.readings.get(f"image{other}:{cell_ref('facts', 0, name)}")
        texts = [column.label, column.called, *([shown.shown] if shown else [])]
        if any(t and _written(views, image, t) for t in texts):
            return True
    return False


def _fields(views: Views) -> Iterator[Entity]:
    """A single fact of a document: 'total incl. tax'."""
    for (_, name, called), on in _columns(views).items():
        facts = {i: p for i, (p, _) in on.items() if p.name == "facts" and len(p.rows) == 1}
        if len(facts) < 1 or len(on) != len(facts):
            continue

        def refs(
            image: int, facts: dict[int, Part] = facts, name: str = name, called: str = called
        ) -> list[str] | None:
            if image in facts and _passing(views, name, called, image) == 1:
                value = facts[image].rows[0][facts[image].index(name)]
                return None if value is None else [cell_ref("facts", 0, name)]
            told = image in facts or _passing(views, name, called, image) or _says(views, image, facts, name)
            return None if told else []

        yield from _gathered(views, "field", called, refs)


def _headers(views: Views) -> Iterator[Entity]:
    """A column's heading or a legend entry, by its text."""
    texts: dict[tuple[Kind, str], dict[int, list[str]]] = {}
    for view, rendering in zip(views.views, views.renderings, strict=True):
        for reading in rendering.keys:
            if reading.role in ("header", "legend") and reading.shown and "@" not in reading.ref:
                kind: Kind = "legend" if reading.role == "legend" else "header"
                texts.setdefault((kind, _named(reading.shown)), {}).setdefault(view.image, []).append(reading.ref)
    for (kind, text), on in texts.items():
        what = "legend entry" if kind == "legend" else "heading"
        if 2 <= len(text) <= LONGEST_NAME:

            def refs(image: int, on: dict[int, list[str]] = on, text: str = text) -> list[str] | None:
                return _all_of(views, image, text, on.get(image, []))

            yield from _gathered(views, kind, f'{what} "{text}"', refs)


def _all_of(views: Views, image: int, text: str, refs: list[str]) -> list[str] | None:
    """The refs, if they are all places where an image draws a text; None if it draws it elsewhere, too."""
    return refs if _times(views, image, text) == len(refs) else None


def _entries(views: Views) -> Iterator[Entity]:
    """A named row of tables and documents, by its name."""
    names: dict[str, dict[int, list[str]]] = {}
    for view in views.views:
        for part in view.grids if view.artifact != "chart" else ():
            label = part.label
            if label is not None and label.kind in ("key", "category", "text"):
                for row, value in enumerate(part.values(label.name)):
                    ref = cell_ref(part.name, row, label.name)
                    names.setdefault(_named(str(value)), {}).setdefault(view.image, []).append(ref)
    for name, on in names.items():
        if len(on) < 2 or len(name) > LONGEST_NAME:
            continue

        def refs(image: int, on: dict[int, list[str]] = on, name: str = name) -> list[str] | None:
            return _all_of(views, image, name, on.get(image, []))

        yield from _gathered(views, "entry", f'entry "{name}"', refs)


def _marks(views: Views) -> Iterator[Entity]:
    """The mark of a name in charts with one measure: 'mark for "2021"'; tables and documents have no marks."""
    names: dict[str, dict[int, list[str]]] = {}
    for view in views.views:
        for part in view.grids if view.artifact == "chart" and len(view.grids) == 1 else ():
            label = part.label
            measures = [c for c in part.measures if label and c.name != label.name]
            if label is None or len(measures) != 1:
                continue
            for row in range(len(part.rows)):
                named = views.readings.get(f"image{view.image}:{cell_ref(part.name, row, label.name)}")
                mark = views.readings.get(f"image{view.image}:{cell_ref(part.name, row, measures[0].name)}")
                if named and named.shown and mark and (mark.shown or mark.axis[:1] in ("x", "y")):
                    names.setdefault(_named(named.shown), {}).setdefault(view.image, []).append(mark.ref)
    for name, on in names.items():

        def refs(image: int, on: dict[int, list[str]] = on, name: str = name) -> list[str] | None:
            if image in on or views.view(image).artifact != "chart":
                return on.get(image, [])
            return None if _written(views, image, name) else []

        if len(name) <= LONGEST_NAME:
            yield from _gathered(views, "mark", f'mark for "{name}"', refs)


def _sheets(views: Views) -> dict[tuple[str, str, str], dict[int, tuple[Sheet, Column]]]:
    """Measures of as-read grids, wholly read and exact, by table, column and noun."""
    found: dict[tuple[str, str, str], dict[int, tuple[Sheet, Column]]] = {}
    for sheet in views.read:
        part = views.view(sheet.image).part(sheet.part)
        if part.name == "facts" or len(sheet.rows) < max(FEWEST_ROWS, len(part.rows)):
            continue
        for column in sheet.columns:
            if None not in sheet.values(column.name) and not any(
                sheet.tolerance(r, column.name) for r in range(len(sheet.rows))
            ):
                found.setdefault((part.table, column.name, column.called), {})[sheet.image] = (sheet, column)
    return found


def _chosen(
    views: Views,
    kind: Kind,
    label: str,
    on: dict[int, tuple[Sheet, Column]],
    keep: Callable[[Sequence[Value]], list[int]],
) -> Iterator[Entity]:
    """Cells of a column that a rule chooses on every image that has it."""

    def refs(image: int) -> list[str] | None:
        if image not in on:
            return None
        sheet, column = on[image]
        return [sheet.ref(row, column.name) for row in keep(sheet.values(column.name))]

    yield from _gathered(views, kind, label, refs)


def _extremes(views: Views) -> Iterator[Entity]:
    """The one highest or lowest value of a column, per image: 'lowest rate of each image'."""
    for (_, _, called), on in _sheets(views).items():
        if not all(c.numeric for _, c in on.values()):
            continue
        for word, pick in (("highest", max), ("lowest", min)):
            unique = {i: (s, c) for i, (s, c) in on.items() if _once(s.values(c.name), pick)}
            if len(unique) == len(on):
                yield from _chosen(views, "extreme", f"{word} {called} of each image", on, partial(_first, pick))


def _once(values: tuple[Value, ...], pick: Callable[..., Value]) -> bool:
    return sum(v == pick(values) for v in values) == 1


def _first(pick: Callable[..., Value], values: Sequence[Value]) -> list[int]:
    return [values.index(pick(values))]


def _equal(value: str, values: Sequence[Value]) -> list[int]:
    return [row for row, v in enumerate(values) if v == value]


def _above(bound: int, values: Sequence[Value]) -> list[int]:
    return [row for row, v in enumerate(values) if isinstance(v, int | Decimal) and v > bound]


def _categories(views: Views) -> Iterator[Entity]:
    """Cells with one category: '"Overdue" given as status'."""
    for (_, _, called), on in _sheets(views).items():
        if any(c.kind != "category" for _, c in on.values()):
            continue
        values = sorted({str(v) for s, c in on.values() for v in s.values(c.name)})
        for value in values if len(values) >= 2 else ():
            if len(value) <= LONGEST_NAME:
                label = f'"{_named(value)}" given as {called}'
                yield from _chosen(views, "category", label, on, partial(_equal, value))


def _over(views: Views) -> Iterator[Entity]:
    """Values above a bound that lies well between two of them: 'line total over 500 EUR'."""
    for (_, _, called), on in _sheets(views).items():
        units = {c.unit for _, c in on.values()}
        if not all(c.numeric and c.kind != "percent" for _, c in on.values()) or len(units) != 1:
            continue
        values = sorted({float(v) for s, c in on.values() for v in s.values(c.name) if isinstance(v, int | Decimal)})
        bound = _round_between(values)
        if bound is None:
            continue
        label = f"{called} over {bound:,}" + (f" {unit}" if (unit := units.pop()) else "")
        yield from _chosen(views, "over", label, on, partial(_above, bound))


def _round_between(values: list[float]) -> int | None:
    """A round number with values on both sides and none equal to it."""
    if len(values) < FEWEST_ROWS:
        return None
    middle = values[len(values) * 2 // 3]
    step = 10 ** max(0, len(str(int(abs(middle)))) - 1)
    bound = int(middle // step * step)
    return bound if bound > 0 and values[0] < bound < values[-1] and bound not in values else None


def _named(text: str) -> str:
    return " ".join(text.split())


def _written(views: Views, image: int, text: str) -> bool:
    """Whether an image has a text anywhere: then nobody can say that it isn't there."""
    return _times(views, image, text) > 0


def _times(views: Views, image: int, text: str) -> int:
    """How often an image draws a text, as its words tell, or as its readings do if that is more often."""
    rendering, sought = views.renderings[image - 1], text.casefold()
    drawn = " ".join(w.text for w in rendering.words).casefold()
    told = sum(sought in _named(r.shown).casefold() for r in (*rendering.keys, *rendering.cells))
    return max(drawn.count(sought), told)
