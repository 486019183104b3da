"""Bound values: what templates get. Text that remembers which cell it is.

A `Bound` is a `str`: what it displays. It compares by value (`row.amount > 100` works), refuses arithmetic (a total is
a cell of the world, not a sum in a template), and carries its ref, so that a renderer can tell where it was drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

from cosyn_multi.model import Column, Part, Style, Value, View, cell_ref, header_ref, show

OPEN, MIDDLE, CLOSE = "\ufdd0", "\ufdd1", "\ufdd2"
"""Noncharacters around a bound value in a page's source: OPEN number MIDDLE text CLOSE. Nobody writes them."""


class Bound(str):
    """A displayed text with its ref. `value` is what the world holds (None for headers and titles)."""

    ref: str
    value: Value
    number: int

    def __new__(cls, text: str, ref: str, value: Value = None, number: int = 0) -> Bound:
        self = super().__new__(cls, text)
        self.ref, self.value, self.number = ref, value, number
        return self

    def __getnewargs__(self) -> tuple[str, str, Value, int]:  # type: ignore[override]
        return str.__str__(self), self.ref, self.value, self.number  # what copy and pickle call __new__ with

    def __html__(self) -> str:
        return f"{OPEN}{self.number}{MIDDLE}{escape(str.__str__(self))}{CLOSE}"

    def with_text(self, text: str) -> Bound:
        """Another text for the same cell: what filters return."""
        return Bound(text, self.ref, self.value, self.number)

    def __float__(self) -> float:
        if not isinstance(self.value, int | Decimal):
            raise TypeError(f"{self.ref} is not a number")
        return float(self.value)

    def _compared(self, other: object) -> tuple[Any, Any]:
        other = other.value if isinstance(other, Bound) and other.value is not None else other
        if isinstance(other, int | float | Decimal) and isinstance(self.value, int | Decimal):
            return self.value, Decimal(str(other))
        return (str.__str__(self), str(other)) if isinstance(other, str) else (self.value, other)

    def __eq__(self, other: object) -> bool:
        mine, theirs = self._compared(other)
        return bool(mine == theirs)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: Any) -> bool:
        mine, theirs = self._compared(other)
        return bool(mine < theirs)

    def __gt__(self, other: Any) -> bool:
        mine, theirs = self._compared(other)
        return bool(mine > theirs)

    def __le__(self, other: Any) -> bool:
        return not self > other

    def __ge__(self, other: Any) -> bool:
        return not self < other

    def __hash__(self) -> int:
        return str.__hash__(self)

    def __bool__(self) -> bool:
        return bool(self.value) if isinstance(self.value, int | Decimal) else len(self) > 0

    def __add__(self, other: Any) -> str:
        raise TypeError(f"{self.ref}: bound values can't be added; a total is a cell of the world")

    def __mul__(self, other: Any) -> str:
        raise TypeError(f"{self.ref}: bound values can't be multiplied; a product is a cell of the world")

    __radd__ = __add__
    __rmul__ = __mul__


class Binder:
    """Numbers the bound values of one image, in the order they are made; `bound[n]` is value n."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.bound: list[Bound] = []

    def bind(self, text: str, ref: str, value: Value = None) -> Bound:
        made = Bound(text, ref, value, len(self.bound))
        self.bound.append(made)
        return made


class BoundColumn:
    """A column as a template sees it. Printing `label` (with the unit, where the header holds it) draws the header."""

    def __init__(self, binder: Binder, part: Part, column: Column) -> None:
        self.name, self.kind, self.role, self.unit = column.name, column.kind, column.role, column.unit
        self.numeric, self.column = column.numeric, column
        self.label = binder.bind(column.header, header_ref(part.name, column.name))

    def __str__(self) -> str:
        return str(self.label)

    def __html__(self) -> str:
        return self.label.__html__()


class BoundRow:
    """A row: iterate over its cells, or take one by column name (`row.amount`, `row['amount']`) or role."""

    def __init__(self, cells: dict[str, Bound], roles: dict[str, str], number: int) -> None:
        self._cells, self._roles, self.number = cells, roles, number

    def __iter__(self) -> Iterator[Bound]:
        return iter(self._cells.values())

    def __getitem__(self, name: str) -> Bound:
        return self._cells[name]

    def __getattr__(self, name: str) -> Bound:
        try:
            return self._cells[name]
        except KeyError as error:
            raise AttributeError(f"no column {name!r}; there are {', '.join(self._cells)}") from error

    def by_role(self, role: str) -> Bound | None:
        name = self._roles.get(role)
        return self._cells[name] if name else None


class BoundPart:
    """A part: `columns`, `rows`, and for charts `label`, `measures`, `texts(name)`, `numbers(name)`."""

    def __init__(self, binder: Binder, part: Part) -> None:
        self.part, self.name = part, part.name
        self.title = binder.bind(part.title, f"{part.name}.@title") if part.title else ""
        self.columns = [BoundColumn(binder, part, c) for c in part.columns]
        roles = {c.role: c.name for c in part.columns if c.role}
        self.rows = [
            BoundRow(
                {
                    c.name: binder.bind(show(v, c.format, binder.view.locale), cell_ref(part.name, i, c.name), v)
                    for c, v in zip(part.columns, row, strict=True)
                },
                roles,
                i,
            )
            for i, row in enumerate(part.rows)
        ]

    @property
    def label(self) -> BoundColumn | None:
        found = self.part.label
        return next((c for c in self.columns if found and c.name == found.name), None)

    @property
    def measures(self) -> list[BoundColumn]:
        return [c for c in self.columns if c.numeric]

    def column(self, name: str) -> BoundColumn:
        return next(c for c in self.columns if c.name == name)

    def texts(self, name: str) -> list[Bound]:
        """A column's cells as displayed."""
        return [row[name] for row in self.rows]

    def numbers(self, name: str) -> list[float]:
        """A numeric column's values, for drawing marks."""
        return [float(row[name]) for row in self.rows]


