"""Proofs, as printers call them: trial drawings of a template, each from another seed and locale."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cosyn_multi.authors.offline import dress
from cosyn_multi.checks.legible import fault
from cosyn_multi.model import Artifact, Plan, Reading, Reject, Rendering, Template, View
from cosyn_multi.renderers.studio import Studio
from cosyn_multi.seeds import stream

from .judge import faults
from .worlds import Worlds


@dataclass(frozen=True)
class Proof:
    """One trial drawing: a picture with what is wrong with it, or the reason why there is none.

    Attributes: skipped: why nothing was drawn, through no fault of the template ('no_font': its faces lack a character).
        seconds: for drawing and reading, without the judging.
    """

    seed: int
    locale: str
    view: View | None = None
    rendering: Rendering | None = field(default=None, repr=False)
    faults: tuple[Reject, ...] = ()
    skipped: str = ""
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        return not self.faults

    @property
    def readings(self) -> Iterator[tuple[Reading, str]]:
        """Every reading with what is wrong with it; empty if nothing is."""
        for reading in (*self.rendering.cells, *self.rendering.keys) if self.rendering else ():
            found = fault(reading)
            yield reading, found[1] if found else ""

    @property
    def unread(self) -> tuple[str, ...]:
        """Cells and keys that are declared but can't be read, with the reason."""
        lost = self.rendering.lost if self.rendering else ()
        return (*lost, *(why for _, why in self.readings if why))


def proofs(template: Template, worlds: Worlds, studio: Studio, which: Iterable[tuple[int, str]]) -> Iterator[Proof]:
    """Draw a template once for every (seed, locale). Raises: SetupError if the machine lacks what it needs."""
    for seed, locale in which:
        found = worlds.draw(seed, locale)
        if found is None:
            yield Proof(seed, locale, skipped="no view")
            continue
        yield proof(template, *found, seed, locale, studio)


def proof(template: Template, plan: Plan, view: View, seed: int, locale: str, studio: Studio) -> Proof:
    """Draw one view, in a style as a run would draw it."""
    style = dress.style_for(view, template, stream(seed, 0, "style", locale), stream(seed, 0, "house", locale))
    if isinstance(style, Reject):
        return Proof(seed, locale, view, skipped=style.reason)
    artifact = Artifact(view=view, template=template, style=style, seed=seed)
    start = time.perf_counter()
    rendering = studio.render(artifact)
    seconds = time.perf_counter() - start
    if isinstance(rendering, Reject):
        return Proof(seed, locale, view, faults=(rendering,), seconds=seconds)
    return Proof(seed, locale, view, rendering, faults(view, rendering), seconds=seconds)
