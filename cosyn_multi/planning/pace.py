"""The pace of this machine: one worker, two, and the writer alone, from a short run; kept, so that it is made once."""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationError

from cosyn_multi.engines.base import Event
from cosyn_multi.environment import environment, environment_digest
from cosyn_multi.model import Frozen
from cosyn_multi.pipeline import generate
from cosyn_multi.shards.atomic import write_bytes, write_text
from cosyn_multi.shards.read import Run
from cosyn_multi.storage import scratch

SETS: Final = 16
SEED: Final = 11
BUSY: Final = 0.5
"""With more load per core before the measurement, it says so."""
HEAD_BYTES: Final = 32 << 20
Say = Callable[[str], None]


class Sizes(Frozen):
    """Means over the sets that a run tried, dropped ones included."""

    bytes: float = Field(description="Of the shard files.")
    sets: float = Field(description="Sets kept.")
    images: float
    questions: float


class Pace(Frozen):
    """What was measured."""

    one: float = Field(gt=0, description="Sets a second by one worker, without its start and without closing shards.")
    two: float = Field(gt=0, description="The same by two workers at once.")
    start_s: float = Field(ge=0, description="Seconds from the command to the first set.")
    close_s: float = Field(
        ge=0, description="Seconds per set that the writer takes alone: balancing, encoding, digests."
    )
    head_bytes_s: float = Field(gt=0, description="Bytes a second that one process writes and flushes to this disk.")
    sizes: Sizes
    tried: int = Field(description="Sets that were made by each.")
    cores: int = Field(description="Of the machine that was measured.")
    load: float = Field(description="Processes that were at its cores before, which is other people's work.")

    @property
    def how(self) -> str:
        said = f"{self.tried} sets by one worker, as many by two, the shard of the first closed alone, on {self.cores} cores"
        if self.load > BUSY * self.cores:
            said += (
                f"; other work was on them (load {self.load:.1f}), so figures are low: use --again once they are free"
            )
        return said


def measured(again: bool = False, say: Say = lambda line: None) -> Pace:
    """This machine's pace: the one that is kept, or, if there is none for this environment, a new one.

    Args: again: measure in any case. say: is told before something takes long.
    """
    kept = kept_at()
    if not again:
        try:
            return Pace.model_validate_json(kept.read_bytes())
        except (OSError, ValidationError):
            pass
    say(f"Measuring this machine: {2 * SETS} sets, a minute or two; the figures are kept in {kept}.")
    with tempfile.TemporaryDirectory(prefix="cosyn-multi-pace-") as folder:
        found = measure(Path(folder))
    write_text(kept, found.model_dump_json(indent=1) + "\n")
    return found


def sizes_of(run: Run) -> Sizes:
    """What a set of a finished run holds."""
    tried = sum(r.sets for r in run.records) or 1
    return Sizes(
        bytes=sum(f.bytes for f in run.files()) / tried,
        sets=sum(r.yields["sets"] for r in run.records) / tried,
        images=sum(r.yields["images"] for r in run.records) / tried,
        questions=sum(r.yields["questions"] for r in run.records) / tried,
    )


def kept_at() -> Path:
    """Where the figures of this machine and environment are kept."""
    return scratch("pace", environment_digest(environment()), str(os.cpu_count())) / "pace.json"


def measure(folder: Path, sets: int = SETS) -> Pace:
    """Measure now, in an empty folder."""
    load = os.getloadavg()[0]
    one, two = _Watch(), _Watch()
    run = generate(folder / "one", sets, workers=1, seed=SEED, shard_size=sets, report=one)
    generate(folder / "two", sets, workers=2, seed=SEED, shard_size=sets, report=two)
    start = time.perf_counter()
    write_bytes(folder / "head", os.urandom(HEAD_BYTES))
    return Pace(
        one=one.rate, two=two.rate, start_s=one.made[0] - one.began, close_s=(one.closed - one.made[-1]) / sets,
        head_bytes_s=HEAD_BYTES / (time.perf_counter() - start), sizes=sizes_of(run), cores=os.cpu_count() or 1,
        tried=sets, load=load,
    )  # fmt: skip


class _Watch:
    """When sets were made, and the shard closed."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.made: list[float] = []
        self.closed = 0.0

    def __call__(self, event: Event) -> None:
        now = time.perf_counter()
        if event.made is not None:
            self.made.append(now)
        if event.closed is not None:
            self.closed = now

    @property
    def rate(self) -> float:
        """Sets a second between the first and the last one."""
        return (len(self.made) - 1) / (self.made[-1] - self.made[0])
