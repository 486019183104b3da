"""One job's process: what it gives up before it touches the job's code, and what it says at the end.

All that is said here comes from where untrusted code ran: the outer process believes nothing of it but that these bytes
came from this job, since the pipe is this job's alone.
"""

import ctypes
import errno
import fcntl
import importlib
import json
import os
import platform
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path
from random import seed
from typing import Any, Final, NoReturn

from cosyn_multi.model.job import JobFault, Limits

from . import landlock, seccomp
from .layers import LayerName
from .pages import Run, copy_ahead
from .view import DEVICES, readable
from .wire import Ended, Order, hear_order, tell, unpack

RESULT: Final = 3
"""The descriptor that the result goes to, and the only one left open but the null device at 0, 1, 2."""
RETURNED, RAISED = b"R", b"E"
LENGTH: Final = 8
"""A result is one of these two, how many bytes follow, and these bytes. With the last of them the job is done."""
_DEATH_SIGNAL, _DUMPABLE, _NO_NEW_PRIVS = 1, 4, 38
_TOO_LARGE: Final = (errno.EFBIG, errno.ENOSPC, errno.EDQUOT, errno.EMFILE)
_FORBIDDEN: Final = (errno.EPERM, errno.EACCES, errno.EROFS)

_libc = ctypes.CDLL(None, use_errno=True)


def rehearse(channel: socket.socket, play: Callable[[], None]) -> NoReturn:
    """In a process just forked, and trusted: do what jobs do, say so, and wait to be seen and ended."""
    try:
        _libc.prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        play()
        _libc.prctl(_DUMPABLE, 1, 0, 0, 0)  # else the outer process may not see its pages
        tell(channel, Ended(rehearsed=True))
        signal.pause()
    finally:
        os._exit(1)


def wait(line: socket.socket, scratch: Path, layers: Collection[LayerName], pages: list[Run]) -> NoReturn:
    """In a process just forked: wait for the job, run it, end. Ends without one when the parent is gone."""
    try:
        _libc.prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        _same_luck()
        if "seccomp" in layers:
            seccomp.program(os.getpid(), platform.machine())  # made now, remembered until it is needed
        rules = landlock.ruleset([*shown(), (scratch, landlock.FILL)]) if "landlock" in layers else None
        copy_ahead(pages, line)
        order, descriptors = hear_order(line)
        if order is not None:
            result, job = descriptors
            run(order, result, job, rules, scratch, layers)
    finally:
        os._exit(1)


def run(
    order: Order, result: int, job: int, rules: int | None, scratch: Path, layers: Collection[LayerName]
) -> NoReturn:
    """Give everything up, run the job, tell what came of it, end. result, job, rules: descriptors; rules: Landlock's."""
    code = 1
    try:
        files, data = unpack(job)
        rules = _keep_only(result, rules)
        for name, content in files.items():
            file = scratch / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        os.chdir(scratch)
        os.environ["TMPDIR"], tempfile.tempdir = str(scratch), str(scratch)
        runner = find(order.runner)
        confine(order.limits, order.mapped, rules, layers)
        _tell(*_outcome(runner, scratch, data))
        code = 0
    finally:
        os._exit(code)


def _same_luck() -> None:
    """Random state that no job could have left: forks get a new one of Python's, and the parent's of numpy's."""
    seed(0)
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed(0)


def find(name: str) -> Callable[[Path, bytes], bytes]:
    """A trusted runner by name."""
    module, _, function = name.partition(":")
    found: Callable[[Path, bytes], bytes] = getattr(importlib.import_module(module), function)
    return found


def confine(limits: Limits, mapped: int, rules: int | None, layers: Collection[LayerName]) -> None:
    """Every limit and layer, for good. Raises: OSError, and then the job must not run."""
    for which, bound in _bounds(limits, mapped).items():
        resource.setrlimit(which, bound)
    forbid_privileges()
    if rules is not None:
        landlock.enter(rules)
    if "seccomp" in layers:
        seccomp.restrict(os.getpid())


def forbid_privileges() -> None:
    """No program can gain rights; nobody of the same user may look into this process."""
    if _libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) or _libc.prctl(_DUMPABLE, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl refused")


def shown() -> list[tuple[Path, int]]:
    """What may be read, with Landlock's rights."""
    null, *others = DEVICES
    return [
        *((path, landlock.LOOK) for path in (*readable(), *others)),
        (null, landlock.READ_FILE | landlock.WRITE_FILE),
    ]


def _bounds(limits: Limits, mapped: int) -> dict[int, tuple[int, int]]:
    space, file = mapped + (limits.memory_mb << 20), limits.file_mb << 20
    return {
        resource.RLIMIT_AS: (space, space),
        resource.RLIMIT_CPU: (limits.cpu_s, limits.cpu_s + 1),  # the first may be ignored, the second kills
        resource.RLIMIT_FSIZE: (file, file),
        resource.RLIMIT_NOFILE: (limits.open_files, limits.open_files),
        resource.RLIMIT_NPROC: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_MEMLOCK: (0, 0),
        resource.RLIMIT_MSGQUEUE: (0, 0),
    }


def _keep_only(result: int, rules: int | None) -> int | None:
    """Close every other descriptor, of whatever number. Returns: the rules', which `confine` closes."""
    if rules is not None:
        rules = fcntl.fcntl(rules, fcntl.F_DUPFD, RESULT + 1)  # not at the result's number, whatever was free
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.dup2(result, RESULT)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if rules is None:
        os.closerange(RESULT + 1, most)
    else:
        os.closerange(RESULT + 1, rules)
        os.closerange(rules + 1, most)
    return rules


def _outcome(runner: Callable[[Path, bytes], bytes], scratch: Path, data: bytes) -> tuple[bytes, bytes]:
    try:
        return RETURNED, runner(scratch, data)
    except BaseException as error:  # untrusted code may raise anything, SystemExit and KeyboardInterrupt included
        return RAISED, json.dumps({"reason": reason_of(error), "detail": whereabouts(error, scratch)}).encode()


def reason_of(error: BaseException) -> JobFault:
    """The reason that an exception of a job's code stands for."""
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return "memory"
    if isinstance(error, OSError) and error.errno in _TOO_LARGE:
        return "too_large"
    if isinstance(error, PermissionError) or (isinstance(error, OSError) and error.errno in _FORBIDDEN):
        return "forbidden"
    return "forbidden" if isinstance(error, RuntimeError) and "start new thread" in str(error) else "code_error"


def whereabouts(error: BaseException, scratch: Path) -> str:
    """'main.py:12: ValueError: what went wrong', with the last line of the job's own files."""
    place, trace = "", error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(scratch):
            place = f"{file.relative_to(scratch)}:{trace.tb_lineno}: "
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and not place:
        place = f"{Path(error.filename or '').name}:{error.lineno}: "
    return f"{place}{type(error).__name__}: {error}"[:500]


def _tell(kind: bytes, content: Any) -> None:
    left = memoryview(kind + len(content).to_bytes(LENGTH, "big") + content)
    while left:
        left = left[os.write(RESULT, left) :]
