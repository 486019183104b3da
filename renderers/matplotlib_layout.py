"""The page of one chart, measured in pixels: heading, notes, legend, and axes that keep all their labels inside it."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle

from cosyn_multi.model import Style
from cosyn_multi.renderers.bound import Bound, BoundView
from cosyn_multi.renderers.matplotlib_canvas import points

LEAST_TEXT_PX: Final = 10.0


def wrap(text: str, width_px: float, measure: Callable[[str], float], lines: int = 99) -> str:
    """Break at spaces so that each line fits, as far as words allow; a Bound stays bound."""
    out: list[str] = []
    for word in str(text).split():
        joined = f"{out[-1]} {word}" if out else word
        if out and (measure(joined) <= width_px or len(out) >= lines):
            out[-1] = joined
        else:
            out.append(word)
    wrapped = "\n".join(out)
    return text.with_text(wrapped) if isinstance(text, Bound) else wrapped


class Layout:
    """The page of one chart. left, top, right, bottom: what is still free, in pixels, y down."""

    def __init__(self, fig: Any, style: Style) -> None:
        self.fig, self.style = fig, style
        self.width, self.height = style.width_px, style.height_px
        pad = round(20 * style.density)
        self.left, self.top, self.right, self.bottom = pad, pad, self.width - pad, self.height - pad
        self._renderer = fig.canvas.get_renderer()

    def measure(self, size_px: float, bold: bool = False, family: str = "") -> Callable[[str], float]:
        """A function from a text of one line to its width in pixels."""
        font = FontProperties(
            family=family or self.style.font, size=points(size_px), weight="bold" if bold else "normal"
        )
        return lambda text: float(self._renderer.get_text_width_height_descent(str(text), font, False)[0])

    def write(
        self, text: str, size_px: float, align: str = "left", bold: bool = False, color: str = "", family: str = "",
        from_top: bool = True,
    ) -> None:  # fmt: skip
        """A paragraph over the free width, at the upper or lower end of what is free."""
        wrapped = wrap(text, self.right - self.left, self.measure(size_px, bold, family))
        x = {"left": self.left, "center": (self.left + self.right) / 2, "right": self.right}[align]
        y = self.top if from_top else self.bottom
        made = self.fig.text(
            x / self.width, 1 - y / self.height, wrapped, ha=align, va="top" if from_top else "bottom",
            multialignment=align, fontsize=points(size_px), fontweight="bold" if bold else "normal",
            fontfamily=family or self.style.font, color=color or self.style.ink,
        )  # fmt: skip
        height = made.get_window_extent(self._renderer).height
        if from_top:
            self.top += round(height + 5 * self.style.density)
        else:
            self.bottom -= round(height + 5 * self.style.density)

    def heading(self, view: BoundView, align: str = "left", scale: float = 1.4, bold: bool = True) -> None:
        """Title, subtitle and the part's own title, from the top."""
        style = self.style
        self.write(view.title, max(15.0, style.font_px * scale), align, bold, family=style.heading_font)
        for text in (view.subtitle, view.main.title):
            if text and str(text) != str(view.title):
                self.write(text, style.font_px * 1.02, align, color=style.muted)
        self.top += round(14 * style.density)

    def footing(self, view: BoundView) -> None:
        """Page number and notes, from the bottom."""
        small = max(LEAST_TEXT_PX, self.style.font_px * 0.85)
        self.bottom += round(self.style.font_px * 0.3)
        if view.page:
            self.write(view.page, small, "right", color=self.style.muted, from_top=False)
        for note in reversed(view.notes):
            self.write(note, small, color=self.style.muted, from_top=False)
        if view.page or view.notes:
            self.bottom -= round(self.style.font_px * 0.9)

    def rule(self, thickness_px: float, color: str) -> None:
        """A line over the full width at the upper end of what is free."""
        self.fig.add_artist(_rectangle(self, self.left, self.top, self.right, self.top + thickness_px, color))
        self.top += round(thickness_px + 9 * self.style.density)

    def legend(self, handles: Sequence[Any], labels: Sequence[str], place: str = "top", framed: bool = False) -> None:
        """A legend above ('top'), below ('bottom') or beside ('right') the axes; it takes its room from the page."""
        size = max(LEAST_TEXT_PX, self.style.font_px * 0.95)
        measure, room = self.measure(size), self.right - self.left
        width = min(room * 0.3 if place == "right" else room * 0.8, 260.0)
        texts = [wrap(label, width, measure) for label in labels]
        widest = max(measure(line) for t in texts for line in str(t).split("\n")) + size * 3.8
        columns = 1 if place == "right" else max(1, min(len(texts), int(room // widest)))
        x, y, loc = {
            "top": (self.left, self.top, "upper left"), "bottom": (self.left, self.bottom, "lower left"),
            "right": (self.right, self.top, "upper right"),
        }[place]  # fmt: skip
        made = self.fig.legend(
            handles, texts, loc=loc, bbox_to_anchor=(x / self.width, 1 - y / self.height), ncols=columns,
            frameon=framed, fontsize=points(size), borderaxespad=0, borderpad=0.6 if framed else 0.1,
            handlelength=1.9, handletextpad=0.6, columnspacing=1.8, labelspacing=0.55, facecolor=self.style.paper,
            edgecolor=self.style.muted, framealpha=1, fancybox=False,
        )  # fmt: skip
        box, gap = made.get_window_extent(self._renderer), round(12 * self.style.density)
        if place == "top":
            self.top += round(box.height) + gap
        elif place == "bottom":
            self.bottom -= round(box.height) + gap
        else:
            self.right -= round(box.width) + gap + 6

    def axes(self, **more: Any) -> Any:
        """Axes over all that is free; `settle` makes room for their labels."""
        return self.fig.add_axes(self.frame(), **more)

    def panel(self, color: str) -> None:
        """A ground under all that is free."""
        ground = _rectangle(self, self.left, self.top, self.right, self.bottom, color)
        ground.set_zorder(-1)
        self.fig.add_artist(ground)

    def frame(self) -> tuple[float, float, float, float]:
        """All that is free, in figure coordinates."""
        return self._rect(self.left, self.top, self.right, self.bottom)

    def settle(self, *axes: Any) -> None:
        """Move axes that share one rectangle so that their ticks, labels and texts stay inside what is free."""
        boxes = [b for ax in axes if (b := ax.get_tightbbox(self._renderer)) is not None]
        inner = axes[0].get_window_extent()
        left, right = inner.x0 - min(b.x0 for b in boxes), max(b.x1 for b in boxes) - inner.x1
        below, above = inner.y0 - min(b.y0 for b in boxes), max(b.y1 for b in boxes) - inner.y1
        rect = self._rect(self.left + left, self.top + above, self.right - right, self.bottom - below)
        for ax in axes:
            ax.set_position(rect)

    def _rect(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        width, height = max(right - left, 40), max(bottom - top, 40)
        return left / self.width, 1 - (top + height) / self.height, width / self.width, height / self.height


def _rectangle(layout: Layout, x0: float, y0: float, x1: float, y1: float, color: str) -> Any:
    w, h = layout.width, layout.height
    return Rectangle(
        (x0 / w, 1 - y1 / h), (x1 - x0) / w, (y1 - y0) / h, transform=layout.fig.transFigure, color=color, lw=0
    )
