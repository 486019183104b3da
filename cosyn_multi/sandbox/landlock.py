"""Landlock: the kernel forbids a process, for good, all files but those below named paths. Three system calls, by ctypes.

Numbers and structures from linux/landlock.h. The kernel's ABI is asked at start: older ones forbid less.
"""

import contextlib
import ctypes
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on every architecture
ASK_VERSION, PATH_BENEATH = 1, 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << i for i in range(6))
MAKE_DIR, MAKE_REG, TRUNCATE = 1 << 7, 1 << 8, 1 << 14
_ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
LOOK: Final = READ_FILE | READ_DIR
FILL: Final = LOOK | WRITE_FILE | MAKE_REG | TRUNCATE
"""Make and write plain files; nothing can be removed, renamed or linked, no folder made."""
KEEP_HOUSE: Final = FILL | MAKE_DIR | REMOVE_FILE | REMOVE_DIR

_libc = ctypes.CDLL(None, use_errno=True)


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def abi() -> int:
    """The kernel's Landlock ABI; 0 if it has none or has it switched off."""
    return max(0, int(_libc.syscall(CREATE_RULESET, None, 0, ASK_VERSION)))


def restrict(rights: Iterable[tuple[Path, int]]) -> None:
    """Leave this thread and its children these rights, and no other: `ruleset` and `enter`."""
    enter(ruleset(rights))


def ruleset(rights: Iterable[tuple[Path, int]]) -> int:
    """A descriptor of rules: these rights below these paths, and no other; no TCP; no signals or abstract sockets to
    whoever isn't as restricted, where the ABI has that. Paths that aren't there are passed over.

    Raises: OSError.
    """
    version = abi()
    handled = (1 << (13 + (version >= 2) + (version >= 3) + (version >= 5))) - 1
    net, scoped = 0b11 if version >= 4 else 0, 0b11 if version >= 6 else 0
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    attribute = _Ruleset(handled, net, scoped)
    made = _call(CREATE_RULESET, ctypes.byref(attribute), size, 0)
    for path, allowed in rights:
        _allow(made, path, allowed & handled)
    return made


def enter(ruleset: int) -> None:
    """Put this thread and its children under the rules, for good; closes their descriptor.

    Needs no_new_privs. Raises: OSError.
    """
    with _closing(ruleset):
        _call(RESTRICT_SELF, ruleset, 0)


def _allow(ruleset: int, path: Path, allowed: int) -> None:
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    with _closing(folder):
        rule = _Beneath(allowed if path.is_dir() else allowed & _ON_FILES, folder)
        _call(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0)


@contextlib.contextmanager
def _closing(fd: int) -> Iterator[int]:
    try:
        yield fd
    finally:
        os.close(fd)


def _call(number: int, *arguments: object) -> int:
    done = int(_libc.syscall(number, *arguments))
    if done < 0:
        raise OSError(ctypes.get_errno(), f"Landlock: {os.strerror(ctypes.get_errno())}")
    return done
