"""From what the page drew to readings: names at their marks, values from pixels or labels, and what is lost."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Final

from cosyn_multi.model import Box, Column, Look, Part, Reading, Value, View, Word, cell_ref, header_ref, show
from cosyn_multi.model.reading import ReadingRole
from cosyn_multi.renderers.bound import Bound, BoundView
from cosyn_multi.renderers.marks import MarkValue, agrees
from cosyn_multi.renderers.plotly_bind import Marks
from cosyn_multi.renderers.plotly_report import Mark, Report, Text, fold
from cosyn_multi.renderers.plotly_said import line_of, said_of, shown_line, tells
from cosyn_multi.renderers.plotly_sight import Sight, as_hex
from cosyn_multi.renderers.plotly_values import Span, Unreadable, label_of, spans, value_of

LEAST_PLOT_PX: Final = 80.0
"""A plot narrower or lower than this is refused: its margins ate it."""
POINT_PX: Final = 0.5
DASHES: Final = {"dash": "dashed", "longdash": "dashed", "dot": "dotted", "dashdot": "dashdot"}


class Wrong(Exception):
    """The picture as a whole failed: a slug and a sentence."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


@dataclass
class Found:
    """What one picture gives."""

    cells: dict[str, Reading] = field(default_factory=dict)
    keys: dict[str, Reading] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)

    def keep(self, reading: Reading) -> None:
        """Keep one reading per ref: an exact one before a measured one, else the larger text."""
        kept = self.cells if reading.role == "cell" else self.keys
        old = kept.get(reading.ref)
        if old is None or (reading.tolerance, -reading.seen.height_px) < (old.tolerance, -old.seen.height_px):
            kept[reading.ref] = reading

    def lost(self, bound: Iterable[Bound]) -> tuple[str, ...]:
        """Everything bound that is neither a reading nor an absent cell, with the reason."""
        refs = dict.fromkeys(b.ref for b in bound if str.__str__(b))
        return tuple(f"{r}: {self.why.get(r, 'not drawn')}" for r in refs if r not in self.cells and r not in self.keys)


