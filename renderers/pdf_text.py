"""Text on a PDF page that knows which bound value each piece of it is.

`Text` is a reportlab flowable: it wraps pieces (plain strings and bound values) and, while drawing, tells the canvas
where each bound value lands, line by line. `MarkCanvas` keeps those places in page coordinates. It also takes them
from link annotations `bound:N` (a reportlab Paragraph with `<a href="bound:17">`), which never reach the file.
One unit is one pixel of the picture.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from .bound import Bound
from .fonts import face

ASCENT, DESCENT = 0.80, 0.22
"""The em box of a line around its baseline, in font sizes: what a reading's box spans."""
Point = tuple[float, float]
Rect = tuple[float, float, float, float]


class Overflow(Exception):
    """Content that doesn't fit where it must stand."""


class Face(NamedTuple):
    """One face of a family."""

    family: str
    bold: bool = False
    italic: bool = False

    @property
    def name(self) -> str:
        """The face's name in reportlab, registered on first use. Raises: SetupError for an unknown family."""
        return _register(self)


@cache
def _register(wanted: Face) -> str:
    name = f"{wanted.family}{'-b' * wanted.bold}{'-i' * wanted.italic}".replace(" ", "")
    pdfmetrics.registerFont(TTFont(name, str(face(wanted.family, wanted.bold, wanted.italic))))
    return name


def width_of(text: str, font: Face, size: float) -> float:
    """Width of a text in pixels."""
    return float(pdfmetrics.stringWidth(text, font.name, size))


class Ink(NamedTuple):
    """How a piece of text is set."""

    face: Face
    size: float
    color: str
    leading: float = 1.3
    align: str = "left"


@dataclass(frozen=True)
class Mark:
    """Where one line of a bound value was drawn: a rectangle in page coordinates (origin bottom left)."""

    bound: Bound
    rect: Rect
    face: Face
    size: float
    clipped: bool
    drawing: tuple[int, int]
    """Lines with one number are one drawing of the value; drawn twice, it has two."""


@dataclass
class _State:
    clip: Rect | None = None


class MarkCanvas(Canvas):  # type: ignore[misc]
    """A canvas that remembers where bound values are drawn, and leaves nothing of it in the file."""

    def __init__(self, out: Any, size: Point, bound: Sequence[Bound], default: Face) -> None:
        super().__init__(out, pagesize=size, invariant=1, pageCompression=0)
        self.marks: list[Mark] = []
        self._bound, self._default = bound, default
        self._clips: list[_State] = [_State()]
        self._drawings = 0

    def saveState(self) -> None:
        super().saveState()
        self._clips.append(_State(self._clips[-1].clip))

    def restoreState(self) -> None:
        super().restoreState()
        self._clips.pop()

    def clipPath(self, path: Any, stroke: int = 1, fill: int = 0, fillMode: int | None = None) -> None:
        super().clipPath(path, stroke=stroke, fill=fill, fillMode=fillMode)
        self._clips[-1].clip = _meet(self._clips[-1].clip, self._page_rect(*_extent(path.getCode())))

    def new_drawing(self) -> int:
        """A number for the marks of one flowable."""
        self._drawings += 1
        return self._drawings

    def mark(self, bound: Bound, rect: Rect, font: Face, size: float, drawing: tuple[int, int]) -> None:
        """Note a bound value's rectangle, given in the coordinates of the moment."""
        place, clip = self._page_rect(*rect), self._clips[-1].clip
        clipped = clip is not None and not _holds(clip, place)
        self.marks.append(Mark(bound, place, font, size, clipped, drawing))

    def linkURL(self, url: str, rect: Rect, relative: int = 0, **more: Any) -> None:
        """Take the place of a `bound:N` link; other links are not drawn at all: a picture has none."""
        scheme, _, number = url.partition(":")
        if scheme == "bound" and number.isdigit() and int(number) < len(self._bound):
            self.mark(self._bound[int(number)], rect, self._default, rect[3] - rect[1], (0, int(number)))

    def _page_rect(self, x0: float, y0: float, x1: float, y1: float) -> Rect:
        corners = [self.absolutePosition(x, y) for x in (x0, x1) for y in (y0, y1)]
        xs, ys = [c[0] for c in corners], [c[1] for c in corners]
        return min(xs), min(ys), max(xs), max(ys)


def _extent(code: str) -> Rect:
    numbers = [float(t) for t in code.split() if t.replace(".", "", 1).lstrip("-").isdigit()]
    if " re" in code:
        x, y, w, h = numbers[-4:]
        return x, y, x + w, y + h
    return min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])


def _meet(a: Rect | None, b: Rect) -> Rect:
    return b if a is None else (max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))


