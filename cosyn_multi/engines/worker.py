"""A worker process and the parent's handle on it.

The process leads a session of its own: a Ctrl-C at the terminal doesn't reach it, and killing its group takes its
browser along. When the parent is gone, it goes too.
"""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Literal

from cosyn_multi.config import Recipe, Runtime
from cosyn_multi.errors import PlannedStop, UserError
from cosyn_multi.model import Frozen, Made

if TYPE_CHECKING:
    from cosyn_multi.workshop import Workshop as Shop


class Task(Frozen):
    """One message to a worker."""

    do: Literal["set", "shard"]
    number: int
    first: int = 0
    count: int = 0


class Reply(Frozen):
    """What a worker says when it is ready, and when a task is done."""

    ready: bool = False
    made: Made | None = None
    user_error: str = ""
    planned: bool = False
    """The error is a `PlannedStop`."""


class WorkerProcess:
    """The parent's side."""

    def __init__(self, recipe: Recipe, runtime: Runtime) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs, recipe, runtime), daemon=False)
        with deaf_to_interrupts():
            self._process.start()
        theirs.close()
        self.sentinel = self._process.sentinel
        self.task: Task | None = None
        self.ready = False
        self.done = 0
        self.gone = False
        self._since = 0.0

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    @property
    def exit_code(self) -> int | None:
        return self._process.exitcode

    @property
    def busy_s(self) -> float:
        """Seconds on the task in hand, from when the worker was ready for it."""
        return time.monotonic() - self._since

    def greet(self) -> None:
        """It said that it is ready: now its time counts."""
        self.ready, self._since = True, time.monotonic()

    def give(self, task: Task) -> None:
        self.task, self._since = task, time.monotonic()
        with contextlib.suppress(BrokenPipeError):
            self.connection.send(task)

    def hear(self) -> Reply | None:
        """Its reply, or None if there is none (it died, or only woke us)."""
        try:
            return self.connection.recv() if self.connection.poll() else None
        except (EOFError, ConnectionResetError):
            self._process.join(5)
            return None

    def finish(self) -> Task | None:
        task, self.task = self.task, None
        self.done += 1
        return task

    def stop(self) -> None:
        """Ask it to end; kill it if it is in the middle of something."""
        self.gone = True
        if self.task is None and self.alive:
            self.connection.close()
        else:
            self.kill()

    def kill(self) -> None:
        self.gone, self.task = True, None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid or 0, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.join(5)
        self.connection.close()

    def join(self, timeout_s: float) -> None:
        self._process.join(timeout_s)
        if self._process.is_alive():
            self.kill()


@contextlib.contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """What is started in here ignores Ctrl-C from its first instruction on: the parent alone answers it."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not the main thread, where Ctrl-C is never delivered
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def work(connection: Connection, recipe: Recipe, runtime: Runtime) -> None:
    """The worker's side: tasks in, replies out, until the parent closes the pipe."""
    with contextlib.suppress(PermissionError):
        os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=die_with_parent, daemon=True).start()
    from cosyn_multi.workshop import Workshop  # not above: the parent, which imports this module too, needs none of it

    workshop: Workshop | None = None
    try:
        workshop = Workshop(recipe, runtime)
        connection.send(Reply(ready=True))
        while True:
            task = connection.recv()
            try:
                connection.send(_do(workshop, task))
            except UserError as error:
                connection.send(Reply(user_error=str(error), planned=isinstance(error, PlannedStop)))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass
    finally:
        if workshop is not None:
            workshop.close()


def _do(workshop: "Shop", task: Task) -> Reply:
    if task.do == "set":
        return Reply(made=workshop.make_set(task.number))
    workshop.close_shard(task.number, task.first, task.count)
    return Reply()


def die_with_parent() -> None:
    """Wait for the parent's end, then end with everything that was started here."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.killpg(0, signal.SIGKILL)
