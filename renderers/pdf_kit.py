"""The kit that PDF templates build with. All sizes are pixels of the picture; text sizes are shares of the body size.

    def build(view, style, kit):
        return [kit.p(view.title, size=2, bold=True), *kit.fields(view.facts), *kit.table(view.main)]

Whatever a template prints, as a paragraph or in a table, keeps its ref. Text is made readable on what lies behind it
(`on=`), and never smaller than the style allows. Pages, text: pdf_setting; tables, fields: pdf_tables; the rest is here.
"""

from collections.abc import Sequence
from typing import Any, Literal

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable, Table

from .bound import Fact
from .color import mix
from .pdf_setting import Align, Content
from .pdf_shapes import LOGOS, Logo, Rule, Scribble, Stamp
from .pdf_tables import FieldLook, Tables
from .pdf_text import Face

ADDRESSED = ("issuer", "issuer_address", "recipient", "recipient_address")
SUMS = ("subtotal", "tax_rate", "tax", "total")
Letterhead = Literal["plain", "band", "side", "centered"]


class Kit(Tables):
    """One page's kit."""

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

    def boxes(
        self, blocks: Sequence[Sequence[Flowable]], line: str = "", fill: str = "", gap: float = 0.8, columns: int = 0
    ) -> Flowable:
        """Frames side by side, equally tall; with more blocks than `columns`, the last places stay empty."""
        wide = self.split(*[1] * (columns or len(blocks)), gap=gap)
        space = gap * self.size
        widths = [w for i, one in enumerate(wide) for w in ((space, one) if i else (one,))]
        cells = [c for i, block in enumerate(blocks) for c in (("", list(block)) if i else (list(block),))]
        pad, high = 0.7 * self.size, 0.55 * self.size
        style: list[tuple[Any, ...]] = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), pad),
            ("RIGHTPADDING", (0, 0), (-1, -1), pad), ("TOPPADDING", (0, 0), (-1, -1), high),
            ("BOTTOMPADDING", (0, 0), (-1, -1), high),
        ]  # fmt: skip
        for i in range(len(blocks)):
            place = (2 * i, 0)
            style.append(("BOX", place, place, 0.9, HexColor(line or self.line)))
            if fill:
                style.append(("BACKGROUND", place, place, HexColor(fill)))
        return Table([[*cells, *[""] * (len(widths) - len(cells))]], colWidths=widths, style=style, hAlign="LEFT")

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

    # --- what letters share -----------------------------------------------------------------------------------------

    def named(self, fact: Fact, align: Align = "left", on: str = "", **look: Any) -> list[Flowable]:
        """A fact's value under its small label; a self-evident one has none."""
        label = [] if fact.self_evident else [self.p(fact.label, size=0.8, color=self.muted, align=align, on=on)]
        return [*label, self.p(fact.value, align=align, on=on, **look)]

    def firm(self, size: float = 1.5, align: Align = "left", on: str = "", color: str = "") -> list[Flowable]:
        """The issuer and its address."""
        issuer, address = self.view.facts.issuer, self.view.facts.issuer_address
        out: list[Flowable] = []
        if issuer:
            shade = color or ("#ffffff" if on else self.accent)
            out += self.named(issuer, align, on, size=size, bold=True, font="heading", color=shade)
        if address:
            out += self.named(address, align, on, size=0.9, color="#ffffff" if on else self.muted)
        return out

    def heading(self, size: float = 2.0, align: Align = "left", on: str = "", color: str = "") -> list[Flowable]:
        """Title and subtitle."""
        shade = color or ("#ffffff" if on else self.ink)
        title = self.p(self.view.title, size=size, bold=True, font="heading", align=align, on=on, color=shade)
        if not self.view.subtitle:
            return [title]
        return [
            title,
            self.p(self.view.subtitle, size=1.05, align=align, on=on, color="" if on else self.muted, before=0.2),
        ]

    def letterhead(self, form: Letterhead) -> list[Flowable]:
        """Who writes, and what it is: four arrangements. Sets margins and edges; call it first."""
        head: list[Flowable] = getattr(self, f"_head_{form}")()
        return head

    def _head_plain(self) -> list[Flowable]:
        right = self.split(1, 1)[1]
        logo = Table([[self.logo(2.8)]], colWidths=[right], style=[("ALIGN", (0, 0), (-1, -1), "RIGHT"), *_BARE])
        return [
            self.row(self.heading(2.4, color=self.accent), [logo, self.gap(0.3), *self.firm(1.15, "right")]),
            self.gap(1.6),
        ]

    def _head_band(self) -> list[Flowable]:
        _, right, bottom, left = self.page.margins
        self.margins(0, right, bottom, left)
        firm, title = self.firm(1.6, on=self.accent), self.heading(1.7, "right", on=self.accent)
        inner = self.row(firm or [self.gap(1)], title, shares=(3, 2), valign="MIDDLE")
        tall = float(inner.wrap(self.width, 2400)[1]) + 2.6 * self.size
        self.edge("top", tall)
        self.margins(1.3 * self.size, right, bottom, left)
        return [inner, self.gap(0.1), self.blank(1.3 * self.size + 1.4 * self.size * self.air)]

    def _head_side(self) -> list[Flowable]:
        self.edge("left", 0.8 * self.size)
        firm = self.firm(1.4)
        head = (
            [
                self.row(
                    [self.logo(3.0)],
                    firm,
                    shares=(3.2 * self.size, self.width - 4.2 * self.size),
                    gap=1,
                    valign="MIDDLE",
                )
            ]
            if firm
            else [self.logo(3.0)]
        )
        return [
            *head,
            self.gap(1.6),
            *self.heading(2.2),
            self.gap(0.4),
            self.rule(self.accent, 2.4, share=0.12),
            self.gap(1.2),
        ]

    def _head_centered(self) -> list[Flowable]:
        firm = self.firm(1.8, "center")
        rules = [self.gap(0.5), self.rule(self.ink, 1.4), self.blank(2.5), self.rule(self.ink, 0.6), self.gap(1.1)]
        return [*firm, *(rules if firm else []), *self.heading(1.6, "center"), self.gap(1.4)]

    def parties(self, form: Literal["pairs", "cells", "strip"], *elsewhere: str) -> list[Flowable]:
        """The recipient, and every fact that no other place of the page has (`elsewhere`: roles that do)."""
        facts = self.view.facts
        to = [f for f in (facts.recipient, facts.recipient_address) if f]
        rest = facts.rest(*ADDRESSED, *elsewhere)
        who = [flow for f in to for flow in self.named(f, bold=f.role == "recipient")]
        if form == "pairs":
            if who and rest:
                return [
                    self.row(who, self.fields(rest, "pairs", width=self.split(5, 4)[1]), shares=(5, 4)),
                    self.gap(1.3),
                ]
            return [*(who or self.fields(rest, "pairs", width=self.width * 0.7)), self.gap(1.3)]
        columns = self.columns_for(rest)
        look: FieldLook = "cells" if form == "cells" else "stacked"
        inner = self.width - (0 if form == "cells" else 1.6 * self.size)
        block = self.fields(rest, look, columns, inner, on="" if form == "cells" else self.band)
        if block and form == "strip":
            block = [self.box(block, fill=self.band)]
        return [*who, *([self.gap(0.9)] if who and block else []), *block, self.gap(1.3)]

    def columns_for(self, facts: Sequence[Fact]) -> int:
        """How many fields stand side by side: as few rows as the longest of them allows."""
        longest = max((max(self.p(f.value).natural, self.p(f.label, size=0.8).natural) for f in facts), default=1.0)
        most = max(1, min(4, int(self.width / (longest + 1.4 * self.size)), len(facts)))
        rows = -(-len(facts) // most)
        return max(1, -(-len(facts) // rows)) if facts else 1

    def sums(self, *roles: str, strong: str = "total", share: float = 0.44, fill: str = "") -> list[Flowable]:
        """The figures at the foot of a table, at the right: `roles` in order, the `strong` one last and large."""
        found = [f for role in roles for f in self.view.facts if f.role == role]
        if not found:
            return []
        width = self.split(1 - share, share)[1]
        inner = width - (1.6 * self.size if fill else 0)
        last = [f for f in found if f.role == strong]
        block = self.fields([f for f in found if f.role != strong], "pairs", width=width, align="right")
        if last:
            big = self.fields(last, "pairs", width=inner, align="right", size=1.2, bold=True, on=fill)
            block += [self.gap(0.3), self.box(big, fill=fill, width=width)] if fill else [
                self.gap(0.25), self.rule(self.ink, 1.2), self.gap(0.25), *big
            ]  # fmt: skip
        return [self.row([], block, shares=(1 - share, share)), self.gap(0.8)]

    def foot(self, form: Literal["rule", "plain", "stamp", "split"] = "rule", word: str = "ORIGINAL") -> None:
        """Notes and page number at the foot of the page."""
        notes, page = self.notes(), self.view.page
        number = (
            [self.p(page, size=0.85, color=self.muted, align="right" if form == "split" else "center")] if page else []
        )
        if form == "stamp":
            self.footer(self.row(notes, [self.stamp(word)], shares=(3, 1), valign="BOTTOM"), *number)
        elif form == "split" and (notes or number):
            self.footer(self.rule(self.accent, 1.6), self.gap(0.4), self.row(notes, number, shares=(6, 1)))
        elif notes or number:
            line = [self.rule(), self.gap(0.4)] if form == "rule" else []
            self.footer(*line, *notes, *([self.gap(0.4)] if notes and number else []), *number)


_BARE = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
]  # fmt: skip
