"""The kit that PDF templates build with. All sizes are pixels of the picture; text sizes are shares of the body size.

    def build(view, style, kit):
        return [kit.p(view.title, size=2, bold=True), kit.fields(view.facts), kit.table(view.main)]

Whatever a template prints, as a paragraph or in a table, keeps its ref. Text is made readable on what lies behind it
(`on=`), and never smaller than the style allows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, NamedTuple
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable, Spacer, Table

from cosyn_multi.model import Style

from .bound import Bound, BoundColumn, BoundPart, BoundView, Fact
from .pdf_color import mix, readable
from .pdf_grid import need, widths
from .pdf_shapes import LOGOS, Logo, Rule, Scribble, Stamp
from .pdf_text import Face, Ink, Piece, Text

Align = Literal["left", "right", "center", "justify"]
TableLook = Literal["rules", "bands", "zebra", "grid", "plain", "open"]
FieldLook = Literal["pairs", "stacked", "inline", "cells"]
LEAST_PX = 9.5


class Styled(NamedTuple):
    """A piece of a paragraph that differs from it."""

    content: Any
    bold: bool | None = None
    italic: bool | None = None
    color: str | None = None


Content = str | Bound | Fact | BoundColumn | Styled | Sequence[Any]


@dataclass
class Furniture:
    """What stands on the page outside the flow."""

    margins: tuple[float, float, float, float]
    edges: list[tuple[str, float, str]]
    frame: tuple[float, float, str] | None = None
    footer: tuple[Flowable, ...] = ()


class Kit:
    """One page's kit. `width` is the room between the margins."""

    def __init__(self, view: BoundView, style: Style, squeeze: float = 1.0, seed: int = 0) -> None:
        self.view, self.style = view, style
        self.size = max(style.font_px * squeeze, LEAST_PX + 0.5)
        self.air = max(style.density * squeeze * squeeze, 0.6)
        self.least = max(LEAST_PX, 0.75 * style.font_px)
        side = style.width_px * 0.075
        self.page = Furniture((side, side, side * 0.8, side), [])
        self.ink, self.muted, self.paper = style.ink, style.muted, style.paper
        self.accent, self.band = style.accent, style.band
        self.line = mix(style.ink, style.paper, 0.72)
        self.rng = Random(seed)

    # --- the page ---------------------------------------------------------------------------------------------------

    @property
    def width(self) -> float:
        _, right, _, left = self.page.margins
        return self.style.width_px - left - right

    def margins(self, top: float, right: float, bottom: float, left: float) -> None:
        """In pixels; call it before anything that asks for `width`."""
        self.page.margins = (top, right, bottom, left)

    def edge(self, side: Literal["top", "bottom", "left", "right"], thickness: float, color: str = "") -> None:
        """A strip of colour along one edge of the page, behind everything."""
        self.page.edges.append((side, thickness, color or self.accent))

    def border(self, inset: float, weight: float = 1, color: str = "") -> None:
        """A line around the page."""
        self.page.frame = (inset, weight, color or self.line)

    def footer(self, *flowables: Flowable) -> None:
        """What stands at the foot of the page, above the bottom margin."""
        self.page.footer = flowables

    def gap(self, ems: float = 1.0) -> Flowable:
        """Empty space, in body sizes, scaled by the style's density."""
        return Spacer(1, ems * self.size * self.air)

    # --- text -------------------------------------------------------------------------------------------------------

    def ink_of(
        self, size: float = 1.0, bold: bool = False, italic: bool = False, color: str = "", on: str = "",
        font: Literal["body", "heading", "hand", "mono"] = "body", align: Align = "left", leading: float = 0.0,
    ) -> Ink:  # fmt: skip
        """How text is set."""
        family = {"body": self.style.font, "heading": self.style.heading_font, "hand": "Kalam"}.get(
            font, "IBM Plex Mono"
        )
        px = max(self.size * size, self.least)
        tall = leading or (1.2 if size >= 1.4 else 1.22 + 0.12 * min(self.air, 1.4))
        return Ink(Face(family, bold, italic), px, readable(color or self.ink, on or self.paper), tall, align)

    def p(self, content: Content, before: float = 0, after: float = 0, upper: bool = False, **look: Any) -> Text:
        """A paragraph of text, a bound value, or pieces of both. `before`, `after` in body sizes; `look` as `ink_of`."""
        ink = self.ink_of(**look)
        pieces = list(self._pieces(content, ink, look.get("on", "")))
        if upper:
            pieces = [(t.with_text(t.upper()) if isinstance(t, Bound) else t.upper(), i) for t, i in pieces]
        space = self.size * self.air
        return Text(pieces, ink, before * space, after * space)

    def markup(self, content: Content) -> str:
        """The content for a reportlab Paragraph: escaped, bound values as links that the renderer takes back out."""
        ink = self.ink_of()
        return "".join(
            f'<link href="bound:{text.number}">{escape(str(text))}</link>' if isinstance(text, Bound) else escape(text)
            for text, _ in self._pieces(content, ink, "")
        )

    def prose(self, gap: float = 0.6, **look: Any) -> list[Flowable]:
        """All paragraphs of the view."""
        return [self.p(pieces, after=gap, **look) for pieces in self.view.prose]

    def notes(self, size: float = 0.85, **look: Any) -> list[Flowable]:
        """The small print."""
        look = {"color": self.muted, "size": size, **look}
        return [self.p(note, after=0.2, **look) for note in self.view.notes]

    def labelled(self, fact: Fact, sep: str = ": ", **label_look: Any) -> list[Any]:
        """A fact as one line's pieces, 'Due date: 4 May 2024'; a self-evident one is just its value."""
        if fact.self_evident:
            return [fact.value]
        return [Styled(fact.label, **{"color": self.muted, **label_look}), sep, fact.value]

    def _pieces(self, content: Content, ink: Ink, on: str) -> Iterable[Piece]:
        if isinstance(content, str):
            yield (content, ink)
        elif isinstance(content, Fact):
            yield (content.value, ink)
        elif isinstance(content, BoundColumn):
            yield (content.label, ink)
        elif isinstance(content, Styled):
            face = Face(
                ink.face.family,
                ink.face.bold if content.bold is None else content.bold,
                ink.face.italic if content.italic is None else content.italic,
            )
            color = readable(content.color, on or self.paper) if content.color else ink.color
            yield from self._pieces(content.content, ink._replace(face=face, color=color), on)
        else:
            for piece in content:
                yield from self._pieces(piece, ink, on)

    # --- tables and fields ------------------------------------------------------------------------------------------

    def table(
        self, part: BoundPart, look: TableLook = "rules", width: float = 0.0, head: str = "", stretch: bool = True,
        size: float = 1.0, columns: Sequence[str] = (), bold_label: bool = False, title: bool = True,
    ) -> list[Flowable]:  # fmt: skip
        """A part as a grid with its header row, under its heading if it has one. `head` is the header's background.

        Raises: Overflow if the columns don't fit the width.
        """
        shown = [c for c in part.columns if not columns or c.name in columns]
        back = head or {"bands": self.accent, "zebra": self.band, "grid": self.band}.get(look, "")
        pad = (0.45 if look == "grid" else 0.4) * self.size
        names, label = [c.name for c in shown], part.label
        texts = [
            [
                self.p(row[c.name], size=size, align="right" if c.numeric else "left",
                       bold=bold_label and label is not None and c.name == label.name,
                       on=self.band if look == "zebra" else "")
                for c in shown
            ]
            for row in part.rows
        ]  # fmt: skip
        heads = [
            self.p(c, size=size * 0.95, bold=True, on=back, align="right" if c.numeric else "left", leading=1.2)
            for c in shown
        ]
        needs = [
            need([row[i] for row in texts], heads[i], not c.numeric and c.kind != "date") for i, c in enumerate(shown)
        ]
        sized = widths(needs, width or self.width, pad, stretch)
        grid = Table([heads, *texts], colWidths=sized, hAlign="LEFT", style=self._grid_style(look, back, pad))
        heading = [self.p(part.title, bold=True, size=1.1, font="heading", after=0.35)] if part.title and title else []
        del names
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
        style += {
            "rules": [("LINEABOVE", (0, 0), (-1, 0), 1.4, ink), ("LINEBELOW", (0, 0), (-1, 0), 0.8, ink),
                      ("LINEBELOW", (0, -1), (-1, -1), 1.4, ink)],
            "bands": [("LINEBELOW", (0, 1), (-1, -1), 0.6, line)],
            "zebra": [("ROWBACKGROUNDS", (0, 1), (-1, -1), [HexColor(self.paper), HexColor(self.band)]),
                      ("LINEBELOW", (0, 0), (-1, 0), 1.2, HexColor(self.accent))],
            "grid": [("GRID", (0, 0), (-1, -1), 0.7, HexColor(mix(self.ink, self.paper, 0.45)))],
            "plain": [("LINEBELOW", (0, 0), (-1, 0), 1.0, ink)],
            "open": [("LINEBELOW", (0, 0), (-1, 0), 1.2, HexColor(self.accent)),
                     ("LINEBELOW", (0, 1), (-1, -1), 0.6, line)],
        }[look]  # fmt: skip
        return style

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
                    *([] if f.self_evident else [self.p(f.label, size=0.8 * size, color=self.muted, on=on, align=align)]),
                    self.p(f.value, size=size, on=on, align=align, bold=bold),
                ]
                for f in chosen
            ]
        return [self._lattice(blocks, columns, room, boxed=look == "cells")]

    def _pairs(self, facts: list[Fact], room: float, size: float, on: str, align: Align, bold: bool) -> Table:
        labels = [self.p("" if f.self_evident else f.label, size=size, color=self.muted, on=on) for f in facts]
        values = [self.p(f.value, size=size, on=on, align=align, bold=bold) for f in facts]
        pad, high = 0.35 * self.size, 0.14 * self.size * self.air
        spread = widths(
            [need(labels[1:], labels[0], True), need(values[1:], values[0], True)], room, pad, stretch=align == "right"
        )
        if align != "right":
            spread[1] = max(spread[1], room - spread[0])
        style = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (0, -1), 2 * pad), ("RIGHTPADDING", (1, 0), (1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), high), ("BOTTOMPADDING", (0, 0), (-1, -1), high),
        ]  # fmt: skip
        return Table([[a, b] for a, b in zip(labels, values, strict=True)], colWidths=spread, style=style, hAlign="LEFT")

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

    # --- blocks -----------------------------------------------------------------------------------------------------

    def row(
        self, *cells: Sequence[Flowable], shares: Sequence[float] = (), gap: float = 1.5, width: float = 0.0,
        valign: Literal["TOP", "MIDDLE", "BOTTOM"] = "TOP",
    ) -> Flowable:  # fmt: skip
        """Blocks side by side; `shares` of the width (default: equal), `gap` between them in body sizes."""
        sized = self.split(*(shares or [1] * len(cells)), gap=gap, width=width)
        space = gap * self.size
        outer = [w + (space if i < len(sized) - 1 else 0) for i, w in enumerate(sized)]
        style = [
            ("VALIGN", (0, 0), (-1, -1), valign), ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), space), ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
        ]  # fmt: skip
        return Table([[list(c) or "" for c in cells]], colWidths=outer, style=style, hAlign="LEFT")

    def split(self, *shares: float, gap: float = 1.5, width: float = 0.0) -> list[float]:
        """The widths that `row` gives blocks of these shares."""
        room = (width or self.width) - gap * self.size * (len(shares) - 1)
        return [room * s / sum(shares) for s in shares]

    def box(
        self, flowables: Sequence[Flowable], fill: str = "", line: str = "", weight: float = 0.9, pad: float = 0.8,
        width: float = 0.0, radius: float = 0.0, align: Literal["LEFT", "CENTER", "RIGHT"] = "LEFT",
    ) -> Flowable:  # fmt: skip
        """A frame or a coloured band around flowables; inside it there is `width` less twice `pad` body sizes."""
        space = pad * self.size
        style: list[tuple[Any, ...]] = [
            ("LEFTPADDING", (0, 0), (-1, -1), space), ("RIGHTPADDING", (0, 0), (-1, -1), space),
            ("TOPPADDING", (0, 0), (-1, -1), space * 0.8), ("BOTTOMPADDING", (0, 0), (-1, -1), space * 0.8),
        ]  # fmt: skip
        if fill:
            style.append(("BACKGROUND", (0, 0), (-1, -1), HexColor(fill)))
        if line:
            style.append(("BOX", (0, 0), (-1, -1), weight, HexColor(line)))
        corners = [radius] * 4 if radius else None
        return Table(
            [[list(flowables)]], colWidths=[width or self.width], style=style, hAlign=align, cornerRadii=corners
        )

    def rule(self, color: str = "", weight: float = 1.0, dash: tuple[float, ...] = (), share: float = 1.0) -> Flowable:
        return Rule(color or self.line, weight, dash, share)

    def stamp(self, text: str, color: str = "", size: float = 1.2, angle: float = 8) -> Flowable:
        """A rubber stamp; use words that state no fact of the document."""
        shade = mix(color or self.accent, self.paper, 0.25)
        return Stamp(text, Face(self.style.heading_font, bold=True), size * self.size, shade, angle)

    def logo(self, size: float = 3.0, color: str = "", second: str = "") -> Flowable:
        """A firm's mark; which one depends on the issuer's name alone, so that a firm keeps its own."""
        issuer = self.view.facts.issuer
        named = str(issuer.value) if issuer else str(self.view.title)
        form = LOGOS[sum(ord(c) for c in named) % len(LOGOS)]
        return Logo(form, size * self.size, color or self.accent, second or mix(self.accent, self.paper, 0.55))

    def signature(self, caption: Content, width: float = 0.0, name: Content = "") -> list[Flowable]:
        """A signed line: a pen's line (or a name by hand), a rule and what stands under it."""
        room = width or self.width * 0.4
        hand: Flowable = Scribble(self.rng, room * 0.6, 2.4 * self.size, "#22306b")
        if name:
            hand = self.p(name, size=1.7, font="hand", color="#22306b")
        return [hand, Rule(self.ink, 0.8, share=1.0), self.p(caption, size=0.85, color=self.muted, before=0.2)]
