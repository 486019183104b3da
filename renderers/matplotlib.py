"""The matplotlib renderer: a template's `draw(fig, view, style, bind)` to a picture and what can be read in it.

The template draws into a figure of ours and can't choose its size, its resolution or how it is saved. What is read
comes from the finished figure: texts as drawn (`matplotlib_text`), marks through their axes (`matplotlib_marks`).
"""

import io
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from cosyn_multi.model import Artifact, Cage, Reject, Rendering
from cosyn_multi.renderers.base import code_failed, reject
from cosyn_multi.renderers.bound import BoundView
from cosyn_multi.renderers.caged import draw_picture
from cosyn_multi.renderers.matplotlib_axes import Axes, frame_of
from cosyn_multi.renderers.matplotlib_canvas import DPI, Canvas, face_of, left_as_found, register, watched
from cosyn_multi.renderers.matplotlib_marks import Binds, MarkCount, Place
from cosyn_multi.renderers.matplotlib_read import Reader, Refused
from cosyn_multi.renderers.matplotlib_text import Piece, Sight, pieces_of, words_of

PNG_LEVEL: Final = 2
LEAST_AXES_PX: Final = 80
"""Axes that are smaller have been squeezed out by a legend or labels."""


class MatplotlibRenderer:
    """Draws templates of renderer 'matplotlib': reviewed ones in this process, others in the cage."""

    name = "matplotlib"

    def __init__(self, cage: Cage | None = None) -> None:
        self._cage = cage

    def render(self, artifact: Artifact) -> Rendering | Reject:
        """Draw one picture. Raises: SetupError if the template needs a cage and there is none."""
        if not artifact.template.builtin:
            return draw_picture(self._cage, artifact)
        style = artifact.style
        for family in {style.font, style.heading_font}:
            register(family)
        with left_as_found(style, artifact.seed), warnings.catch_warnings(), watched():
            warnings.simplefilter("ignore")
            return _drawn(artifact)

    def warm(self) -> None:
        """Importing this module was it."""

    def close(self) -> None:
        """Nothing is kept open: figures die with their drawing."""


def _drawn(artifact: Artifact) -> Rendering | Reject:
    style = artifact.style
    view = BoundView(artifact.view, style)
    figure = Figure(figsize=(style.width_px / DPI, style.height_px / DPI), dpi=DPI, facecolor=style.paper)
    canvas, binds = Canvas(figure), Binds(view)
    try:
        _draw_function(artifact)(figure, view, style, binds)
        binds.name_texts()
        canvas.draw()
    except MarkCount as error:
        return reject(artifact, "mark_count", str(error))
    except (Exception, SystemExit) as error:  # a template's code may raise anything
        return code_failed(artifact, error)
    size = tuple(round(s * figure.dpi) for s in figure.get_size_inches())
    if size != (style.width_px, style.height_px):
        return reject(artifact, "resized", f"the template made the figure {size[0]} x {size[1]} pixels")
    return _inspected(artifact, view, figure, canvas, binds)


def _inspected(artifact: Artifact, view: BoundView, figure: Any, canvas: Canvas, binds: Binds) -> Rendering | Reject:
    """Read the drawn figure, or tell why the picture as a whole is refused."""
    pieces = pieces_of(canvas)
    if unknown := _unknown_font(pieces):
        return reject(artifact, "unknown_font", unknown)
    image = np.asarray(canvas.buffer_rgba())[..., :3]
    height, width = image.shape[:2]
    try:
        places = binds.places(height)
    except MarkCount as error:
        return reject(artifact, "mark_count", str(error))
    if refused := _collapsed(places) or _squeezed(places, height):
        return reject(artifact, *refused)
    drawn = frozenset(id(p.artist) for p in pieces)
    axes = Axes(figure, drawn, height, artifact.view.locale)
    reader = Reader(view, figure, Sight(image, pieces, canvas), axes, [p for group in places for p in group])
    try:
        cells, keys, lost = reader.readings()
    except Refused as error:
        return reject(artifact, error.reason, error.detail)
    return Rendering(
        png=encode(image), width=width, height=height, words=words_of(pieces, canvas), cells=cells, keys=keys, lost=lost
    )


def encode(image: "np.ndarray[Any, Any]") -> bytes:
    """A PNG of RGB pixels, without metadata."""
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(image)).save(buffer, "PNG", compress_level=PNG_LEVEL)
    return buffer.getvalue()


def _draw_function(artifact: Artifact) -> Callable[..., object]:
    """The template's `draw`, from a fresh run of its compiled module: nothing stays from one picture to the next."""
    template = artifact.template
    space: dict[str, Any] = {"__name__": f"template_{template.name}"}
    exec(_compiled(template.folder / template.entry), space)
    found: Callable[..., object] = space["draw"]
    return found


@cache
def _compiled(file: Path) -> CodeType:
    return compile(file.read_text(encoding="utf-8"), str(file), "exec")


def _unknown_font(pieces: list[Piece]) -> str:
    for piece in pieces:
        for line in piece.lines:
            try:
                face_of(line)
            except ValueError:
                return f"{piece.text!r} asks for {line.properties.get_family()}"
    return ""


def _collapsed(places: list[list[Place]]) -> tuple[str, str] | None:
    """Rows that a library drew at one place because their names are equal."""
    for group in places:
        seen: dict[tuple[int, float], Place] = {}
        for place in group:
            if not place.by_row:
                continue
            twin = seen.setdefault((id(place.axes), round(place.across, 1)), place)
            if twin is not place and twin.bound.ref.partition(".")[2] == place.bound.ref.partition(".")[2]:
                return "marks_collapsed", f"{twin.bound.ref} and {place.bound.ref} are drawn at one place"
    return None


def _squeezed(places: list[list[Place]], height: int) -> tuple[str, str] | None:
    for axes in {id(p.axes): p.axes for group in places for p in group}.values():
        frame = frame_of(axes, height)
        if min(frame.width, frame.height) < LEAST_AXES_PX:
            return "axes_too_small", f"axes of {frame.width:.0f} x {frame.height:.0f} pixels"
    return None