def _holds(outer: Rect, inner: Rect, slack: float = 0.5) -> bool:
    return (
        outer[0] - slack <= inner[0]
        and outer[1] - slack <= inner[1]
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


@dataclass
class _Fragment:
    text: str
    ink: Ink
    bound: Bound | None
    piece: int
    width: float = field(init=False)

    def __post_init__(self) -> None:
        self.width = width_of(self.text, self.ink.face, self.ink.size)


Piece = tuple[str, Ink]
_Word = list[_Fragment]


def _words(pieces: Iterable[Piece]) -> list[list[_Word]]:
    """Paragraph lines (cut at newlines) of words; a word is fragments without a space between them."""
    lines: list[list[_Word]] = [[]]
    glue = False
    for number, (text, ink) in enumerate(pieces):
        bound = text if isinstance(text, Bound) else None
        for i, line in enumerate(str.__str__(text).replace("\t", " ").split("\n")):
            if i:
                lines.append([])
                glue = False
            for j, word in enumerate(line.split(" ")):
                if j:
                    glue = False
                if not word:
                    continue
                fragment = _Fragment(word, ink, bound, number)
                if glue and lines[-1]:
                    lines[-1][-1].append(fragment)
                else:
                    lines[-1].append([fragment])
                glue = True
    return lines


class Text(Flowable):  # type: ignore[misc]
    """Wrapped text of one paragraph. `look` sets leading and alignment; each piece has its own ink."""

    def __init__(self, pieces: Sequence[Piece], look: Ink, before: float = 0, after: float = 0) -> None:
        super().__init__()
        self.look, self.spaceBefore, self.spaceAfter = look, before, after
        self._source = _words(pieces)
        self._lines: list[tuple[list[_Word], bool]] = []
        self._drawing = 0
        self._space = width_of(" ", look.face, look.size)
        self._leading = look.leading * max([look.size, *(ink.size for _, ink in pieces)])

    def getSpaceBefore(self) -> float:
        return float(self.spaceBefore)

    def getSpaceAfter(self) -> float:
        return float(self.spaceAfter)

    @property
    def natural(self) -> float:
        """Width without any wrapping."""
        return max((self._width(line) for line in self._source), default=0.0)

    @property
    def least(self) -> float:
        """Width of the longest word."""
        return max((_long(word) for line in self._source for word in line), default=0.0)

    def wrap(self, width: float, height: float) -> Point:
        self._lines = [piece for line in self._source for piece in self._wrapped(line, width + 0.01)]
        self.width = width
        return width, len(self._lines) * self._leading

    def _width(self, line: Sequence[_Word]) -> float:
        return sum(map(_long, line)) + self._space * max(0, len(line) - 1)

    def _wrapped(self, words: list[_Word], width: float) -> list[tuple[list[_Word], bool]]:
        """Lines, each with whether its paragraph goes on after it (so that it may be justified)."""
        out: list[tuple[list[_Word], bool]] = []
        line: list[_Word] = []
        used = 0.0
        for word in (part for w in words for part in _broken(w, width)):
            long = _long(word)
            if line and used + self._space + long > width:
                out.append((line, True))
                line, used = [], 0.0
            used += long + (self._space if line else 0)
            line.append(word)
        return [*out, (line, False)]

    def draw(self) -> None:
        self._drawing = self.canv.new_drawing()
        half = (self._leading - (ASCENT + DESCENT) * self.look.size) / 2
        baseline = len(self._lines) * self._leading - half - ASCENT * self.look.size
        for line, goes_on in self._lines:
            self._draw_line(line, baseline, goes_on)
            baseline -= self._leading

    def _draw_line(self, line: list[_Word], y: float, goes_on: bool) -> None:
        free = self.width - self._width(line)
        gap = self._space
        x = {"right": free, "center": free / 2}.get(self.look.align, 0.0)
        if self.look.align == "justify" and goes_on and len(line) > 1:
            gap += free / (len(line) - 1)
        run: list[_Fragment] = []
        start = end = x
        text = ""
        for i, word in enumerate(line):
            for j, fragment in enumerate(word):
                space = gap if i and not j else 0.0
                joined = run and run[-1].piece == fragment.piece
                if not joined or gap != self._space:
                    self._flush(run, text, start, end, y)
                    run, text, start = [], "", end + space
                elif space:
                    text += " "
                text += fragment.text
                run.append(fragment)
                end += space + fragment.width
        self._flush(run, text, start, end, y)

    def _flush(self, run: list[_Fragment], text: str, x0: float, x1: float, y: float) -> None:
        if not run:
            return
        ink, canvas = run[0].ink, self.canv
        canvas.setFillColor(HexColor(ink.color))
        canvas.setFont(ink.face.name, ink.size)
        canvas.drawString(x0, y, text)
        if run[0].bound is not None:
            rect = (x0, y - DESCENT * ink.size, x1, y + ASCENT * ink.size)
            canvas.mark(run[0].bound, rect, ink.face, ink.size, (self._drawing, run[0].piece))


def _long(word: _Word) -> float:
    return sum(f.width for f in word)


def _broken(word: _Word, width: float) -> list[_Word]:
    """A word that is wider than the column, cut into pieces that fit. A number is never cut.

    Raises: Overflow.
    """
    if _long(word) <= width:
        return [word]
    out: list[_Word] = [[]]
    room = width
    for fragment in word:
        if (
            fragment.bound is not None
            and fragment.bound.value is not None
            and not isinstance(fragment.bound.value, str)
        ):
            raise Overflow(f"{fragment.bound.ref}: {fragment.text!r} is wider than its place of {width:.0f} px")
        start = 0
        for end in range(1, len(fragment.text) + 1):
            if end - start > 1 and width_of(fragment.text[start:end], fragment.ink.face, fragment.ink.size) > room:
                out[-1].append(_Fragment(fragment.text[start : end - 1], fragment.ink, fragment.bound, fragment.piece))
                out.append([])
                start, room = end - 1, width
        rest = _Fragment(fragment.text[start:], fragment.ink, fragment.bound, fragment.piece)
        out[-1].append(rest)
        room -= rest.width
    return out
