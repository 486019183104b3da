"""What a renderer is: one method from an artifact to a rendering, or to a reason why not."""

import traceback
from typing import Protocol

from cosyn_multi.model import Artifact, Reject, Rendering


class Renderer(Protocol):
    """Draws artifacts. Made once per worker process and kept warm; not thread-safe."""

    name: str

    def render(self, artifact: Artifact) -> Rendering | Reject:
        """Draw one picture. Whatever the template's code does wrong is a Reject(stage="render"), never an exception."""
        ...

    def warm(self) -> None:
        """Start what takes long and need not be waited for (a browser, a library in a page)."""
        ...

    def close(self) -> None: ...


def reject(artifact: Artifact, reason: str, detail: str) -> Reject:
    """A render reject with its whereabouts filled in."""
    return Reject(
        stage="render", reason=reason, detail=detail, image=artifact.view.image, template=artifact.template.name
    )


def code_failed(artifact: Artifact, error: BaseException) -> Reject:
    """The reject of a template whose code raised: 'my_chart/chart.py:12: KeyError: ...', its own last line named.

    The entry must have been compiled under its path.
    """
    template = artifact.template
    entry = str(template.folder / template.entry)
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == entry]
    if isinstance(error, SyntaxError) and error.filename == entry:
        lines = [error.lineno]
    at = f"{template.name}/{template.entry}" + (f":{lines[-1]}" if lines else "")
    said = (str(error).strip() or "no message").splitlines()[0][:200]
    return reject(artifact, "template_error", f"{at}: {type(error).__name__}: {said}")
