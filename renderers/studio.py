"""The studio: one warm renderer of each kind, made when first needed, all sharing one browser."""

from collections.abc import Callable, Collection
from importlib.metadata import entry_points

from cosyn_multi.errors import SetupError, unknown
from cosyn_multi.model import Artifact, Cage, Reject, Rendering

from .base import Renderer
from .browser import Browser


class Studio:
    """Draws any artifact with the renderer its template names. One per worker process.

    cage: where code that nobody reviewed runs; without one, only built-in templates can be drawn. Closed with the studio.
    """

    def __init__(self, cage: Cage | None = None) -> None:
        self._cage = cage
        self._made: dict[str, Renderer] = {}
        self._browser: Browser | None = None

    @property
    def browser(self) -> Browser:
        if self._browser is None:
            self._browser = Browser()
        return self._browser

    def warm(self, names: Collection[str]) -> None:
        """Start what these renderers draw with, so that the first pictures don't wait for it. Raises: SetupError."""
        for name in sorted(names):
            self._renderer(name).warm()

    def render(self, artifact: Artifact) -> Rendering | Reject:
        """Draw one picture. Raises: SetupError if the machine lacks what the renderer needs."""
        return self._renderer(artifact.template.renderer).render(artifact)

    def _renderer(self, name: str) -> Renderer:
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> Renderer:
        makers: dict[str, Callable[[], Renderer]] = {
            "html": self._html,
            "plotly": self._plotly,
            "matplotlib": self._matplotlib,
            "pdf": self._pdf,
        }
        if name in makers:
            return makers[name]()
        plugged = {e.name: e for e in entry_points(group="cosyn_multi.renderers")}
        if name not in plugged:
            raise SetupError(unknown("renderer", name, {*makers, *plugged}))
        made: Renderer = plugged[name].load()(self.browser, self._cage)
        return made

    def _html(self) -> Renderer:
        from .html import HtmlRenderer

        return HtmlRenderer(self.browser, cage=self._cage)

    def _plotly(self) -> Renderer:
        from .plotly import PlotlyRenderer

        return PlotlyRenderer(self.browser, cage=self._cage)

    def _matplotlib(self) -> Renderer:
        from .matplotlib import MatplotlibRenderer

        return MatplotlibRenderer(self._cage)

    def _pdf(self) -> Renderer:
        from .pdf import PdfRenderer

        return PdfRenderer(self._cage)

    def close(self) -> None:
        for renderer in self._made.values():
            renderer.close()
        self._made.clear()
        if self._browser is not None:
            self._browser.close()
            self._browser = None
        if self._cage is not None:
            self._cage.close()
