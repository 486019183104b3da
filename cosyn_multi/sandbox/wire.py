"""What the outer process and the warm parent tell each other, one datagram each way per event, as JSON."""

import contextlib
import json
import os
import socket
import struct
from typing import Any, Literal

from cosyn_multi.model import Frozen
from cosyn_multi.model.job import Limits

MOST = 65536


class Order(Frozen):
    """Outer to parent: `run` a job, with two descriptors (where the result goes, and the job); `kill` it; `copy` pages
    ahead, with a descriptor that tells which.

    mapped: bytes of address space that the parent maps now.
    """

    do: Literal["run", "kill", "copy"]
    runner: str = ""
    limits: Limits = Limits()
    mapped: int = 0


class Ended(Frozen):
    """Parent to outer: the job's process is gone; or a child has `rehearsed`, and is the sender; or the parent is `ready`.

    status: as os.waitpid gives it. over: what it had too much of when it was killed for that. cpu_s: processor seconds.
    """

    ready: bool = False
    rehearsed: bool = False
    status: int = 0
    over: str = ""
    cpu_s: float = 0.0


def tell(channel: socket.socket, message: Order | Ended, *descriptors: int) -> None:
    """Raises: OSError if the other side is gone."""
    socket.send_fds(channel, [message.model_dump_json().encode()], list(descriptors))


def hear_order(channel: socket.socket) -> tuple[Order | None, list[int]]:
    """The next order; None when the outer process is gone."""
    try:
        data, descriptors, _, _ = socket.recv_fds(channel, MOST, 2)
    except ConnectionError:
        return None, []
    return (Order.model_validate_json(data) if data else None), descriptors


def hear_ended(channel: socket.socket) -> tuple[Ended | None, int]:
    """The next report, and its sender's process id as this side counts; None when the parent is gone."""
    try:
        data, extra, _, _ = channel.recvmsg(MOST, socket.CMSG_SPACE(struct.calcsize("3i")))
    except ConnectionError:
        return None, 0
    ids = [
        struct.unpack("3i", raw)[0]
        for level, kind, raw in extra
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS)
    ]
    return (Ended.model_validate_json(data) if data else None), ids[0] if ids else 0


def pack(files: dict[str, bytes], data: bytes) -> int:
    """A job's files and data in a descriptor of memory: a line that says how long each is, then the bytes."""
    header = {"files": {name: len(content) for name, content in files.items()}, "data": len(data)}
    descriptor = os.memfd_create("job")
    with contextlib.ExitStack() as kept:
        kept.callback(os.lseek, descriptor, 0, os.SEEK_SET)
        with os.fdopen(os.dup(descriptor), "wb") as out:
            out.write(json.dumps(header).encode() + b"\n" + b"".join(files.values()) + data)
    return descriptor


def unpack(descriptor: int) -> tuple[dict[str, bytes], bytes]:
    """What `pack` packed. Closes the descriptor."""
    with os.fdopen(descriptor, "rb") as told:
        header: dict[str, Any] = json.loads(told.readline())
        files = {name: told.read(length) for name, length in header["files"].items()}
        return files, told.read(header["data"])
