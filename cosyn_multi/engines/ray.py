"""The Ray engine: whole shards to the nodes of a cluster.

Ray lives in a process of its own, the lead: when a cluster's head goes away, Ray ends the process that is attached to
it, and what it says meanwhile is for its log. Nothing of Ray is loaded in ours.
"""

import contextlib
import importlib.util
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from cosyn_multi.config import Recipe, Runtime
from cosyn_multi.errors import ConfigError, RunError, SetupError, UserError

from .base import Report, ShardJob
from .worker import deaf_to_interrupts, die_with_parent

REACH_S: Final = 5.0
STOP_S: Final = 20.0
"""The lead has so long to let go of the cluster, or to end the one it started."""


class RayEngine:
    """Attached to a cluster from the start, so that nothing is written where there is none.

    Args: environment: that of the run, which each node must have.
    Raises: SetupError without Ray; ConfigError or RunError if the cluster can't be reached.
    """

    def __init__(self, runtime: Runtime, environment: dict[str, str]) -> None:
        if importlib.util.find_spec("ray") is None:
            raise SetupError("--engine ray: Ray is not installed; pip install 'cosyn-multi[ray]'")
        self._address, self._environment = runtime.ray_address, environment
        handle, log = tempfile.mkstemp(prefix="cosyn-multi-ray-", suffix=".log")
        os.close(handle)
        self._log = Path(log)
        self._lost = False
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._lead = context.Process(target=lead, args=(theirs, runtime.ray_address, runtime.workers, log))
        with deaf_to_interrupts():
            self._lead.start()
        theirs.close()
        try:
            self._hear(lambda event: None)
        except BaseException:
            self.close()
            raise

    def run(self, jobs: list[ShardJob], recipe: Recipe, runtime: Runtime, report: Report) -> None:
        """Make all the shards. Raises: RunError if the cluster goes away, or a node of it can't do the work."""
        self._connection.send((jobs, recipe, runtime, self._environment))
        self._hear(report)

    def close(self) -> None:
        """Let go of the cluster, or end the one that was started here."""
        self._lead.terminate()
        self._lead.join(STOP_S)
        if self._lead.is_alive():
            os.killpg(self._lead.pid or 0, signal.SIGKILL)
            self._lead.join()
        self._connection.close()
        if not self._lost:
            self._log.unlink(missing_ok=True)

    def _hear(self, report: Report) -> None:
        """Pass on what the lead tells, until it says that it is done."""
        while True:
            try:
                said = self._connection.recv()
            except (EOFError, ConnectionResetError):
                self._lost = True
                where = self._address or "this machine"
                raise RunError(
                    f"Ray: the cluster's head ({where}) went away; closed shards are kept, and the same command goes on "
                    f"later (Ray's own words: {self._log})"
                ) from None
            if isinstance(said, UserError):
                raise said
            if said is None:
                return
            report(said)


def lead(connection: Connection, address: str | None, workers: int, log: str) -> None:
    """The lead's side: attach, say so, take the work, tell of it."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_quietly()
    threading.Thread(target=die_with_parent, daemon=True).start()
    _say_into(log)
    try:
        with _attached(address, workers):
            connection.send(None)
            jobs, recipe, runtime, environment = connection.recv()
            _work(jobs, recipe, runtime, environment, connection.send)
            connection.send(None)
            connection.recv()  # our end comes by SIGTERM, once all is counted
    except UserError as error:
        connection.send(error)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass


def _work(jobs: list[ShardJob], recipe: Recipe, runtime: Runtime, environment: dict[str, str], report: Report) -> None:
    from .ray_crew import Crew

    crew = Crew(jobs, recipe, runtime, environment, report)
    try:
        crew.work()
    finally:
        crew.close()


@contextlib.contextmanager
def _attached(address: str | None, workers: int) -> Iterator[None]:
    """With Ray. Raises: ConfigError if no cluster is there."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if address is None:
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # Ray's way to stay on loopback
    elif address != "auto":
        _reach(address)
    import ray

    options: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}
    if address is None:
        options |= {"address": "local", "num_cpus": workers or os.cpu_count(), "include_dashboard": False}
    else:
        options |= {"address": address}
    try:
        ray.init(**options)
    except (ConnectionError, RuntimeError, ValueError) as error:
        said = str(error).strip().splitlines()
        raise ConfigError(
            f"--ray-address {address or 'local'}: no Ray cluster there ({said[0] if said else type(error).__name__}); "
            "start one with `ray start --head`, or leave the option out"
        ) from error
    _end_quietly()  # Ray has put its own answer there
    try:
        yield
    finally:
        ray.shutdown()


def _reach(address: str) -> None:
    """Ray itself tries for a minute, then ends the process. Raises: ConfigError if nobody listens."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise ConfigError(f"--ray-address {address}: write auto or host:port, e.g. 10.0.0.1:6379")
    try:
        socket.create_connection((host, int(port)), timeout=REACH_S).close()
    except (OSError, OverflowError) as error:
        raise ConfigError(
            f"--ray-address {address}: no Ray cluster there ({error}); start one with `ray start --head`, or leave the "
            "option out"
        ) from error


def _end_quietly() -> None:
    """SIGTERM is how we are told that all is counted, or that the user wants no more."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def _say_into(log: str) -> None:
    """What this process and Ray print goes into a file."""
    target = os.open(log, os.O_WRONLY | os.O_APPEND)
    sys.stdout.flush()
    sys.stderr.flush()
    for stream in (1, 2):
        os.dup2(target, stream)
    os.close(target)
