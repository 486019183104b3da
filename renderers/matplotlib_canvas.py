"""The canvas that the matplotlib renderer draws on: our fonts and settings, a drawing that remembers its texts.

matplotlib turns every text into a plain `str` when an artist takes it, and draws a text of several lines without telling
whose they are. `watched` keeps both for the time of one drawing: the Bound an artist was given, and each line drawn.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib._pylab_helpers import Gcf
from matplotlib.backends import _backend_agg
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.font_manager import FontEntry, fontManager
from matplotlib.text import Text

from cosyn_multi.model import Style
from cosyn_multi.renderers import fonts
from cosyn_multi.renderers.bound import Bound

DPI = 100


@dataclass(frozen=True)
class Line:
    """One line of text as drawn. x, y: left end of its baseline in image pixels, y down; angle in degrees,
    counterclockwise. width, height, descent: its ink, in pixels. color: RGB, 0 to 1."""

    artist: Any
    text: str
    x: float
    y: float
    width: float
    height: float
    descent: float
    angle: float
    color: tuple[float, float, float]
    alpha: float
    properties: Any


class Ink(_backend_agg.RendererAgg):  # type: ignore[misc,name-defined]
    """Agg's drawing core, which also keeps where each glyph leaves ink: `mask`, 0 to 255, rows from the top."""

    def __init__(self, width: int, height: int, dpi: float) -> None:
        super().__init__(width, height, dpi)
        self.mask: np.ndarray[Any, Any] = np.zeros((height, width), np.uint8)

    def draw_text_image(self, image: Any, x: int, y: int, angle: float, gc: Any) -> None:
        """A glyph's coverage (turned already), its lower left corner at x, y."""
        super().draw_text_image(image, x, y, angle, gc)
        rows, columns = image.shape
        top, left = y - rows, x
        inside = self.mask[max(0, top) : max(0, y), max(0, left) : max(0, left + columns)]
        np.maximum(inside, image[max(0, -top) :, max(0, -left) :][: inside.shape[0], : inside.shape[1]], out=inside)


class Recorder(RendererAgg):  # type: ignore[misc]
    """An Agg renderer that remembers every line of text it draws. `artist` is the Text being drawn."""

    def __init__(self, width: int, height: int, dpi: float) -> None:
        super().__init__(width, height, dpi)
        self._renderer = Ink(width, height, dpi)
        self._update_methods()
        self.lines: list[Line] = []
        self.artist: Any = None

    @property
    def mask(self) -> "np.ndarray[Any, Any]":
        """Where all the texts have ink, 0 to 1 per pixel, whatever was drawn over them later."""
        return self._renderer.mask / 255.0

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        """As the base class', remembered: measuring a text costs a millisecond."""
        key = (str(s), prop.copy(), ismath, self.dpi)
        if key not in _MEASURED:
            if len(_MEASURED) > 20_000:
                _MEASURED.clear()
            _MEASURED[key] = super().get_text_width_height_descent(s, prop, ismath)
        return _MEASURED[key]

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, ismath: Any = False, mtext: Any = None
    ) -> None:
        width, height, descent = self.get_text_width_height_descent(s, prop, ismath)
        alpha = gc.get_alpha() if gc.get_forced_alpha() else gc.get_rgb()[3]
        self.lines.append(
            Line(self.artist, s, x, y, width, height, descent, angle, gc.get_rgb()[:3], alpha, prop.copy())
        )
        super().draw_text(gc, x, y, s, prop, angle, ismath=ismath, mtext=mtext)

    def clear(self) -> None:
        super().clear()
        self.lines.clear()
        self._renderer.mask.fill(0)


_MEASURED: dict[tuple[str, Any, Any, float], tuple[float, float, float]] = {}


class Canvas(FigureCanvasAgg):  # type: ignore[misc]
    """An Agg canvas whose renderer is one Recorder of the size the figure had at first."""

    def __init__(self, figure: Any) -> None:
        super().__init__(figure)
        width, height = self.get_width_height(physical=True)
        self.recorder = Recorder(width, height, figure.dpi)

    def get_renderer(self) -> Recorder:
        return self.recorder


