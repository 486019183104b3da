"""The page of a plotly chart: its colours, measured text, and what stands around the plot (title, notes, legend).

All sizes are pixels. Whatever is put on the page takes its room from the plot: `left`, `right`, `top` and `bottom` say
how much is taken so far.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from PIL import ImageColor, ImageFont

from cosyn_multi.model import Style
from cosyn_multi.renderers import fonts
from cosyn_multi.renderers.bound import BoundView
from cosyn_multi.renderers.ink import contrast
from cosyn_multi.renderers.marks import SPARE, apart

LINE = 1.3
"""Line height, in font sizes."""
INK_ON_COLOR = ("#ffffff", "#000000")


@lru_cache(maxsize=64)
def _face(family: str, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.face(family, bold)), 100)


def mix(a: str, b: str, share: float) -> str:
    """A colour between two: `share` of b in a."""
    pairs = zip(ImageColor.getrgb(a)[:3], ImageColor.getrgb(b)[:3], strict=True)
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in pairs)


def ratio(a: str, b: str) -> float:
    """WCAG contrast of two hex colours."""
    one, two = (ImageColor.getrgb(c)[:3] for c in (a, b))
    return contrast((one[0], one[1], one[2]), (two[0], two[1], two[2]))


def _moved(color: str, towards: str, ground: str, least: float) -> str:
    """A colour moved towards another one, as far as it takes to reach a contrast."""
    for share in (0.0, 0.15, 0.3, 0.45, 0.6, 0.75):
        moved = mix(color, towards, share)
        if ratio(moved, ground) >= least:
            return moved
    return towards


class Sheet:
    """The page of one chart in the making.

    Options it reads, where a template declares them: `theme` (white, grid, band, tinted, dark), `title` (left, center),
    `legend` (top, right, bottom).
    """

    def __init__(self, view: BoundView, style: Style) -> None:
        self.view, self.style = view, style
        option = style.options.get
        self.theme, self.title_place = str(option("theme", "white")), str(option("title", "left"))
        self.legend_place = str(option("legend", "top"))
        self.width, self.height = style.width_px, style.height_px
        self.px = max(11.5, min(style.font_px, self.width / 46, self.height / 28))
        self.small = max(11.0, self.px * 0.88)
        self.pad = 0.022 * self.width + 8
        self._colors()
        self.left = self.right = self.pad
        self.top = self.bottom = self.pad * 0.9
        self.layout: dict[str, Any] = {"template": "none", "annotations": [], "shapes": []}

    def _colors(self) -> None:
        s, dark = self.style, self.theme == "dark"
        self.paper = mix(s.ink, s.accent, 0.18) if dark else s.band if self.theme == "tinted" else s.paper
        self.ink = "#f3f4f6" if dark else s.ink
        self.muted = "#c9cdd4" if dark else s.muted
        self.plot = s.band if self.theme == "band" else self.paper
        self.rule = mix(self.plot, self.ink, 0.14)
        self.palette = apart([self._against_plot(c) for c in (*s.palette, *SPARE)])

    def _against_plot(self, color: str) -> str:
        """A colour that stands out from the plot: moved away from it as far as needed."""
        towards = "#ffffff" if self.theme == "dark" else "#000000"
        return _moved(color, towards, self.plot, 3.4 if self.theme == "dark" else 2.8)

    def text_color(self, color: str) -> str:
        """A series' colour, made strong enough for text on the paper."""
        return _moved(color, self.ink, self.paper, 4.8)

    def color(self, index: int) -> str:
        """Colour of a series. A palette that is used up goes on in lighter and darker tones."""
        base = self.palette[index % len(self.palette)]
        return mix(base, self.ink, 0.45) if index >= len(self.palette) else base

    def tints(self, count: int, strength: float) -> list[str]:
        """Colours of series, mixed into the plot's: as weak as asked (1: not mixed), but not so weak as to look alike."""
        while True:
            found = [mix(self.plot, self.color(i), strength) for i in range(count)]
            if strength >= 1 or len(apart(found)) == count:
                return found
            strength = min(1.0, strength + 0.1)

    def on(self, color: str) -> str:
        """The ink, light or dark, that reads better on a colour."""
        return max(INK_ON_COLOR, key=lambda ink: ratio(ink, color))

    def measure(self, text: str, px: float, bold: bool = False, family: str = "") -> float:
        """Width of the widest line of a text."""
        face = _face(family or self.style.font, bold)
        return max(face.getlength(line) for line in text.split("\n")) * px / 100

    def tall(self, px: float, bold: bool = False, family: str = "") -> float:
        """Height that one line takes in this face, at least the usual line height."""
        return max(LINE, sum(_face(family or self.style.font, bold).getmetrics()) / 100) * px

    def wrap(self, text: str, room: float, px: float, bold: bool = False, family: str = "") -> str:
        """The text broken at spaces, so that lines fit a room where words allow it."""
        lines: list[str] = []
        for word in str.__str__(text).split():
            joined = f"{lines[-1]} {word}" if lines else word
            if lines and self.measure(joined, px, bold, family) <= room:
                lines[-1] = joined
            else:
                lines.append(word)
        return "\n".join(lines)

    def font(self, px: float, color: str = "", bold: bool = False, family: str = "") -> dict[str, Any]:
        return {
            "size": px, "color": color or self.ink, "family": family or self.style.font,
            "weight": "bold" if bold else "normal",
        }  # fmt: skip

    def head(self, more: str = "") -> None:
        """Title, subtitle and one more line (what is measured, say) at the top; takes its room from the plot."""
        family, px, room = self.style.heading_font, self.px * 1.35, self.width - 2 * self.pad
        x, anchor = (0.5, "center") if self.title_place == "center" else (self.pad / self.width, "left")
        y = self.top
        for text, size, color, bold in (
            (self.view.title, px, self.ink, True), (self.view.subtitle, self.px, self.muted, False),
            (more, self.px, self.muted, False),
        ):  # fmt: skip
            if not text:
                continue
            wrapped = self.wrap(text, room, size, bold, family)
            self._label(wrapped, x * self.width, y, anchor, "top", self.font(size, color, bold, family))
            y += wrapped.count("\n") * size * LINE + self.tall(size, bold, family) + 0.1 * self.px
        self.top = y + self.px * 0.9

    def notes(self) -> None:
        """Small print at the foot; takes its room from the plot."""
        y = self.height - self.bottom
        for text in reversed([*self.view.notes, *([self.view.page] if self.view.page else [])]):
            wrapped = self.wrap(text, self.width - 2 * self.pad, self.small)
            y -= wrapped.count("\n") * self.small * LINE + self.tall(self.small)
            self._label(wrapped, self.pad, y, "left", "top", self.font(self.small, self.muted))
        self.bottom = self.height - y + (self.px * 0.5 if y < self.height - self.bottom else 0)

    def _label(self, text: str, x: float, y: float, xanchor: str, yanchor: str, font: dict[str, Any]) -> None:
        """A text at a place of the picture; turned into paper coordinates once the plot's own room is known."""
        self.layout["annotations"].append(
            {
                "text": text, "x": x, "y": y, "xanchor": xanchor, "yanchor": yanchor, "font": font, "align": xanchor,
                "showarrow": False, "borderpad": 0, "xref": "picture", "yref": "picture",
            }
        )  # fmt: skip

    def legend(self, names: Sequence[str], stacked: bool = False) -> None:
        """Room and place for a legend of these entries: above, below or right of the plot.

        Args: stacked: a legend at the right lists the topmost first.
        """
        widths = [self.measure(n, self.px) + 52 for n in names]
        place = self.legend_place
        if place == "right" and max(widths) > 0.3 * self.width:
            place = "bottom"
        legend: dict[str, Any] = {
            "font": self.font(self.px), "bgcolor": "rgba(0,0,0,0)", "borderwidth": 0, "tracegroupgap": 0,
            "xref": "container", "yref": "container", "itemsizing": "trace",
            "traceorder": "reversed" if stacked and place == "right" else "normal",
        }  # fmt: skip
        if place == "right":
            self.right += max(widths) + 8
            legend |= {"x": 1 - self.pad / self.width, "xanchor": "right", "y": 1 - self.top / self.height}
            legend |= {"yanchor": "top"}
        else:
            rows = self._legend_rows(widths)
            room = rows * (self.tall(self.px) + 7) + 6
            middle = self.title_place == "center"
            legend |= {"orientation": "h", "x": 0.5 if middle else self.pad / self.width}
            legend |= {"xanchor": "center" if middle else "left", "entrywidth": max(widths) - 42}
            if place == "top":
                legend |= {"y": 1 - self.top / self.height, "yanchor": "top"}
                self.top += room + self.px * 0.4
            else:
                self.bottom += room
                legend |= {"y": (self.bottom - room) / self.height, "yanchor": "bottom"}
        self.layout["legend"] = legend
        self.layout["showlegend"] = True

    def _legend_rows(self, widths: Sequence[float]) -> int:
        across = max(1, int((self.width - 2 * self.pad) // (max(widths) + 12)))
        return math.ceil(len(widths) / across)
