"""Progress of a run: a live line on a terminal, a plain line now and then elsewhere; a summary at the end."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cosyn_multi.config import Recipe, Runtime
from cosyn_multi.engines.base import Event
from cosyn_multi.storage import spelled

QUIET_EVERY_S = 15.0
"""Seconds between two lines where the output is no terminal."""


class Counts:
    """What has been made so far, and how fast."""

    def __init__(self) -> None:
        self.start = time.monotonic()
        self.total: Counter[str] = Counter()
        self.fresh = 0

    def add(self, event: Event) -> None:
        made = event.made
        if made is not None and not made.waiting:
            self.fresh += made.images * (event.kept == 0)
            self.total.update(
                tried=1, sets=made.sets, images=made.images, questions=made.questions, rejects=made.rejects
            )
        self.total.update(kept=event.kept, shards=int(event.closed is not None))

    @property
    def rate(self) -> float:
        """Images per second, without those found finished."""
        seconds = time.monotonic() - self.start
        return self.fresh / seconds if seconds > 0 else 0.0

    def line(self) -> str:
        t = self.total
        return f"{t['images']} images, {t['questions']} questions, {t['rejects']} rejects, {self.rate:.1f} images/s"


@contextmanager
def watching(recipe: Recipe, runtime: Runtime) -> Iterator[Callable[[Event], None]]:
    """Yields the function that is told of every event; prints the summary when the run ends, however it ends."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    if recipe.author == "offline":
        console.print(f"The offline author writes (no model is asked). Run: {spelled(runtime.out)}")
    counts = Counts()
    show = _live(console, counts, runtime.sets) if console.is_terminal else _plain(console, counts, runtime.sets)
    try:
        with show as report:
            yield report
    except KeyboardInterrupt:
        console.print(f"Stopped. {counts.total['tried']} sets are kept; the same command goes on from there.")
        raise
    _summary(console, counts, runtime)


def _summary(console: Console, counts: Counts, runtime: Runtime) -> None:
    from cosyn_multi.shards.read import open_run

    totals: Counter[str] = Counter()
    for record in open_run(runtime.out).records:
        totals.update(record.yields)
    seconds, run = time.monotonic() - counts.start, spelled(runtime.out)
    console.print(
        f"{totals['sets']} sets, {totals['images']} images, {totals['questions']} questions in {run} "
        f"({totals['dropped_sets']} sets dropped; {seconds:.0f} s, {counts.rate:.1f} images/s)."
    )
    console.print(f"Next: cosyn-multi stats {run}; cosyn-multi verify {run}")


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Yields the function that is told how many are done, of how many; a bar on a terminal, silent elsewhere."""
    console = Console(highlight=False)
    with Progress(TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console,
                  disable=not console.is_terminal, transient=True) as progress:  # fmt: skip
        task = progress.add_task(what)
        yield lambda done, of: progress.update(task, completed=done, total=of)


@contextmanager
def _live(console: Console, counts: Counts, sets: int) -> Iterator[Callable[[Event], None]]:
    columns = (
        TextColumn("sets"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[line]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("sets", total=sets, line="starting")

        def report(event: Event) -> None:
            counts.add(event)
            if event.said:
                progress.console.print(event.said)
            if event.warning:
                progress.console.print(event.warning, style="bold red" if event.alarm else "yellow")
            progress.update(task, completed=counts.total["tried"], line=counts.line())

        yield report


@contextmanager
def _plain(console: Console, counts: Counts, sets: int) -> Iterator[Callable[[Event], None]]:
    said = time.monotonic()

    def report(event: Event) -> None:
        nonlocal said
        counts.add(event)
        if event.said:
            console.print(event.said)
        if event.warning:
            console.print(event.warning, style="bold red" if event.alarm else None)
        if time.monotonic() - said >= QUIET_EVERY_S or event.closed is not None:
            said = time.monotonic()
            console.print(f"{counts.total['tried']} of {sets} sets: {counts.line()}")
            sys.stdout.flush()

    yield report
