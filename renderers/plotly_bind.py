"""Naming the marks of a plotly figure: which trace draws which cells.

`bind(trace, column)` says that point i of the trace is row i of the column; `bind(trace, cells)` gives the cells
themselves, one per point, or for a heatmap a list per row of `z`. A trace with two measured coordinates is bound twice,
with `axis="x"` and `axis="y"`. Traces that nobody named are matched by value and names, if that leaves no doubt.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cosyn_multi.renderers.bound import Bound, BoundColumn, BoundPart, BoundView

Cells = BoundColumn | Sequence[Bound | None] | Sequence[Sequence[Bound | None]]


@dataclass(frozen=True)
class Marks:
    """The cells that a trace draws, in the order of its points. `axis`: 'x', 'y', or '' for the measured one."""

    trace: int
    cells: tuple[Bound | None, ...]
    axis: str = ""


class Binding:
    """The `bind` that a template's `draw` gets."""

    def __init__(self, view: BoundView) -> None:
        self._view = view
        self._calls: list[tuple[Any, Cells, str]] = []
        self._tokens: dict[str, int] = {}

    def __call__(self, trace: Any, cells: Cells, axis: str = "") -> Any:
        """Name the marks of a trace; returns the trace, so that `fig.add_trace(bind(go.Bar(...), column))` reads well.

        Args: trace: a trace (a graph object or a dict, not yet added to its figure), or its number in the figure.
        """
        number = len(self._calls)
        if isinstance(trace, int):
            self._calls.append((trace, cells, axis))
            return trace
        token = trace["meta"] if "meta" in trace and trace["meta"] in self._tokens else f"marks-{number}"
        trace["meta"] = token
        self._tokens.setdefault(token, number)
        self._calls.append((token, cells, axis))
        return trace

    def marks(self, spec: dict[str, Any]) -> list[Marks]:
        """What was named, and what could be matched without doubt, in the figure as it came back."""
        where = {t.get("meta"): i for i, t in enumerate(spec["data"]) if isinstance(t.get("meta"), str)}
        named = [
            Marks(trace if isinstance(trace, int) else where[trace], tuple(self._flat(cells)), axis)
            for trace, cells, axis in self._calls
            if isinstance(trace, int) or trace in where
        ]
        taken = {m.trace for m in named}
        guessed = [self._guess(i, t) for i, t in enumerate(spec["data"]) if i not in taken]
        return named + [g for g in guessed if g is not None]

    def _flat(self, cells: Cells) -> Iterable[Bound | None]:
        if isinstance(cells, BoundColumn):
            yield from self._part_of(cells).texts(cells.name)
            return
        for cell in cells:
            if cell is None or isinstance(cell, Bound):
                yield cell
            else:
                yield from cell

    def _part_of(self, column: BoundColumn) -> BoundPart:
        return next(p for p in self._view.parts if column in p.columns)

    def _guess(self, index: int, trace: dict[str, Any]) -> Marks | None:
        """The one column whose numbers this trace draws, beside the names of its rows; None if none or several do."""
        found = [
            Marks(index, tuple(part.texts(column.name)))
            for part in self._view.parts
            for column in part.measures
            if _draws(trace, part, column)
        ]
        return found[0] if len(found) == 1 else None


def _draws(trace: dict[str, Any], part: BoundPart, column: BoundColumn) -> bool:
    label = part.label
    if label is None:
        return False
    names = [str.__str__(t) for t in part.texts(label.name)]
    values = [None if cell.value is None else float(cell) for cell in part.texts(column.name)]
    pairs = (("x", "y"), ("y", "x"), ("labels", "values"))
    return any(_same_names(trace.get(a), names) and _same_numbers(trace.get(b), values) for a, b in pairs)


def _same_names(given: Any, names: list[str]) -> bool:
    return isinstance(given, list | tuple) and [str(g) for g in given] == names


def _same_numbers(given: Any, values: list[float | None]) -> bool:
    if not isinstance(given, list | tuple) or len(given) != len(values):
        return False
    return all(g == v or (isinstance(g, int | float) and v is not None and abs(g - v) < 1e-9 * max(1.0, abs(v)))
               for g, v in zip(given, values, strict=True))  # fmt: skip
