"""The crew: all hands of a run, seen from the process that leads them.

A hand gets a shard once it has greeted, so that none waits for a core that is not free. What a lost hand was at goes to
another; the shard has the same bytes there.
"""

import contextlib
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from cosyn_multi.config import Recipe, Runtime
from cosyn_multi.errors import RunError
from cosyn_multi.shards.atomic import write_bytes, write_text
from cosyn_multi.shards.close import CONFIGS
from cosyn_multi.shards.folder import RunFolder, ShardRecord
from cosyn_multi.storage import is_remote

from .base import Event, Report, ShardJob
from .ray_board import Board
from .ray_hand import Delivery, Hand

TRIES: Final = 3
"""A shard whose hand was lost so often ends the run; so do as many hands in a row that never greeted."""
POLL_S: Final = 1.0
"""Sets that were made show after so many seconds at most."""
NOBODY_S: Final = 90.0
"""With nobody at work for so long, the run ends: the cluster has no core for it."""
CLOSING_S: Final = 15.0


class Crew:
    def __init__(
        self, jobs: list[ShardJob], recipe: Recipe, runtime: Runtime, environment: dict[str, str], report: Report
    ) -> None:
        self._runtime, self._report = runtime, report
        self._folder = RunFolder(runtime.out, runtime.work)
        self._todo = deque(jobs)
        self._tries: dict[int, int] = {}
        self._unseen = 0
        self._asked: dict[Any, tuple[Any, ShardJob | None]] = {}
        """What is awaited, of which hand: a shard, or its greeting."""
        self._idle: list[Any] = []
        self._busy_at = time.monotonic()
        actor = ray.remote(Hand).options(num_cpus=1, max_restarts=0, scheduling_strategy="SPREAD")
        here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=True)
        self._board = ray.remote(Board).options(num_cpus=0, max_restarts=-1, scheduling_strategy=here).remote()
        self._told: set[int] = set()
        """Indices of the sets that were reported: one that is made anew doesn't count twice."""
        self._make: Callable[[], Any] = lambda: actor.remote(recipe, runtime, environment, self._board)

    def work(self) -> None:
        """Make all the shards. Raises: RunError if a node can't work, or nobody can."""
        while self._todo or any(job for _, job in self._asked.values()):
            self._hire()
            self._hand_out()
            if self._asked:
                for ref in ray.wait([*self._asked], timeout=POLL_S)[0]:
                    self._hear(ref)
            else:
                time.sleep(POLL_S)
            self._read_board()
            if any(job for _, job in self._asked.values()):
                self._busy_at = time.monotonic()
            elif time.monotonic() - self._busy_at > NOBODY_S:
                raise RunError("no core of the cluster was free for this run; the same command goes on later")

    def close(self) -> None:
        hands = [*self._idle, *(hand for hand, _ in self._asked.values())]
        with contextlib.suppress(ray.exceptions.RayError):
            ray.wait([h.close.remote() for h in hands], num_returns=len(hands), timeout=CLOSING_S) if hands else None

    def _hire(self) -> None:
        most = self._runtime.workers or int(ray.cluster_resources().get("CPU", 0))
        wanted = min(most, len(self._todo) + sum(job is not None for _, job in self._asked.values()))
        for _ in range(wanted - len(self._asked) - len(self._idle)):
            hand = self._make()
            self._asked[hand.greet.remote()] = (hand, None)

    def _hand_out(self) -> None:
        while self._todo and self._idle:
            hand, job = self._idle.pop(), self._todo.popleft()
            self._asked[hand.make.remote(job)] = (hand, job)

    def _hear(self, ref: Any) -> None:
        hand, job = self._asked.pop(ref)
        try:
            delivery: Delivery = ray.get(ref)
        except ray.exceptions.RayError as error:
            self._lost(hand, job, error)
            return
        if delivery.refused:
            raise RunError(f"node {delivery.node}: {delivery.refused}")
        self._unseen = 0
        self._idle.append(hand)
        if delivery.record is not None:
            if not is_remote(self._runtime.out):
                deliver(self._folder, delivery.record, delivery.files)
            for event in delivery.events:
                self._tell(event)

    def _read_board(self) -> None:
        with contextlib.suppress(ray.exceptions.RayError):
            for event in ray.get(self._board.read.remote(), timeout=POLL_S):
                self._tell(event)

    def _tell(self, event: Event) -> None:
        if event.made is not None:
            if event.made.index in self._told:
                return
            self._told.add(event.made.index)
        self._report(event)

    def _lost(self, hand: Any, job: ShardJob | None, error: Exception) -> None:
        with contextlib.suppress(ray.exceptions.RayError):
            ray.kill(hand)
        said = next((line.strip() for line in reversed(str(error).splitlines()) if line.strip()), type(error).__name__)
        if job is None:
            self._unseen += 1
            if self._unseen >= TRIES:
                raise RunError(f"no worker can start on the cluster: {said}")
            return
        self._tries[job.shard] = self._tries.get(job.shard, 0) + 1
        self._report(Event(warning=f"shard {job.shard}: its worker was lost ({said}); it is made anew"))
        if self._tries[job.shard] >= TRIES:
            raise RunError(f"shard {job.shard}: its workers were lost {TRIES} times; the same command tries once more")
        self._todo.appendleft(job)


def deliver(folder: RunFolder, record: ShardRecord, files: dict[str, bytes]) -> None:
    """Put a shard that was made elsewhere into its run: the files, then what makes them count."""
    for config in CONFIGS:
        path = folder.data_file(config, record.shard)
        if path.relative_to(folder.path).as_posix() not in files:
            path.unlink(missing_ok=True)
    for name, content in files.items():
        write_bytes(folder.path / name, content)
    write_text(folder.record_file(record.shard), record.model_dump_json(indent=1) + "\n")
