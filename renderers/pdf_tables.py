"""Tables and fields of PDF pages: grids with a header row, and single facts with their labels. See pdf_kit."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable, Table

from .bound import BoundPart, Fact
from .color import mix
from .pdf_grid import label_widths, need, widths
from .pdf_setting import Align, Setter

TableLook = Literal["rules", "bands", "zebra", "grid", "plain", "open"]
FieldLook = Literal["pairs", "stacked", "inline", "cells"]

_ALL = slice(None)


class Tables(Setter):
    """What shows parts and facts."""

    def table(
        self, part: BoundPart, look: TableLook = "rules", width: float = 0.0, head: str = "", stretch: bool = True,
        size: float = 1.0, columns: Sequence[str] = (), bold_label: bool = False, title: bool = True,
        rows: slice = _ALL,
        align: Literal["LEFT", "CENTER"] = "LEFT",
    ) -> list[Flowable]:  # fmt: skip
        """A part as a grid with its header row, under its heading if it has one. `head` is the header's background.

        Raises: Overflow if the columns don't fit the width.
        """
        shown = [c for c in part.columns if not columns or c.name in columns]
        back = head or {"bands": self.accent, "zebra": self.band, "grid": self.band}.get(look, "")
        pad = (0.45 if stretch else 0.8) * self.size
        label = part.label
        texts = [
            [
                self.p(row[c.name], size=size, align="right" if c.numeric else "left",
                       bold=bold_label and label is not None and c.name == label.name,
                       on=self.band if look == "zebra" else "")
                for c in shown
            ]
            for row in part.rows[rows]
        ]  # fmt: skip
        heads = [
            self.p(c, size=size * 0.95, bold=True, on=back, align="right" if c.numeric else "left", leading=1.2)
            for c in shown
        ]
        needs = [
            need([row[i] for row in texts], heads[i], not c.numeric and c.kind != "date") for i, c in enumerate(shown)
        ]
        sized = widths(needs, width or self.width, pad, stretch)
        grid = Table([heads, *texts], colWidths=sized, hAlign=align, style=self._grid_style(look, back, pad))
        heading = [self.p(part.title, bold=True, size=1.1, font="heading", after=0.35)] if part.title and title else []
        return [*heading, grid]

    def _grid_style(self, look: TableLook, back: str, pad: float) -> list[tuple[Any, ...]]:
        high = 0.34 * self.size * self.air
        ink, line = HexColor(self.ink), HexColor(self.line)
        style: list[tuple[Any, ...]] = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
            ("LEFTPADDING", (0, 0), (-1, -1), pad), ("RIGHTPADDING", (0, 0), (-1, -1), pad),
            ("TOPPADDING", (0, 0), (-1, -1), high), ("BOTTOMPADDING", (0, 0), (-1, -1), high),
        ]  # fmt: skip
        if back:
            style.append(("BACKGROUND", (0, 0), (-1, 0), HexColor(back)))
        lines: dict[str, list[tuple[Any, ...]]] = {
            "rules": [("LINEABOVE", (0, 0), (-1, 0), 1.4, ink), ("LINEBELOW", (0, 0), (-1, 0), 0.8, ink),
                      ("LINEBELOW", (0, -1), (-1, -1), 1.4, ink)],
            "bands": [("LINEBELOW", (0, 1), (-1, -1), 0.6, line)],
            "zebra": [("ROWBACKGROUNDS", (0, 1), (-1, -1), [HexColor(self.paper), HexColor(self.band)]),
                      ("LINEBELOW", (0, 0), (-1, 0), 1.2, HexColor(self.accent))],
            "grid": [("GRID", (0, 0), (-1, -1), 0.7, HexColor(mix(self.ink, self.paper, 0.45)))],
            "plain": [("LINEBELOW", (0, 0), (-1, 0), 1.0, ink)],
            "open": [("LINEBELOW", (0, 0), (-1, 0), 1.2, HexColor(self.accent)),
                     ("LINEBELOW", (0, 1), (-1, -1), 0.6, line)],
        }  # fmt: skip
        return style + lines[look]

    def fields(
        self, facts: Iterable[Fact], look: FieldLook = "pairs", columns: int = 1, width: float = 0.0,
        size: float = 1.0, on: str = "", align: Align = "left", bold: bool = False,
    ) -> list[Flowable]:  # fmt: skip
        """Facts with their labels. pairs: label left, value in a second column; stacked: a small label over its value;
        inline: 'label: value' lines; cells: as stacked, in the boxes of a form."""
        chosen, room = list(facts), width or self.width
        if not chosen:
            return []
        if look == "inline":
            blocks: list[list[Flowable]] = [
                [self.p(self.labelled(f), size=size, on=on, align=align, bold=bold)] for f in chosen
            ]
        elif look == "pairs":
            return [self._pairs(chosen, room, size, on, align, bold)]
        else:
            blocks = [
                [
                    *(
                        []
                        if f.self_evident
                        else [self.p(f.label, size=0.8 * size, color=self.muted, on=on, align=align)]
                    ),
                    self.p(f.value, size=size, on=on, align=align, bold=bold),
                ]
                for f in chosen
            ]
        return [self._lattice(blocks, columns, room, boxed=look == "cells")]

    def _pairs(self, facts: list[Fact], room: float, size: float, on: str, align: Align, bold: bool) -> Table:
        labels = [self.p("" if f.self_evident else f.label, size=size, color=self.muted, on=on) for f in facts]
        values = [self.p(f.value, size=size, on=on, align=align, bold=bold) for f in facts]
        pad, high = 0.35 * self.size, 0.14 * self.size * self.air
        spread = label_widths(labels, room, 2 * pad)
        style = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (0, -1), 2 * pad), ("RIGHTPADDING", (1, 0), (1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), high), ("BOTTOMPADDING", (0, 0), (-1, -1), high),
        ]  # fmt: skip
        return Table(
            [[a, b] for a, b in zip(labels, values, strict=True)], colWidths=spread, style=style, hAlign="LEFT"
        )

    def _lattice(self, blocks: list[list[Flowable]], columns: int, room: float, boxed: bool) -> Table:
        """Blocks in rows of `columns`; the last row's cells are filled up with nothing."""
        rows = [blocks[i : i + columns] for i in range(0, len(blocks), columns)]
        filled: list[list[Any]] = [[*row, *[""] * (columns - len(row))] for row in rows]
        side, high = (0.4 if boxed else 0.0) * self.size, (0.25 if boxed else 0.18) * self.size * self.air
        style: list[tuple[Any, ...]] = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), side),
            ("RIGHTPADDING", (0, 0), (-1, -1), max(side, 0.5 * self.size)),
            ("TOPPADDING", (0, 0), (-1, -1), high), ("BOTTOMPADDING", (0, 0), (-1, -1), high),
        ]  # fmt: skip
        if boxed:
            style.append(("GRID", (0, 0), (-1, -1), 0.7, HexColor(mix(self.ink, self.paper, 0.45))))
        return Table(filled, colWidths=[room / columns] * columns, style=style, hAlign="LEFT")
