"""The local engine: sets over warm worker processes, a shard closed when its last set is in.

A worker that dies or takes too long is replaced with its whole process group (browsers included); its set is tried
once more, then given up with the reason.
"""

import os
import time
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import wait

from cosyn_multi.config import Recipe, Runtime
from cosyn_multi.errors import PlannedStop, RunError
from cosyn_multi.model import Made, SetOutcome
from cosyn_multi.shards.folder import RunFolder
from cosyn_multi.shards.pending import load_outcome, store_outcome

from .base import Event, Report, ShardJob
from .worker import Task, WorkerProcess

TRIES = 2
WORKER_SETS = 500
"""A worker is replaced after so many sets, so that whatever a library leaks stays small."""
POLL_S = 1.0
STOP_S = 5.0
START_S = 120.0
"""A worker has so long to import what it needs."""


class LocalEngine:
    """Args: warm: workers stay for the next run of the same recipe and runtime, until `close`."""

    def __init__(self, warm: bool = False) -> None:
        self._warm = warm
        self._staff: list[WorkerProcess] = []

    def run(self, jobs: list[ShardJob], recipe: Recipe, runtime: Runtime, report: Report) -> None:
        """Make all the shards. Raises: RunError for what a worker raises, PlannedStop for a limit; KeyboardInterrupt passes."""
        count = runtime.workers or os.cpu_count() or 1
        floor = _Floor(jobs, recipe, runtime, report, self._staff)
        ended = False
        try:
            floor.work(max(1, min(count, sum(j.count for j in jobs))))
            ended = True
        finally:
            self._staff = floor.staff
            if not (ended and self._warm):
                self.close()

    def close(self) -> None:
        """Send the workers home; those in the middle of something are killed."""
        for worker in self._staff:
            worker.stop()
        deadline = time.monotonic() + STOP_S
        for worker in self._staff:
            worker.join(max(0.0, deadline - time.monotonic()))
        self._staff = []