@dataclass
class Reader:
    """Reads one drawn figure."""

    view: View
    bound: BoundView
    report: Report
    sight: Sight
    marks: Sequence[Marks]
    found: Found = field(default_factory=Found)
    _known: dict[Marks, list[Span]] = field(default_factory=dict)

    def read(self) -> Found:
        """Raises: Wrong."""
        if self.report.raw["axes"] and min(self.report.plot.width, self.report.plot.height) < LEAST_PLOT_PX:
            plot = self.report.plot
            raise Wrong("plot_too_small", f"margins leave {plot.width:.0f} x {plot.height:.0f} px for the plot")
        if not self.marks:
            raise Wrong("no_marks", "no trace draws a column of the view")
        for marks in self.marks:
            self._read_trace(marks)
        self._read_headers()
        self._read_titles()
        return self.found

    # --- marks ---

    def _spans(self, marks: Marks) -> list[Span]:
        if marks not in self._known:
            self._known[marks] = spans(self.report, marks)
        return self._known[marks]

    def _read_trace(self, marks: Marks) -> None:
        drawn = self._spans(marks)
        self._count(marks, drawn)
        for span in drawn:
            cell = marks.cells[span.mark.point]
            if cell is not None:
                self._read_name(cell, span, marks)
                if self._place(cell)[2].numeric:
                    self._read_value(cell, span, marks)

    def _count(self, marks: Marks, drawn: Sequence[Span]) -> None:
        """As many marks as cells that hold a value, no two of them at one place."""
        wanted = [i for i, c in enumerate(marks.cells) if c is not None and c.value is not None]
        have = {s.mark.point for s in drawn}
        blank = [i for i in wanted if i not in have]
        if blank:
            refs = ", ".join(c.ref for i in blank[:4] if (c := marks.cells[i]) is not None)
            raise Wrong("marks_missing", f"{len(have)} of {len(wanted)} marks of trace {marks.trace} drawn; not {refs}")
        places = sorted(s.position for s in drawn if s.position is not None and s.named)
        if any(b - a < POINT_PX for a, b in pairwise(places)):
            raise Wrong("names_collapse", f"two marks of trace {marks.trace} stand at one name")

    def _place(self, cell: Bound) -> tuple[Part, int, Column]:
        """Part, row and column of a cell's ref."""
        part, _, rest = cell.ref.partition("[")
        row, _, column = rest.partition("].")
        found = self.view.part(part)
        return found, int(row), found.column(column)

    def _read_name(self, cell: Bound, span: Span, marks: Marks) -> None:
        part, row, column = self._place(cell)
        names = [c for c in part.columns if not c.numeric and c.name != column.name]
        for name in names or ([column] if not column.numeric else []):
            wanted = fold(show(part.cell(row, name.name), name.format, self.view.locale))
            text = self._name_text(wanted, span, marks)
            ref = cell_ref(part.name, row, name.name)
            if wanted and text is not None:
                self._keep_cell(ref, name, part.cell(row, name.name), text)
            else:
                self.found.why.setdefault(ref, "no name at its mark")

    def _name_text(self, wanted: str, span: Span, marks: Marks) -> Text | None:
        """The text that names a mark: the tick it stands at, its own text, or its legend entry."""
        if span.names_axis and span.position is not None:
            reach = self.report.step(span.names_axis) / 2 + 1
            for tick in self.report.ticks(span.names_axis):
                if fold(tick.text) == wanted and tick.at is not None and abs(tick.at - span.position) <= reach:
                    return tick
        for number in span.mark.texts:
            text = self.report.texts[number]
            if wanted == fold(text.text) or wanted in text.lines or fold(text.text).startswith(wanted + " "):
                return text
        for entry in self.report.raw["legend"]:
            if entry["trace"] == marks.trace and entry["point"] == span.mark.point and entry["text"] >= 0:
                named: Text = self.report.texts[entry["text"]]
                if fold(named.text) == wanted:
                    return named
        return None

    def _read_value(self, cell: Bound, span: Span, marks: Marks) -> None:
        part, row, column = self._place(cell)
        measured, why = self._measured(cell, span, column, part)
        label = label_of(self.report, span, cell, column, self.view.locale, measured)
        look = self._look(marks.trace, span.mark)
        boxes = (span.mark.box,) if span.mark.box else ()
        keys = self._keys(part, row, column)
        if label is not None:
            text, value = label
            shown, boxes = shown_line(text, cell), (text.box, *boxes)
            self.found.keep(
                Reading(ref=cell.ref, shown=shown, kind=column.kind, value=value, boxes=boxes, keys=keys,
                        seen=self.sight.text(text), look=look)
            )  # fmt: skip
        elif measured is not None and self._unit_drawn(column, span):
            self.found.keep(
                Reading(ref=cell.ref, kind=column.kind, value=measured.value, tolerance=measured.tolerance, boxes=boxes,
                        keys=keys, seen=self.sight.mark(span.mark, span.across, span.end), axis=span.axis, look=look)
            )  # fmt: skip
        else:
            self.found.why[cell.ref] = why or f"unit {column.unit} not drawn"

    def _measured(self, cell: Bound, span: Span, column: Column, part: Part) -> tuple[MarkValue | None, str]:
        """The value of a mark by its place, or why there is none. Raises: Wrong if it isn't the bound one."""
        try:
            measured = value_of(self.report, span, column, self.view.locale)
        except Unreadable as error:
            return None, str(error)
        if not agrees(measured, cell.value):
            raise Wrong("mark_differs", f"{cell.ref}: the mark stands at {measured.value}, bound is {cell.value}")
        return measured, ""

    def _keys(self, part: Part, row: int, column: Column) -> tuple[str, ...]:
        label = part.label
        names = [cell_ref(part.name, row, label.name)] if label is not None and label.name != column.name else []
        return (*names, *([] if column.self_evident else [header_ref(part.name, column.name)]))

    def _keep_cell(self, ref: str, column: Column, value: Value, text: Text) -> None:
        self.found.keep(
            Reading(ref=ref, shown=line_of(text, value, column, self.view.locale), kind=column.kind,
                    value=value if column.kind != "text" else str(value), boxes=(text.box,), seen=self.sight.text(text))
        )  # fmt: skip

    def _look(self, trace: int, mark: Mark | None) -> Look:
        t = self.report.trace(trace)
        line = t.get("line") or {}
        color = (mark.color if mark else "") or line.get("color") or t.get("fill") or "rgb(0, 0, 0)"
        marker = t["symbol"] or (f"pattern {t['pattern']}" if t["pattern"] else "")
        return Look(color=as_hex(color), dash=DASHES.get(t["dash"], t["dash"]) if line else "solid", marker=marker)

    # --- keys ---

    def _read_headers(self) -> None:
        columns: dict[str, list[Marks]] = defaultdict(list)
        for marks in self.marks:
            for cell in marks.cells:
                if cell is not None:
                    part, _, column = self._place(cell)
                    ref = header_ref(part.name, column.name)
                    if marks not in columns[ref]:
                        columns[ref].append(marks)
        for part in self.view.grids:
            for column in part.columns:
                ref = header_ref(part.name, column.name)
                self._read_header(ref, column, columns.get(ref, []), columns)

    def _read_header(self, ref: str, column: Column, drawn: list[Marks], columns: dict[str, list[Marks]]) -> None:
        for role, text, look in self._header_texts(drawn, columns):
            boxes = self._naming(text, column, drawn)
            if boxes:
                self.found.keep(
                    Reading(
                        ref=ref,
                        role=role,
                        shown=fold(text.text),
                        value=fold(text.text),
                        boxes=boxes,
                        seen=self.sight.text(text),
                        look=look,
                    )
                )
                return
        self.found.why.setdefault(ref, "no legend entry, axis title or other text tells it")

    def _header_texts(
        self, drawn: list[Marks], columns: dict[str, list[Marks]]
    ) -> Iterable[tuple[ReadingRole, Text, Look | None]]:
        """Where a column's name may stand, best first: legend, axis title, a name on an axis, any other text."""
        traces = {m.trace for m in drawn}
        for entry in self.report.raw["legend"]:
            if entry["trace"] in traces and entry["point"] < 0 and entry["text"] >= 0:
                look = self._look(entry["trace"], None)
                shown = look.model_copy(update={"color": as_hex(entry["color"]) if entry["color"] else look.color})
                yield "legend", self.report.texts[entry["text"]], shown
        sole = {s.axis for m in drawn for s in self._spans(m)}
        shared = {s.axis for ms in columns.values() for m in ms if m not in drawn for s in self._spans(m)}
        for text in self.report.texts:
            if text.kind == "axis_title" and (not drawn or text.axis in sole - shared):
                yield "axis", text, None
        for text in self.report.texts:
            if text.kind == "tick" and self.report.is_category(text.axis):
                yield "header", text, None
        for text in self.report.texts:
            if text.kind in ("annotation", "title", "subtitle", "legend_title", "axis_title", "other"):
                sole_trace = len(traces) == 1 and text.kind == "annotation"
                yield "header", text, self._look(min(traces), None) if sole_trace else None

    def _naming(self, text: Text, column: Column, drawn: list[Marks]) -> tuple[Box, ...]:
        """Boxes of a text that names a column, with the box of its unit where that stands elsewhere; else ()."""
        said = said_of(text.text)
        if said & {fold(column.header).casefold(), fold(f"{column.label} ({column.unit})").casefold()}:
            return (text.box,)
        if fold(column.label).casefold() not in said:
            return ()
        unit = self._unit_text(column, {s.axis for m in drawn for s in self._spans(m)})
        return (text.box, unit.box) if unit is not None else ()

    def _unit_text(self, column: Column, axes: set[str]) -> Text | None:
        kinds = ("axis_title", "title", "subtitle", "annotation", "legend_title")
        for text in self.report.texts:
            mine = text.kind != "axis_title" or text.axis in axes
            if text.kind in kinds and mine and tells(text.text, column.unit):
                return text
        return None

    def _unit_drawn(self, column: Column, span: Span) -> bool:
        """Whether a reader of an unlabelled mark sees its unit: in a title, the legend, or on the axis."""
        zero = show(Decimal(0), column.format.model_copy(update={"decimals": 0}), self.view.locale)
        sign = zero.replace("0", "").strip()
        kinds = ("axis_title", "title", "subtitle", "annotation", "legend_title", "legend")
        return not column.unit or any(
            (t.kind in kinds and tells(t.text, column.unit))
            or (t.kind == "tick" and t.axis == span.axis and bool(sign) and sign in t.text)
            for t in self.report.texts
        )

    # --- titles, notes, words ---

    def _read_titles(self) -> None:
        roles: dict[str, ReadingRole] = {"@title": "title", "@subtitle": "title"}
        for bound in self.bound.binder.bound:
            plain = fold(str.__str__(bound))
            if (not bound.ref.startswith("@") and ".@" not in bound.ref) or not plain:
                continue
            text = next((t for t in self.report.texts if fold(t.text) == plain), None)
            if text is not None:
                role = roles.get(bound.ref, "note" if bound.ref.startswith("@note") else "text")
                self.found.keep(
                    Reading(
                        ref=bound.ref,
                        role=role,
                        shown=plain,
                        value=plain,
                        boxes=(text.box,),
                        seen=self.sight.text(text),
                    )
                )

    def words(self) -> tuple[Word, ...]:
        """Every word drawn."""
        return tuple(
            Word(text=w[0], box=Box(x0=w[1], y0=w[2], x1=w[3], y1=w[4])) for t in self.report.texts for w in t.words
        )
