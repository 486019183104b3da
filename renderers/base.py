"""What a renderer is: one method from an artifact to a rendering, or to a reason why not."""

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
