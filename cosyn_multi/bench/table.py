"""The rows of the table: renderers one by one, then the whole flow."""

import shutil
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cosyn_multi.assets import builtin_templates
from cosyn_multi.engines.base import Event
from cosyn_multi.model import Artifact, Reject, Template
from cosyn_multi.pipeline import generate
from cosyn_multi.renderers.studio import Studio

from . import naive
from .cage import cage
from .memory import Peak
from .points import points
from .sample import sample

ROUNDS = 12
"""Timed drawings of each template, after two to warm up; medians are taken."""
MEMORY_SETS = (40, 160)
Row = tuple[str, str, str]


def bench() -> None:
    """Measure everything and print one table."""
    console = Console(highlight=False)
    table = Table("what", "figure", "beside it", title="measured side by side on this machine", title_justify="left")
    for row in (*renderers(), *cage(), *flow(), *points()):
        console.print(f"[dim]{row[0]}: {row[1]}[/]")
        table.add_row(*row)
    console.print(table)


def timed(studio: Studio, artifact: Artifact) -> float | None:
    """Median seconds of one drawing; None if it is refused."""
    seconds = []
    for _ in range(ROUNDS + 2):
        start = time.perf_counter()
        if isinstance(studio.render(artifact), Reject):
            return None
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[2:])


def renderers() -> Iterator[Row]:
    """Images per second of each renderer over all its templates, and the naive way beside it."""
    studio = Studio()
    by_renderer: dict[str, list[Template]] = {}
    for template in builtin_templates().values():
        by_renderer.setdefault(template.renderer, []).append(template)
    medians: dict[str, float] = {}
    for name, templates in sorted(by_renderer.items()):
        found = [s for t in templates if (s := timed(studio, sample(t))) is not None]
        medians[name] = statistics.median(found)
    studio.close()
    for name, seconds in medians.items():
        yield (
            f"{name}: one image, warm",
            f"{seconds * 1000:.0f} ms ({1 / seconds:.1f} images/s)",
            f"{len(by_renderer[name])} templates",
        )
    yield from _naive_html(by_renderer["html"], medians["html"])
    chart = by_renderer["matplotlib"][0]
    view = (chart.folder / "sample.json").read_text(encoding="utf-8")
    fresh = statistics.median(naive.chart_per_interpreter(view, chart.folder) for _ in range(3))
    yield (
        "matplotlib: a fresh interpreter per chart",
        f"{fresh * 1000:.0f} ms",
        f"{fresh / medians['matplotlib']:.1f} x ours",
    )
    yield from _kaleido(by_renderer["plotly"][0], medians["plotly"])


def _naive_html(templates: list[Template], ours: float) -> Iterator[Row]:
    from cosyn_multi.renderers.bound import BoundView
    from cosyn_multi.renderers.html_env import fill
    from cosyn_multi.renderers.html_marks import mark

    artifact = sample(next(t for t in templates if t.artifact == "doc"))
    html = mark(fill(artifact, BoundView(artifact.view, artifact.style))).html
    size = (artifact.style.width_px, artifact.style.height_px)
    context = naive.pages_per_context(html, *size, count=6)
    yield "html: a new context per page", f"{context * 1000:.0f} ms", f"{context / ours:.1f} x ours"
    browser = statistics.median(naive.page_per_browser(html, *size) for _ in range(3))
    yield "html: a new browser per page, 2 s wait", f"{browser * 1000:.0f} ms", f"{browser / ours:.1f} x ours"


def _kaleido(template: Template, ours: float) -> Iterator[Row]:
    from cosyn_multi.renderers.plotly import figure_of, kaleido_png

    artifact = sample(template)
    seconds = []
    for _ in range(4):
        start = time.perf_counter()
        kaleido_png(figure_of(artifact), artifact.style.width_px, artifact.style.height_px)
        seconds.append(time.perf_counter() - start)
    kaleido = statistics.median(seconds[1:])
    yield "plotly: kaleido's persistent server", f"{kaleido * 1000:.0f} ms", f"{kaleido / ours:.1f} x ours"


def flow() -> Iterator[Row]:
    """The whole flow with 1 and 2 workers, where the time goes, memory, and the first set."""
    rates: dict[int, float] = {}
    for workers in (1, 2):
        run = Flow(MEMORY_SETS[0], workers)
        rates[workers] = run.images / run.seconds
        beside = f"{run.sets / run.seconds:.2f} sets/s" + (
            f", {rates[2] / rates[1]:.2f} x one worker" if workers == 2 else ""
        )
        yield f"whole flow, {workers} worker(s), n={MEMORY_SETS[0]}", f"{rates[workers]:.1f} images/s", beside
        if workers == 1:
            yield "start to first finished set", f"{run.first_s:.1f} s", ""
            total = sum(run.stages.values())
            shares = ", ".join(f"{name} {seconds / total:.0%}" for name, seconds in run.stages.most_common())
            yield "share of each stage", shares, "the rest: encode and write"
        else:
            small = run.peak_mib
    large = Flow(MEMORY_SETS[1], 2).peak_mib
    yield (
        f"peak memory of the process tree, n={MEMORY_SETS[0]} / {MEMORY_SETS[1]}",
        f"{small:.0f} / {large:.0f} MiB",
        f"{large / small:.2f} x",
    )


class Flow:
    """One measured run in a temporary folder."""

    def __init__(self, sets: int, workers: int) -> None:
        self.stages: Counter[str] = Counter()
        self.images = self.sets = 0
        self.first_s = 0.0
        self._start = time.perf_counter()
        folder = Path(tempfile.mkdtemp(prefix="cosyn-multi-bench-"))
        try:
            with Peak() as peak:
                generate(folder / "run", sets, workers=workers, seed=11, report=self._report)
            self.peak_mib = peak.mib
        finally:
            shutil.rmtree(folder)
        self.seconds = time.perf_counter() - self._start

    def _report(self, event: Event) -> None:
        if event.made is None:
            return
        self.first_s = self.first_s or time.perf_counter() - self._start
        self.images += event.made.images
        self.sets += event.made.sets
        self.stages.update(event.made.seconds)