@contextmanager
def watched() -> Iterator[None]:
    """Make Text artists keep the Bound they are given (`bound_of`), and tell a Recorder when they are drawn."""
    set_text, draw = Text.set_text, Text.draw

    def keep(self: Any, s: Any) -> None:
        set_text(self, s)
        self.cosyn_bound = s if isinstance(s, Bound) else None

    def announce(self: Any, renderer: Any) -> None:
        if isinstance(renderer, Recorder):
            renderer.artist = self
        draw(self, renderer)

    _install(keep, announce)
    try:
        yield
    finally:
        _install(set_text, draw)


def _install(set_text: Any, draw: Any) -> None:
    for name, method in (("set_text", set_text), ("draw", draw)):
        setattr(Text, name, method)


def bound_of(artist: Any) -> Bound | None:
    """The bound value that a Text artist was given, if it was one."""
    found: Bound | None = getattr(artist, "cosyn_bound", None)
    return found


@contextmanager
def left_as_found(style: Style, seed: int) -> Iterator[None]:
    """Our settings and a fixed random state for one drawing; everything a template could leave behind is undone."""
    python, numpy = random.getstate(), np.random.get_state()
    random.seed(seed)
    np.random.seed(seed % 2**32)
    try:
        with mpl.rc_context():
            mpl.rcParams.update(_base())
            mpl.rcParams.update(_styled(style))
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        Gcf.destroy_all()


@cache
def _base() -> dict[str, Any]:
    """matplotlib's own defaults, whatever the user's matplotlibrc says, and what keeps texts and numbers as they are."""
    ours = {
        "text.parse_math": False, "text.usetex": False, "axes.formatter.useoffset": False,
        "axes.formatter.limits": (-15, 15), "axes.formatter.use_locale": False, "axes.unicode_minus": True,
        "timezone": "UTC", "svg.hashsalt": "cosyn-multi", "figure.dpi": DPI, "savefig.dpi": DPI,
        "figure.autolayout": False, "figure.constrained_layout.use": False, "axes.axisbelow": True,
    }  # fmt: skip
    kept = {k: v for k, v in mpl.rcParamsDefault.items() if not k.startswith(("backend", "date.epoch", "interactive"))}
    return {k: v for k, v in {**kept, **ours}.items() if mpl.rcParams[k] != v}


def points(px: float) -> float:
    """A size in pixels as points at our dpi."""
    return px * 72 / DPI


def _styled(style: Style) -> dict[str, Any]:
    size = points(style.font_px)
    return {
        "font.family": [style.font], "font.size": size, "axes.titlesize": size * 1.15, "axes.labelsize": size,
        "xtick.labelsize": size * 0.92, "ytick.labelsize": size * 0.92, "legend.fontsize": size * 0.95,
        "text.color": style.ink, "axes.labelcolor": style.ink, "axes.titlecolor": style.ink,
        "xtick.labelcolor": style.ink, "ytick.labelcolor": style.ink, "xtick.color": style.muted,
        "ytick.color": style.muted, "axes.edgecolor": style.muted, "figure.facecolor": style.paper,
        "axes.facecolor": style.paper, "axes.prop_cycle": cycler(color=list(style.palette)),
    }  # fmt: skip


@cache
def register(family: str) -> None:
    """Make a family of ours known to matplotlib under exactly its name, in four faces. Raises: SetupError."""
    for bold in (False, True):
        for italic in (False, True):
            path = str(fonts.face(family, bold, italic))
            entry = FontEntry(
                fname=path, name=family, style="italic" if italic else "normal", weight=700 if bold else 400
            )
            fontManager.ttflist.append(entry)
            fontManager.addfont(path)


def face_of(line: Line) -> str:
    """The file of the face that a line is drawn in. Raises: ValueError if the family isn't known to matplotlib."""
    wanted = line.properties.copy()
    wanted.set_family(line.properties.get_family()[:1])
    return str(fontManager.findfont(wanted, fallback_to_default=False))
