"""Inside the cage: what draws or fills in a template that nobody reviewed. Each function is the runner of a job.

The template's files lie in the scratch folder under its name, and the usual renderers draw them. Whatever these functions
give comes from a process in which that template's code ran.
"""

from pathlib import Path
from typing import Final

from cosyn_multi.model import Reject

from .base import Renderer, code_failed
from .bound import BoundView
from .caged_artifact import framed, sample_of, samples, unpacked
from .plotly_code import figure_made

SAMPLES: Final = (
    "bars_stacked", "donut", "dual_axis", "heatmap_annotated", "lines_time", "scatter_named", "pdf_invoice", "pdf_report",
    "plotly_bars", "plotly_lines",
)  # fmt: skip
REHEARSED: Final = "lines_time"


def picture(scratch: Path, data: bytes) -> bytes:
    """Runner: a matplotlib or PDF template to a rendering: its JSON without the PNG, then the PNG."""
    artifact = unpacked(scratch, data)
    drawn = _renderer(artifact.template.renderer).render(artifact)
    if isinstance(drawn, Reject):
        return framed({"reject": drawn.model_dump(mode="json")})
    return framed({"rendering": drawn.model_dump(mode="json", exclude={"png"})}, drawn.png)


def figure(scratch: Path, data: bytes) -> bytes:
    """Runner: a plotly template to its figure as plain data, and which values its marks are named after."""
    artifact = unpacked(scratch, data)
    try:
        made = figure_made(artifact, BoundView(artifact.view, artifact.style))
    except Exception as error:  # a template's code may raise anything
        return framed({"reject": code_failed(artifact, error).model_dump(mode="json")})
    numbers = [[m.trace, [None if c is None else c.number for c in m.cells], m.axis] for m in made.marks]
    return framed({"figure": made.plain, "marks": numbers})


def _renderer(name: str) -> Renderer:
    """The renderers that need no browser. Imported here: they import what hands jobs to the cage."""
    if name == "pdf":
        from .pdf import PdfRenderer

        return PdfRenderer()
    from .matplotlib import MatplotlibRenderer

    return MatplotlibRenderer()


def warm_up() -> None:
    """What the parent of all jobs does once: faces, locales and libraries' caches, by drawing samples of our own."""
    from .fonts import FAMILIES, characters, face
    from .matplotlib_canvas import register

    for family in FAMILIES:
        register(family)
        for bold in (False, True):
            characters(face(family, bold))
    for artifact in samples():
        view = BoundView(artifact.view, artifact.style)  # also for those that aren't drawn: formats and locales
        if artifact.template.name not in SAMPLES:
            continue
        if artifact.template.renderer == "plotly":
            figure_made(artifact, view)
        else:
            _renderer(artifact.template.renderer).render(artifact)
    sample_of(REHEARSED)


def rehearse() -> None:
    """What most jobs do, so that it can be seen which memory they use: draw a chart."""
    artifact = sample_of(REHEARSED)
    _renderer(artifact.template.renderer).render(artifact)
