"""Running a plotly template's code: `draw(view, style, bind)` to a figure and what its marks are named after.

Knows nothing of a browser, so that the cage can do this part without one.
"""

import linecache
import types
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from cosyn_multi.model import Artifact
from cosyn_multi.renderers.bound import BoundView
from cosyn_multi.renderers.plotly_bind import Binding, Marks
from cosyn_multi.renderers.plotly_figure import hardened, plain_of


class Figure(NamedTuple):
    """A drawn figure: as the template left it, hardened, and the names of its marks."""

    plain: dict[str, Any]
    spec: dict[str, Any]
    marks: Sequence[Marks]


def figure_made(artifact: Artifact, view: BoundView) -> Figure:
    """Run a template's `draw`. Raises: whatever its code raises; TypeError if it gives no figure."""
    bind = Binding(view)
    plain = plain_of(_draw_of(artifact)(view, artifact.style, bind))
    spec = hardened(plain, view, artifact.style)
    return Figure(plain, spec, bind.marks(spec))


def _draw_of(artifact: Artifact) -> Callable[..., Any]:
    """The `draw` of a template's entry file. Raises: whatever its top level raises; AttributeError without draw."""
    path = artifact.template.folder / artifact.template.entry
    return _module(str(path), path.stat().st_mtime_ns)


@cache
def _module(path: str, changed_ns: int) -> Callable[..., Any]:
    linecache.checkcache(path)
    module = types.ModuleType(f"template_{Path(path).parent.name}")
    module.__file__ = path
    exec(compile(Path(path).read_text("utf-8"), path, "exec"), module.__dict__)
    draw: Callable[..., Any] = module.draw
    return draw
