"""Setting text on a PDF page: margins, furniture, paragraphs. The lower half of the kit; see pdf_kit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Literal
from xml.sax.saxutils import escape

from reportlab.platypus import Flowable, Spacer

from cosyn_multi.model import Style

from .bound import Bound, BoundColumn, BoundView, Fact
from .color import mix, readable, strong
from .pdf_text import Face, Ink, Piece, Text

Align = Literal["left", "right", "center", "justify"]
LEAST_PX = 9.5


@dataclass(frozen=True)
class Styled:
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
    spare: float | None = None


class Setter:
    """The page and its text. `width` is the room between the margins."""

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

    def end(self, where: Literal["snug", "roomy", "full"]) -> None:
        """Where the page ends: close below its content, with some room left, or at its full height."""
        self.page.spare = {"snug": 2 * self.size, "roomy": 0.09 * self.style.height_px, "full": None}[where]

    def gap(self, ems: float = 1.0) -> Flowable:
        """Empty space, in body sizes, scaled by the style's density."""
        return Spacer(1, ems * self.size * self.air)

    def blank(self, px: float) -> Flowable:
        """Empty space in pixels, whatever the density."""
        return Spacer(1, px)

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
        ground = on or self.paper
        shade = readable(color, ground) if color else strong(self.ink, ground)
        tall = leading or (1.2 if size >= 1.4 else 1.22 + 0.12 * min(self.air, 1.4))
        return Ink(Face(family, bold, italic), px, shade, tall, align)

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

    def styled(
        self, content: Content, bold: bool | None = None, italic: bool | None = None, color: str | None = None
    ) -> Styled:
        """A piece of a paragraph that differs from it in weight, slant or colour."""
        return Styled(content, bold, italic, color)

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
