"""Pages of memory that a job will write to, copied before it comes.

After a fork each first write to a page costs a fault and a copy; a chart writes to some six thousand of them, which is a
fifth of its time. So the parent has a child rehearse, once; the outer process looks up which pages that child got for
itself; and the child that waits for the next job copies those while it waits. Where the kernel doesn't tell, or can't
(Linux before 5.14), nothing is copied ahead, and jobs are a little slower.
"""

import ctypes
import mmap
import os
import select
import socket
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

Run = tuple[int, int]
"""Address and length, in bytes."""
PAGE: Final = mmap.PAGESIZE
_GAP: Final = PAGE
"""Runs with so little between them are one: a call costs as much as copying a page."""
_OWN, _PRESENT = 1 << 56, 1 << 63
_POPULATE_WRITE: Final = 23
_BATCH: Final = 50

_libc = ctypes.CDLL(None, use_errno=True)
_libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)


def own_pages(pid: int) -> list[Run]:
    """The pages that a process doesn't share with the one it was forked from; none if that can't be seen."""
    try:
        with Path(f"/proc/{pid}/pagemap").open("rb", buffering=0) as pagemap:
            return list(_joined(a for start, end in _writable(pid) for a in _own(pagemap.fileno(), start, end)))
    except (OSError, ValueError):
        return []


def _writable(pid: int) -> Iterator[tuple[int, int]]:
    """Private ranges of data that a process may write to; not its stack, which moves."""
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        ends, rights, *_ = line.split(maxsplit=2)
        if rights == "rw-p" and not line.endswith("[stack]"):
            start, _, end = ends.partition("-")
            yield int(start, 16), int(end, 16)


def _own(pagemap: int, start: int, end: int) -> Iterator[int]:
    entries = os.pread(pagemap, (end - start) // PAGE * 8, start // PAGE * 8)
    for number, (entry,) in enumerate(struct.iter_unpack("=Q", entries[: len(entries) // 8 * 8])):
        if entry & _PRESENT and entry & _OWN:
            yield start + number * PAGE


def _joined(addresses: Iterable[int]) -> Iterator[Run]:
    start = end = 0
    for address in addresses:
        if end and 0 <= address - end <= _GAP:
            end = address + PAGE
            continue
        if end:
            yield start, end - start
        start, end = address, address + PAGE
    if end:
        yield start, end - start


def packed(runs: Iterable[Run]) -> bytes:
    """For `unpacked`."""
    return b"".join(struct.pack("=QQ", *run) for run in runs)


def unpacked(data: bytes) -> list[Run]:
    return [(start, length) for start, length in struct.iter_unpack("=QQ", data)]


def copy_ahead(runs: list[Run], line: socket.socket) -> None:
    """Have the kernel copy these pages for this process; stop when the job comes down the line."""
    for number, (start, length) in enumerate(runs):
        _libc.madvise(start, length, _POPULATE_WRITE)  # of pages that are gone by now it says so, and that is all
        if number % _BATCH == 0 and select.select([line], [], [], 0)[0]:
            return
