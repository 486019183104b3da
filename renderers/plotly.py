"""The plotly renderer: plotly.js, as the plotly package ships it, in a warm page of our own browser.

The page draws a figure without animation or interaction, tells what stands where, and is photographed twice: as it is,
and with its text alone. Measured side by side with kaleido's persistent server, which draws and tells nothing (medians of
20 figures of five templates, two busy cores): 176 ms against 475 ms. So the page is what `render` uses, and
`kaleido_png` is there for `bench` to repeat the comparison.
"""

import base64
import gzip
import io
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Error as PageError

from cosyn_multi.model import Artifact, Cage, Reject, Rendering
from cosyn_multi.renderers.base import code_failed, reject
from cosyn_multi.renderers.bound import BoundView
from cosyn_multi.renderers.browser import Browser, BrowserGone, PageTimeout, Pixels, WarmPage
from cosyn_multi.renderers.caged import make_figure
from cosyn_multi.renderers.plotly_bind import Marks
from cosyn_multi.renderers.plotly_code import figure_made
from cosyn_multi.renderers.plotly_figure import hardened
from cosyn_multi.renderers.plotly_read import Reader, Wrong
from cosyn_multi.renderers.plotly_report import Report
from cosyn_multi.renderers.plotly_sight import Sight

PAGE: Final = """<!doctype html><meta charset="utf-8"><style>
html, body { margin: 0; overflow: hidden; background: #fff }
.textonly svg { background: none !important }
.textonly svg * { visibility: hidden }
.textonly svg clipPath, .textonly svg clipPath * { visibility: visible }
.textonly svg text, .textonly svg text * { visibility: visible; fill: #000 !important; fill-opacity: 1 !important;
  opacity: 1 !important; stroke: none !important; text-shadow: none !important }
</style><div id="figure"></div>"""
LATER: Final = """globalThis.cosynReady = new Promise((ready, failed) => setTimeout(async () => {
  try {
    const packed = new Blob([Uint8Array.from(atob("%s"), letter => letter.charCodeAt(0))]);
    (0, eval)(await new Response(packed.stream().pipeThrough(new DecompressionStream("gzip"))).text());
    ready();
  } catch (error) { failed(error) }
}))"""
"""Packed, since every byte on its way to the page is copied and quoted several times: 0.4 s instead of 1.5."""
LIMIT_S: Final = 30.0
"""Generous: a busy machine must not decide which pictures there are."""


class PlotlyRenderer:
    """Draws plotly figures. Keep it warm: loading plotly.js costs more than ten figures."""

    name = "plotly"

    def __init__(self, browser: Browser | None = None, limit_s: float = LIMIT_S, cage: Cage | None = None) -> None:
        self._own = browser is None
        self._browser = browser or Browser()
        self._limit_s = limit_s
        self._cage = cage

    def render(self, artifact: Artifact) -> Rendering | Reject:
        """Draw one picture. Raises: SetupError if no browser starts, or the template needs a cage and there is none."""
        view = BoundView(artifact.view, artifact.style)
        if not artifact.template.builtin:
            return self._of_unreviewed(artifact, view)
        try:
            made = figure_made(artifact, view)
        except Exception as error:
            return code_failed(artifact, error)
        return self._drawn(artifact, view, made.marks, made.spec)

    def _of_unreviewed(self, artifact: Artifact, view: BoundView) -> Rendering | Reject:
        """The template's code runs in the cage; the figure it gives is hardened and drawn out here."""
        made = make_figure(self._cage, artifact, view)
        if isinstance(made, Reject):
            return made
        plain, marks = made
        try:
            return self._drawn(artifact, view, marks, hardened(plain, view, artifact.style))
        except (
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
            IndexError,
        ) as error:  # plotly's form, not plotly's make
            return reject(artifact, "bad_result", f"the figure can't be read: {type(error).__name__}: {error}"[:400])

    def _drawn(
        self, artifact: Artifact, view: BoundView, marks: Sequence[Marks], spec: dict[str, Any]
    ) -> Rendering | Reject:
        try:
            raw, image, mask = self.picture(spec)
        except PageTimeout as error:
            return reject(artifact, "timeout", str(error))
        except BrowserGone as error:
            return reject(artifact, "browser_gone", str(error))
        except PageError as error:
            return reject(artifact, "plot_error", error.message.splitlines()[0][:300])
        report = Report(raw)
        reader = Reader(artifact.view, view, report, Sight(report, image, mask), list(marks))
        try:
            found = reader.read()
        except Wrong as wrong:
            return reject(artifact, wrong.reason, wrong.detail)
        return Rendering(
            png=_png(image), width=report.width, height=report.height, words=reader.words(),
            cells=tuple(found.cells.values()), keys=tuple(found.keys.values()), lost=found.lost(view.binder.bound),
        )  # fmt: skip

    def picture(self, spec: dict[str, Any]) -> tuple[dict[str, Any], Pixels, Pixels]:
        """Plot a spec: the page's report, the picture, and a mask of its text.

        Raises: PageTimeout, BrowserGone, PageError (plotly refused the figure), SetupError.
        """

        sent = json.dumps(spec)

        def job(page: WarmPage) -> tuple[dict[str, Any], Pixels, Pixels]:
            page.resize(int(spec["layout"]["width"]), int(spec["layout"]["height"]))
            # As text both ways: Playwright takes nested values apart one by one, which costs more than the plot.
            raw = json.loads(page.evaluate("async spec => { await cosynReady; return cosynDraw(spec) }", sent))
            image = page.pixels()
            page.evaluate("() => cosynTextOnly()")
            return raw, image, page.pixels()

        return self._browser.run(job, name="plotly", javascript=True, setup=_load, limit_s=self._limit_s)

    def warm(self) -> None:
        self._browser.run(lambda page: None, name="plotly", javascript=True, setup=_load, limit_s=self._limit_s)

    def close(self) -> None:
        if self._own:
            self._browser.close()


def _load(page: WarmPage) -> None:
    """Hand the page its library. It runs after this returns (two seconds, in a process of its own); `cosynReady` tells
    when it is there."""
    page.page.set_content(PAGE)
    page.cdp.send("Runtime.evaluate", {"expression": LATER % _library()})


@cache
def _library() -> str:
    """plotly.js and our own script for the page: gzip, base64."""
    theirs = files("plotly").joinpath("package_data/plotly.min.js").read_bytes()
    ours = files("cosyn_multi.renderers").joinpath("plotly_page.js").read_bytes()
    return base64.b64encode(gzip.compress(theirs + b"\n;\n" + ours, compresslevel=1, mtime=0)).decode()


def _png(image: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(image).save(out, "PNG", compress_level=4)
    return out.getvalue()


def figure_of(artifact: Artifact) -> dict[str, Any]:
    """The figure that a built-in template draws, as plotly's JSON: what `render` plots."""
    return figure_made(artifact, BoundView(artifact.view, artifact.style)).spec


def kaleido_png(figure: Any, width: int, height: int) -> bytes:
    """The other way to a picture: kaleido's persistent server. It tells no boxes, so it serves for comparison only.

    The server (a browser of its own) is started by the first call; `kaleido.stop_sync_server()` ends it.
    """
    import kaleido

    kaleido.start_sync_server(silence_warnings=True)
    plain = json.loads(figure.to_json()) if hasattr(figure, "to_json") else figure
    png: bytes = kaleido.calc_fig_sync(plain, opts={"format": "png", "width": width, "height": height})
    return png