class Fact:
    """One field of a document: its label and its value; both must be drawn."""

    def __init__(self, column: BoundColumn, cell: Bound) -> None:
        self.label, self.value, self.role, self.name, self.numeric = (
            column.label,
            cell,
            column.role,
            column.name,
            column.numeric,
        )
        self.self_evident = column.column.self_evident

    def __str__(self) -> str:
        return str(self.value)

    def __html__(self) -> str:
        return self.value.__html__()


class Facts:
    """The facts of a document: by role (`facts.issuer`), or `facts.rest('issuer', 'date')`: all others, in order."""

    def __init__(self, part: BoundPart | None) -> None:
        row = part.rows[0] if part else None
        self.all = [Fact(c, row[c.name]) for c in part.columns] if part and row else []

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.all)

    def __getattr__(self, role: str) -> Fact | None:
        if role.startswith("__"):
            raise AttributeError(role)
        return next((f for f in self.all if f.role == role), None) or next(
            (f for f in self.all if f.name == role), None
        )

    def rest(self, *roles: str) -> list[Fact]:
        return [f for f in self.all if f.role not in roles and f.name not in roles]


class BoundView:
    """What a template gets as `view`."""

    def __init__(self, view: View, style: Style) -> None:
        self.view, self.style, self.binder = view, style, Binder(view)
        bind = self.binder.bind
        self.image, self.document, self.locale = view.image, view.document, view.locale
        self.title = bind(view.title, "@title")
        self.subtitle = bind(view.second_line, "@subtitle") if view.second_line else ""
        self.page = bind(view.page, "@page") if view.page else ""
        self.notes = [bind(n, f"@note{i}") for i, n in enumerate(view.notes)]
        parts = [BoundPart(self.binder, p) for p in view.parts]
        self.parts = [p for p in parts if p.name != "facts"]
        self.facts = Facts(next((p for p in parts if p.name == "facts"), None))
        self._by_ref = {b.ref: b for b in self.binder.bound}
        self.prose: list[list[str | Bound]] = [self._pieces(text) for text in view.prose]

    @property
    def main(self) -> BoundPart:
        """The first part with rows."""
        return self.parts[0]

    def _pieces(self, paragraph: str) -> list[str | Bound]:
        """A paragraph cut at its slots: plain texts and bound cells in turn. Each slot is bound anew: a cell may be
        drawn more than once, and each drawing has its own place."""
        pieces: list[str | Bound] = []
        for i, piece in enumerate(_split(paragraph)):
            if i % 2 == 0:
                if pieces and str(pieces[-1]).endswith(".") and piece.startswith("."):
                    piece = piece[1:]  # "... Inc." ends its sentence too
                if piece:
                    pieces.append(piece)
                continue
            source = self._by_ref[piece]
            pieces.append(self.binder.bind(str.__str__(source), source.ref, source.value))
        return pieces

    def paragraphs(self) -> list[Markup]:
        """The prose for HTML: each paragraph escaped, its slots bound."""
        return [Markup("").join(escape(p) for p in pieces) for pieces in self.prose]


def _split(paragraph: str) -> list[str]:
    """'a {x} b' becomes ['a ', 'x', ' b']: texts at even places, slot refs at odd ones."""
    out: list[str] = []
    for i, piece in enumerate(paragraph.split("{")):
        if i == 0:
            out.append(piece)
        else:
            slot, _, rest = piece.partition("}")
            out += [slot, rest]
    return out
