"""The PDF renderer: reportlab builds one page, pdfium paints it and says what stands where.

A template's `build(view, style, kit)` returns the flowables of one page. What doesn't fit is tried again a little
tighter, as a person setting the page would; what still doesn't fit is refused whole.
"""

import io
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from cosyn_multi.errors import SetupError
from cosyn_multi.model import Artifact, Cage, Reject, Rendering

from .base import code_failed, reject
from .bound import BoundView
from .caged import draw_picture
from .pdf_kit import Kit
from .pdf_page import Page
from .pdf_read import readings
from .pdf_setting import Furniture
from .pdf_text import Face, Mark, MarkCanvas, Overflow

Build = Callable[..., Any]
TALLEST_PX = 2400
LOWEST_PX = 240
SQUEEZES = (1.0, 0.92, 0.85, 0.78)
"""How much smaller text and gaps may get before a page counts as overfull."""


class Built(NamedTuple):
    """A finished file and where its bound values were drawn."""

    pdf: bytes
    marks: list[Mark]
    view: BoundView
    height: int


class PdfRenderer:
    """Draws templates whose entry is Python for reportlab: reviewed ones in this process, others in the cage.

    Keeps compiled templates.
    """

    name = "pdf"

    def __init__(self, cage: Cage | None = None) -> None:
        self._cage = cage
        self._builds: dict[Path, Build] = {}

    def warm(self) -> None:
        """Importing this module was it."""

    def close(self) -> None:
        self._builds.clear()

    def render(self, artifact: Artifact) -> Rendering | Reject:
        """One page as a picture with its readings, or why not.

        Raises: SetupError if the template needs a cage and there is none.
        """
        if not artifact.template.builtin:
            return draw_picture(self._cage, artifact)
        built = self.build(artifact)
        if isinstance(built, Reject):
            return built
        page = Page(built.pdf)
        try:
            return _rendering(artifact, built, page)
        finally:
            page.close()

    def build(self, artifact: Artifact) -> Built | Reject:
        """The PDF alone, of a reviewed template."""
        assert artifact.template.builtin, "code that nobody reviewed is not run in this process"
        build = self._compiled(artifact)
        if isinstance(build, Reject):
            return build
        overfull = Overflow("")
        for squeeze in SQUEEZES:
            try:
                return _build(artifact, build, squeeze)
            except Overflow as error:
                overfull = error
            except SetupError:
                raise
            except Exception as error:
                return code_failed(artifact, error)
        return reject(artifact, "page_overflow", str(overfull))

    def _compiled(self, artifact: Artifact) -> Build | Reject:
        path = artifact.template.folder / artifact.template.entry
        if path not in self._builds:
            space: dict[str, Any] = {"__name__": f"template_{artifact.template.name}"}
            try:
                exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), space)
            except Exception as error:
                return code_failed(artifact, error)
            if not callable(space.get("build")):
                return reject(artifact, "template_error", f"{artifact.template.entry} has no build(view, style, kit)")
            self._builds[path] = space["build"]
        return self._builds[path]


def _build(artifact: Artifact, build: Build, squeeze: float) -> Built:
    """One try. Raises: Overflow, and whatever the template's code raises."""
    style, view = artifact.style, BoundView(artifact.view, artifact.style)
    kit = Kit(view, style, squeeze, artifact.seed)
    flow = _flat(build(view, style, kit))
    top, _, bottom, left = kit.page.margins
    body, foot = _measured(flow, kit.width), _measured(_flat(kit.page.footer), kit.width)
    needed = top + _total(body) + _total(foot) + bottom
    most = TALLEST_PX if artifact.template.grows else style.height_px
    if needed > most:
        raise Overflow(f"the page needs {needed:.0f} px and has {most}")
    height = style.height_px
    if artifact.template.grows:
        height = max(LOWEST_PX, math.ceil(needed))
    elif kit.page.spare is not None:
        height = min(height, max(LOWEST_PX, math.ceil(needed + kit.page.spare)))
    out = io.BytesIO()
    canvas = MarkCanvas(out, (style.width_px, height), view.binder.bound, Face(style.font))
    _paint_page(canvas, kit.page, style.paper, style.width_px, height)
    _place(canvas, body, left, height - top)
    _place(canvas, foot, left, bottom + _total(foot))
    canvas.showPage()
    canvas.save()
    return Built(out.getvalue(), canvas.marks, view, height)


def _flat(flowables: Any) -> list[Flowable]:
    """Lists in lists made one. Raises: TypeError for anything that can't be placed."""
    if isinstance(flowables, Flowable):
        return [flowables]
    if not isinstance(flowables, list | tuple):
        raise TypeError(f"build returned {type(flowables).__name__} where flowables are due")
    return [f for item in flowables for f in _flat(item)]


class _Sized(NamedTuple):
    flowable: Flowable
    height: float
    before: float


def _measured(flow: Sequence[Flowable], width: float) -> list[_Sized]:
    """Heights, and the space above each: the larger of what the two neighbours ask for. Raises: Overflow."""
    out: list[_Sized] = []
    after = 0.0
    for flowable in flow:
        wide, high = flowable.wrap(width, TALLEST_PX)
        if not (math.isfinite(wide) and math.isfinite(high)) or high > TALLEST_PX:
            raise Overflow(f"a {type(flowable).__name__} is {high:.0f} px tall, more than any page")
        if wide > width + 1.5:
            raise Overflow(f"a {type(flowable).__name__} is {wide:.0f} px wide and has {width:.0f}")
        before = max(float(flowable.getSpaceBefore()), after) if out else 0.0
        out.append(_Sized(flowable, high, before))
        after = float(flowable.getSpaceAfter())
    return out


def _total(sized: Sequence[_Sized]) -> float:
    return sum(s.height + s.before for s in sized)


def _place(canvas: MarkCanvas, sized: Sequence[_Sized], left: float, y: float) -> None:
    for flowable, height, before in sized:
        y -= before + height
        flowable.drawOn(canvas, left, y)


def _paint_page(canvas: MarkCanvas, page: Furniture, paper: str, width: float, height: float) -> None:
    canvas.setFillColor(HexColor(paper))
    canvas.rect(0, 0, width, height, stroke=0, fill=1)
    for side, thick, color in page.edges:
        x, y, w, h = {
            "top": (0, height - thick, width, thick), "bottom": (0, 0, width, thick),
            "left": (0, 0, thick, height), "right": (width - thick, 0, thick, height),
        }[side]  # fmt: skip
        canvas.setFillColor(HexColor(color))
        canvas.rect(x, y, w, h, stroke=0, fill=1)
    if page.frame:
        inset, weight, color = page.frame
        canvas.setStrokeColor(HexColor(color))
        canvas.setLineWidth(weight)
        canvas.rect(inset, inset, width - 2 * inset, height - 2 * inset, stroke=1, fill=0)


def _rendering(artifact: Artifact, built: Built, page: Page) -> Rendering | Reject:
    if page.count != 1:
        return reject(artifact, "page_overflow", f"the file has {page.count} pages")
    wide, high = artifact.style.width_px, built.height
    if page.width != wide or page.height != high:
        return reject(artifact, "wrong_size", f"the page is {page.width} x {page.height} px, not {wide} x {high}")
    read = readings(artifact.view, built.view.binder.bound, built.marks, page)
    return Rendering(
        png=page.png(), width=page.width, height=page.height, words=page.words(),
        cells=read.cells, keys=read.keys, lost=read.lost,
    )  # fmt: skip
