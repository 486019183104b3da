"""The warm parent: all that its runners use imported, nothing untrusted ever run. It forks for each job,
one ahead, and reports how each ended.

Started by `WarmCage` as `python -c BOOT`; its arguments are JSON in argv[1]. It is inside the cage's outer layers itself,
has one thread, and ends, with the job in hand, when the outer process closes the channel.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Collection
from pathlib import Path
from typing import Final

from . import child, landlock
from .layers import LayerName
from .pages import Run, unpacked
from .wire import Ended, Order, hear_order, tell, unpack

POLL_MS: Final = 20
_V3: Final = 0x20080522


def main() -> None:
    told = json.loads(sys.argv[1])
    layers, scratch, channel = told["layers"], Path(told["scratch"]), socket.socket(fileno=told["channel"])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    try:
        _lock(scratch, layers)
        _warm(scratch, told["module"])
        pages = _rehearsed(channel, told["module"])
        tell(channel, Ended(ready=True))
        _serve(channel, scratch, layers, pages)
    finally:
        _clear(scratch)


def _lock(scratch: Path, layers: Collection[LayerName]) -> None:
    """The parent lives under the rules of the cage, too; it may only keep house in the scratch folder."""
    _drop_capabilities()
    child.forbid_privileges()
    if "landlock" in layers:
        landlock.restrict([*child.shown(), (scratch, landlock.KEEP_HOUSE)])


def _drop_capabilities() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    header, none = (ctypes.c_uint32 * 2)(_V3, 0), (ctypes.c_uint32 * 6)()
    if libc.capset(header, none):
        raise OSError(ctypes.get_errno(), "capset refused")


def _warm(scratch: Path, module: str) -> None:
    """Import the runners' module, and let it warm what its jobs will use (`warm_up`, if it has that)."""
    os.environ["MPLCONFIGDIR"] = str(scratch / "matplotlib")
    (scratch / "matplotlib").mkdir()
    warnings.simplefilter("ignore")
    getattr(importlib.import_module(module), "warm_up", lambda: None)()
    gc.collect()
    gc.freeze()  # the collector won't touch, and so copy, what is here in every child
    assert threading.active_count() == 1, "a process with threads must not fork"


def _rehearsed(channel: socket.socket, module: str) -> list[Run]:
    """The pages that a job of these runners will write to: a child rehearses (`rehearse`, if there is one), and waits
    until the outer process has seen which it has come to own."""
    rehearse = getattr(importlib.import_module(module), "rehearse", None)
    if rehearse is None:
        return []
    pid = os.fork()
    if pid == 0:
        child.rehearse(channel, rehearse)
    order, descriptors = hear_order(channel)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return unpacked(unpack(descriptors[0])[1]) if order else []


class _Spare:
    """A child that waits for its job: forked while the outer process is busy with the result of the one before."""

    def __init__(self, channel: socket.socket, room: Path, layers: Collection[LayerName], pages: list[Run]) -> None:
        room.mkdir()
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            self._line.close()
            channel.close()
            child.wait(theirs, room, layers, pages)
        theirs.close()

    def give(self, order: Order, descriptors: list[int]) -> None:
        """Hand it its one job. If it should have died before, it has ended without a result."""
        with contextlib.suppress(OSError):
            tell(self._line, order, *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        self._line.close()


def _serve(channel: socket.socket, scratch: Path, layers: Collection[LayerName], pages: list[Run]) -> None:
    room = scratch / "job"
    spare = _Spare(channel, room, layers, pages)
    while True:
        order, descriptors = hear_order(channel)
        if order is None:
            return
        if order.do != "run":  # a job ended by itself just as it was to be killed
            continue
        spare.give(order, descriptors)
        ended = _watch(channel, spare.pid, order, room)
        _clear(room)
        room.rmdir()
        if ended is None:
            return
        tell(channel, ended)
        spare = _Spare(channel, room, layers, pages)


def _watch(channel: socket.socket, pid: int, order: Order, room: Path) -> Ended | None:
    """Wait for a job's end; kill it when told to, or when its files are too many. None: the outer process is gone."""
    over, here = "", True
    handle = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    poll.register(channel, select.POLLIN)
    try:
        while handle not in (events := dict(poll.poll(POLL_MS))):
            if events:
                here = hear_order(channel)[0] is not None
                poll.unregister(channel)
            over = over or _over(room, order)
            if events or over:
                os.kill(pid, signal.SIGKILL)
    finally:
        os.close(handle)
    _, status, used = os.wait4(pid, 0)
    return Ended(status=status, over=over, cpu_s=used.ru_utime + used.ru_stime) if here else None


def _over(room: Path, order: Order) -> str:
    """What of the scratch folder is over its limit. Only plain files can be made there, and no folders."""
    count = size = 0
    for found in _files(room):
        count, size = count + 1, size + found.stat(follow_symlinks=False).st_blocks * 512
        if count > order.limits.files:
            return f"more than {order.limits.files} files"
        if size > order.limits.file_mb << 20:
            return f"files of more than {order.limits.file_mb} MiB"
    return ""


def _files(folder: Path) -> "list[os.DirEntry[str]]":
    with os.scandir(folder) as found:
        entries = list(found)
    inner = [f for e in entries if e.is_dir(follow_symlinks=False) for f in _files(Path(e.path))]
    return [e for e in entries if not e.is_dir(follow_symlinks=False)] + inner


def _clear(folder: Path) -> None:
    """Empty a folder; links are removed, not followed."""
    with os.scandir(folder) as found:
        for entry in list(found):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                Path(entry.path).unlink()