class _Floor:
    """The state of one run of the engine: what is still to do, who does what."""

    def __init__(
        self, jobs: list[ShardJob], recipe: Recipe, runtime: Runtime, report: Report, staff: list[WorkerProcess]
    ) -> None:
        self.recipe, self.runtime, self.report = recipe, runtime, report
        self.folder = RunFolder(runtime.out, runtime.work)
        self.jobs = {j.shard: j for j in jobs}
        self.left = {j.shard: set(j.indices) for j in jobs}
        self.shard_of = {i: j.shard for j in jobs for i in j.indices}
        self.urgent: deque[Task] = deque()
        self.tasks = self._all_tasks(jobs)
        self.tries: dict[tuple[str, int], int] = {}
        self.open = len(jobs)
        self.held: set[int] = set()
        """Shards with a set that waits for answers: they stay open."""
        self.ending: RunError | None = None
        """Why the run ends: nothing new is handed out, and what workers are at is waited for, since it may be paid."""
        self.staff = staff

    def _all_tasks(self, jobs: list[ShardJob]) -> Iterator[Task]:
        """Sets in order; those found finished in work/ are taken as they are."""
        for job in jobs:
            for index in job.indices:
                outcome = load_outcome(self.folder, index)
                if outcome is not None and not outcome.unmade:
                    self._take(outcome, kept=1)
                else:
                    yield Task(do="set", number=index)

    def work(self, workers: int) -> None:
        while self.open:
            self.staff = [w for w in self.staff if not w.gone]
            if not self.ending:
                self._hand_out(workers)
            elif not any(w.task for w in self.staff):
                raise self.ending
            for worker in self._ready():
                self._hear(worker)
            for worker in self.staff:
                if self._overdue(worker):
                    self._lost(worker, "timed_out", "took longer than the run allows")

    def _overdue(self, worker: WorkerProcess) -> bool:
        """Whether it hangs over a set, or never came up. Closing a large shard may take its time."""
        limit = self.runtime.set_timeout_s if worker.ready else max(self.runtime.set_timeout_s, START_S)
        return worker.task is not None and worker.task.do == "set" and worker.busy_s > limit

    def _hand_out(self, workers: int) -> None:
        for worker in self.staff:
            if worker.task is None and worker.done >= WORKER_SETS:
                worker.stop()
                worker.join(STOP_S)
        self.staff = [w for w in self.staff if not w.gone]
        idle = [w for w in self.staff if w.task is None]
        while idle or len(self.staff) < workers:
            task = self.urgent.popleft() if self.urgent else next(self.tasks, None)
            if task is None and self.urgent:
                continue
            if task is None:
                return
            worker = idle.pop() if idle else self._hire()
            worker.give(task)

    def _hire(self) -> WorkerProcess:
        worker = WorkerProcess(self.recipe, self.runtime)
        self.staff.append(worker)
        return worker

    def _ready(self) -> list[WorkerProcess]:
        handles = {w.connection: w for w in self.staff} | {w.sentinel: w for w in self.staff}
        found = wait(list(handles), timeout=POLL_S) if handles else []
        return list(dict.fromkeys(handles[h] for h in found))  # type: ignore[index]

    def _hear(self, worker: WorkerProcess) -> None:
        reply = worker.hear()
        if reply is None:
            if not worker.alive:
                self._lost(worker, "worker_died", f"its worker process ended with code {worker.exit_code}")
            return
        if reply.ready:
            worker.greet()
            return
        task = worker.finish()
        if reply.user_error:
            self._end(PlannedStop(reply.user_error) if reply.planned else RunError(reply.user_error))
            return
        if task is None:
            return
        if task.do == "shard":
            self.open -= 1
            self.report(Event(closed=task.number))
        elif reply.made is not None:
            self.report(
                Event(made=reply.made, warning=f"set {task.number}: {reply.made.bug}" if reply.made.bug else "")
            )
            self._in(task.number, waits=reply.made.waiting)

    def _end(self, why: RunError) -> None:
        """The first reason is told, but a fault goes before a planned stop."""
        if self.ending is None or (isinstance(self.ending, PlannedStop) and not isinstance(why, PlannedStop)):
            self.ending = why

    def _lost(self, worker: WorkerProcess, reason: str, detail: str) -> None:
        task, ready = worker.task, worker.ready
        worker.kill()
        if not ready:
            raise RunError(
                f"a worker process could not start ({detail}); in a script, call generate() below "
                "`if __name__ == '__main__':`; else `cosyn-multi doctor` tells what is missing"
            )
        if task is None:
            return
        if task.do == "set" and (outcome := load_outcome(self.folder, task.number)):  # it was done before it died
            self._take(outcome)
            return
        key = (task.do, task.number)
        self.tries[key] = self.tries.get(key, 0) + 1
        self.report(Event(warning=f"{task.do} {task.number}: {detail}"))
        if self.tries[key] < TRIES:
            self.urgent.appendleft(task)
        elif task.do == "shard":
            raise RunError(f"shard {task.number} could not be closed: {detail}; run again to try once more")
        else:
            outcome = SetOutcome.failed(task.number, reason, detail, unmade=True)
            store_outcome(self.folder, outcome)
            self._take(outcome)

    def _take(self, outcome: SetOutcome, kept: int = 0) -> None:
        """Count an outcome that is in work/ already."""
        self.report(Event(made=Made.of(outcome), kept=kept))
        self._in(outcome.index)

    def _in(self, index: int, waits: bool = False) -> None:
        """A set is in work/, or waits; when it was its shard's last, the shard is closed next, if none of it waits."""
        shard = self.shard_of[index]
        self.left[shard].discard(index)
        if waits:
            self.held.add(shard)
        if not self.left[shard] and shard in self.held:
            self.open -= 1
        elif not self.left[shard]:
            job = self.jobs[shard]
            self.urgent.append(Task(do="shard", number=shard, first=job.first, count=job.count))
