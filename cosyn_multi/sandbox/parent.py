"""A warm parent, seen from outside: started within the layers, given one job at a time, watched, ended."""

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, Final

from cosyn_multi.errors import SetupError
from cosyn_multi.model.job import Done, Failure, Job

from . import bubblewrap
from .child import LENGTH
from .layers import LayerName
from .outcome import complete, judged
from .pages import own_pages, packed
from .view import PACKAGE, interpreter, packages
from .wire import Ended, Order, hear_ended, pack, tell

START_S: Final = 300.0
"""It takes two to five seconds; a machine that many share must not be taken for one that lacks something."""
END_S: Final = 5.0
CHUNK: Final = 1 << 20
FOLDER: Final = "cosyn-multi-cage-"
"""Before the process id of its owner, in a scratch folder's name."""
STALE_S: Final = 3600.0
_BOOT: Final = """
import importlib.util, json, sys
told = json.loads(sys.argv[1])
sys.path += told["packages"]
found = importlib.util.spec_from_file_location(
    "cosyn_multi", told["package"] + "/__init__.py", submodule_search_locations=[told["package"]])
sys.modules["cosyn_multi"] = made = importlib.util.module_from_spec(found)
found.loader.exec_module(made)
from cosyn_multi.sandbox.zygote import main
main()
"""
"""Our package by its own path: the folder that it lies in, a project's perhaps, is never on the path."""
_ONE_THREAD: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_ENVIRONMENT: Final = {
    "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": "", "PYTHONHASHSEED": "0", "MPLBACKEND": "agg",
    "PYTHONDONTWRITEBYTECODE": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", **dict.fromkeys(_ONE_THREAD, "1"),
}  # fmt: skip
"""All that is in it. Large pages where malloc can have them, since a fork pays for each page it touches. OpenBLAS, OpenMP
and Arrow's allocator would start threads, and a process with threads must not fork."""


