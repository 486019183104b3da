"""What the cage costs: the same picture by a template of ours uncaged, and by its copy, a user's, caged; in turns."""

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from cosyn_multi.assets import BUILTIN, builtin_templates, load_template
from cosyn_multi.model import Artifact, Job, Reject, Template
from cosyn_multi.renderers.base import Renderer
from cosyn_multi.renderers.browser import Browser
from cosyn_multi.renderers.browser_cage import CAGES
from cosyn_multi.renderers.html import HtmlRenderer
from cosyn_multi.renderers.matplotlib import MatplotlibRenderer
from cosyn_multi.sandbox import WarmCage

from .sample import sample

ROUNDS = 25
REST_S = 0.1
"""Between two pictures, as in a run, where reading and questions come between them: the next job's process gets ready."""
CHARTS = ("bars_grouped", "lines_time")
PAGES = ("invoice_plain", "table_report")
JOBS = 1000
Row = tuple[str, str, str]


def cage() -> Iterator[Row]:
    """Each chart and page both ways, and what a job costs that does nothing. Raises: SetupError without a cage."""
    folder = Path(tempfile.mkdtemp(prefix="cosyn-multi-bench-"))
    held, free, caged = WarmCage(), Browser(without=CAGES), Browser()
    try:
        yield from _both(CHARTS, folder, MatplotlibRenderer(), MatplotlibRenderer(held))
        yield from _both(PAGES, folder, HtmlRenderer(free), HtmlRenderer(caged, cage=held))
        yield _start(held)
    finally:
        shutil.rmtree(folder)
        for open_ in (held, free, caged):
            open_.close()


def _both(names: tuple[str, ...], folder: Path, uncaged: Renderer, caged: Renderer) -> Iterator[Row]:
    for name in names:
        ours = builtin_templates()[name]
        shutil.copytree(BUILTIN / name, folder / name)
        theirs = load_template(folder / name)
        sizes = iter(range(10_000))
        ways = ((uncaged, ours), (caged, theirs))
        taken: list[list[float]] = [[], []]
        for number in range(ROUNDS + 2):
            for way in (0, 1) if number % 2 else (1, 0):  # what one leaves behind must not always fall to the other
                time.sleep(REST_S)
                taken[way].append(_drawn(*ways[way], sizes))
        before, after = (statistics.median(t[2:]) for t in taken)
        rows = [sum(_drawn(*way, sizes) for _ in range(ROUNDS)) for way in ways]
        beside = f"{before * 1000:.0f} ms uncaged, {after / before:.2f} x; without a rest {rows[1] / rows[0]:.2f} x"
        yield f"cage: {name}", f"{after * 1000:.0f} ms caged", beside


def _drawn(renderer: Renderer, template: Template, sizes: Iterator[int]) -> float:
    """Seconds of one drawing, its text a little larger than that of the last: nobody draws what it measured before."""
    return _seconds(renderer, _sample(template, 0.01 * next(sizes)))


def _sample(template: Template, larger: float) -> Artifact:
    usual = sample(template)
    return usual.model_copy(update={"style": usual.style.model_copy(update={"font_px": usual.style.font_px + larger})})


def _seconds(renderer: Renderer, artifact: Artifact) -> float:
    start = time.perf_counter()
    drawn = renderer.render(artifact)
    if isinstance(drawn, Reject):
        raise RuntimeError(f"{artifact.template.name}: {drawn.reason}: {drawn.detail}")
    return time.perf_counter() - start


def _start(cage: WarmCage) -> Row:
    nothing = Job(runner="cosyn_multi.sandbox.plain:call", files={"main.py": b"def main(data): return data"}, data=b"1")
    first = _timed(lambda: cage.run(nothing))
    each = statistics.median(_timed(lambda: cage.run(nothing)) for _ in range(JOBS))
    return "cage: a job that does nothing", f"{each * 1000:.1f} ms", f"first {first:.1f} s; {', '.join(cage.layers)}"


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