class Parent:
    """A running warm parent, from outside.

    pid: its process, as this process counts; 0 until it is warm. folder: where its jobs' scratch folder is, if that is out
    here; None where bubblewrap gives it one in memory.
    """

    def __init__(self, module: str, layers: tuple[LayerName, ...]) -> None:
        """Start it, and wait until it is warm. Raises: SetupError."""
        self.pid = 0
        self.gone = False
        self._leaving = False
        walled = "bubblewrap" in layers
        self.folder = None if walled else _folder()
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        told = {
            "module": module, "layers": layers, "scratch": str(self.folder or bubblewrap.SCRATCH), "channel": theirs.fileno(),
            "package": str(PACKAGE), "packages": [str(p) for p in packages()],
        }  # fmt: skip
        inner = [str(interpreter()), "-S", "-s", "-P", "-c", _BOOT, json.dumps(told)]
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed by close()
        self._process = subprocess.Popen(
            bubblewrap.command(inner) if walled else inner,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._said,
            env=_ENVIRONMENT, cwd="/", pass_fds=[theirs.fileno()],
        )  # fmt: skip
        theirs.close()
        self._greet()

    def _greet(self) -> None:
        ended, self.pid = self._heard()
        if ended is not None and ended.rehearsed:
            pages = pack({}, packed(own_pages(self.pid)))
            tell(self._channel, Order(do="copy"), pages)
            os.close(pages)
            ended, self.pid = self._heard()
        if ended is None or not ended.ready:
            self._said.seek(0)
            said = self._said.read().decode(errors="replace").strip().splitlines()
            self.close()
            raise SetupError(f"the cage's warm parent doesn't start: {said[-1][:300] if said else 'no word from it'}")
        if (threads := len(list(Path(f"/proc/{self.pid}/task").iterdir()))) > 1:
            self.close()
            raise SetupError(f"the cage's warm parent has {threads} threads, and must not fork: a library starts them")

    def _heard(self) -> tuple[Ended | None, int]:
        """What it, or the child that rehearses, says while it starts, and its process id."""
        ready, _, _ = select.select([self._channel], [], [], START_S)
        return hear_ended(self._channel) if ready else (None, 0)

    def run(self, job: Job) -> Done | Failure:
        """Run one job; `free` must have said that it can."""
        start = time.monotonic()
        reading, writing = os.pipe()
        packed = pack(job.files, job.data)
        try:
            order = Order(do="run", runner=job.runner, limits=job.limits, mapped=_mapped(self.pid))
            tell(self._channel, order, writing, packed)
        except OSError:
            self.gone = True
        finally:
            os.close(writing)
            os.close(packed)
        with os.fdopen(reading, "rb", buffering=0):
            answer, ended, fault = self._follow(reading, job, start)
        return judged(job.limits, answer, ended, fault, time.monotonic() - start)

    def _follow(self, reading: int, job: Job, start: float) -> tuple[bytes, Ended | None, Failure | None]:
        """Take in the result until the job has told all, or its process has ended, or was killed, out of time or bounds.

        Of a job that has told all, the process is killed and not waited for: giving back its memory takes a while.
        """
        answer, most = bytearray(), job.limits.result_mb << 20
        deadline, fault, ended = start + job.limits.wall_s, None, None
        poll = select.poll()
        poll.register(reading, select.POLLIN)
        poll.register(self._channel, select.POLLIN)
        while ended is None and not self.gone:
            events = dict(poll.poll(max(0.0, deadline - time.monotonic()) * 1000))
            if reading in events and not _take(reading, answer):
                poll.unregister(reading)
            if fault is None and complete(answer):
                self._kill()
                self._leaving = True
                break
            if self._channel.fileno() in events:
                ended, _ = hear_ended(self._channel)
                self.gone = ended is None
            if fault is None and (found := _out_of_bounds(job, start, len(answer) - 1 - LENGTH, most)):
                fault, deadline = found, time.monotonic() + END_S
                self._kill()
            elif fault is not None and time.monotonic() > deadline:
                self.gone = True
        while ended is not None and fault is None and len(answer) - 1 - LENGTH <= most and _take(reading, answer):
            pass
        return bytes(answer), ended, fault

    def _kill(self) -> None:
        with contextlib.suppress(OSError):
            tell(self._channel, Order(do="kill"))

    def free(self) -> bool:
        """Whether it can take a job: it is there, and the process of the last one is gone, which is waited for."""
        if self._leaving:
            self._leaving = False
            ready, _, _ = select.select([self._channel], [], [], END_S)
            self.gone = not ready or hear_ended(self._channel)[0] is None
        return not self.gone

    def close(self) -> None:
        """End it, at once, with whatever it runs."""
        self.gone = True
        self._channel.close()
        if self.pid:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(self.pid, signal.SIGKILL)
        else:
            self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_S)
        self._process.kill()
        self._process.wait()
        self._said.close()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def _take(reading: int, answer: bytearray) -> bool:
    """Read some of the result; false at its end."""
    chunk = os.read(reading, CHUNK)
    answer += chunk
    return bool(chunk)


def _out_of_bounds(job: Job, start: float, length: int, most: int) -> Failure | None:
    if length > most:
        return Failure(reason="too_large", detail=f"the result is longer than {job.limits.result_mb} MiB")
    if time.monotonic() - start > job.limits.wall_s:
        return Failure(reason="timeout", detail=f"not done after {job.limits.wall_s:g} s")
    return None


def _mapped(pid: int) -> int:
    """Bytes of address space that a process maps; 0 if it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _folder() -> Path:
    """A scratch folder, in memory where there is such a place. Files in it are counted, not bounded by a mount."""
    shared = Path("/dev/shm")
    root = shared if os.access(shared, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())
    _sweep(root)
    return Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-", dir=root))


def _sweep(root: Path) -> None:
    """Remove folders whose owner was killed before it could: its process is gone, and nobody used them for an hour."""
    for left in root.glob(f"{FOLDER}*"):
        pid = left.name.removeprefix(FOLDER).partition("-")[0]
        with contextlib.suppress(OSError):
            told = left.lstat()
            if (
                told.st_uid == os.getuid()
                and time.time() - told.st_mtime > STALE_S
                and not Path(f"/proc/{pid}").exists()
            ):
                shutil.rmtree(left, ignore_errors=True)
