"""seccomp: the kernel refuses a process every system call but those named here. The filter is made here, by hand.

Allowed is what Python, numpy and the drawing libraries need to compute, and to read and write files that are there for
them. All else gets EPERM: sockets, new processes and threads, other programs, ptrace, mounts, keys, bpf, io_uring,
removing, renaming, linking, changing owners and modes (which Landlock doesn't cover), whatever a later kernel brings.
Calls of another architecture, and x32's, end the process.
"""

import ctypes
import errno
import functools
import platform
import struct
from collections.abc import Iterable
from typing import Final

_ARCHITECTURES: Final = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_NUMBERS: Final = """
read 0 63, write 1 64, close 3 57, lseek 8 62, pread64 17 67, pwrite64 18 68, readv 19 65, writev 20 66, preadv 295 69,
pwritev 296 70, sendfile 40 71, copy_file_range 326 285, ftruncate 77 46, fallocate 285 47, fsync 74 82, fdatasync 75 83,
dup 32 23, dup2 33 -, dup3 292 24, pipe 22 -, pipe2 293 59, poll 7 -, ppoll 271 73, select 23 -, pselect6 270 72,
fadvise64 221 223, stat 4 -, lstat 6 -, fstat 5 80, newfstatat 262 79, statx 332 291, statfs 137 43, fstatfs 138 44,
access 21 -, faccessat 269 48, faccessat2 439 439, readlink 89 -, readlinkat 267 78, getdents 78 -, getdents64 217 61,
getcwd 79 17, chdir 80 49, fchdir 81 50, umask 95 166, mmap 9 222, munmap 11 215, mprotect 10 226, mremap 25 216,
madvise 28 233, msync 26 227, brk 12 214, rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139,
rt_sigpending 127 136, rt_sigsuspend 130 133, rt_sigtimedwait 128 137, sigaltstack 131 132, pause 34 -, alarm 37 -,
setitimer 38 103, getitimer 36 102, futex 202 98, sched_yield 24 124, sched_getaffinity 204 123, sched_getparam 143 121,
sched_getscheduler 145 120, set_robust_list 273 99, set_tid_address 218 96, rseq 334 293, membarrier 324 283,
restart_syscall 219 128, getpid 39 172, gettid 186 178, getppid 110 173, getpgrp 111 -, getpgid 121 155, getsid 124 156,
getuid 102 174, geteuid 107 175, getgid 104 176, getegid 108 177, getgroups 115 158, getresuid 118 148,
getresgid 120 150, clock_gettime 228 113, clock_getres 229 114, clock_nanosleep 230 115, nanosleep 35 101,
gettimeofday 96 169, time 201 -, times 100 153, getrusage 98 165, getrlimit 97 163, sysinfo 99 179, uname 63 160,
getrandom 318 278, getcpu 309 168, wait4 61 260, waitid 247 95, exit 60 93, exit_group 231 94"""
"""Name, number on x86_64, number on aarch64 ('-': it has none)."""

_KILL, _TGKILL, _PRLIMIT, _OPEN, _OPENAT = (62, 129), (234, 131), (302, 261), (2, -1), (257, 56)
_IOCTL, _FCNTL = (16, 29), (72, 25)
_TERMINAL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""Asks whether a file is a terminal, its size, what is waiting; blocking and close-on-exec flags."""
_FILE_FLAGS = (0, 1, 2, 3, 4, 1030, 1032)
"""Duplicates and flags of a descriptor. Not its owner or signal: these would send signals to other processes."""
_NAMELESS = 0x400000
"""O_TMPFILE: a file without a name escapes the count of the scratch folder."""

_LOAD, _EQUAL, _AT_LEAST, _BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE, _END = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER_MODE = 38, 22, 2

_libc = ctypes.CDLL(None, use_errno=True)


def available() -> bool:
    """Whether this kernel takes filters and we know this machine's numbers."""
    # a filter at address 0 is EFAULT where filters are known, EINVAL where they aren't
    asked = _libc.prctl(_SET_SECCOMP, _FILTER_MODE, None, 0, 0)
    return platform.machine() in _ARCHITECTURES and asked == -1 and ctypes.get_errno() == errno.EFAULT


def restrict(pid: int) -> None:
    """Put this process under the filter, for good. pid: its own id, the only one it may send signals to.

    Needs no_new_privs. Raises: OSError.
    """
    code = program(pid, platform.machine())
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    if _libc.prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.c_char_p(header), 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel refused the seccomp filter")


@functools.cache
def program(pid: int, machine: str) -> bytes:
    """The filter as BPF instructions. Raises: KeyError for an architecture that isn't in the table."""
    column, architecture = _ARCHITECTURES[machine]
    code = _step(_LOAD, 4) + _step(_EQUAL, architecture, 1, 0) + _step(_RETURN, _END) + _step(_LOAD, 0)
    if machine == "x86_64":
        code += _step(_AT_LEAST, 0x40000000, 0, 1) + _step(_RETURN, _END)
    for number in (line.split()[1 + column] for line in _NUMBERS.split(",")):
        if number != "-":
            code += _step(_EQUAL, int(number), 0, 1) + _step(_RETURN, _ALLOW)
    code += _only(_KILL[column], 0, [pid]) + _only(_TGKILL[column], 0, [pid]) + _only(_PRLIMIT[column], 0, [0, pid])
    code += _only(_IOCTL[column], 1, _TERMINAL) + _only(_FCNTL[column], 1, _FILE_FLAGS)
    code += _named(_OPEN[column], 1) + _named(_OPENAT[column], 2)
    return code + _step(_RETURN, _REFUSE)


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)


def _only(number: int, argument: int, values: Iterable[int]) -> bytes:
    """Allow a call if an argument is one of these values."""
    checks = b"".join(_step(_EQUAL, v, 0, 1) + _step(_RETURN, _ALLOW) for v in values)
    return _guarded(number, _step(_LOAD, 16 + 8 * argument) + checks + _step(_RETURN, _REFUSE))


def _named(number: int, argument: int) -> bytes:
    """Allow opening a file unless the flags ask for one without a name."""
    return _guarded(
        number,
        _step(_LOAD, 16 + 8 * argument)
        + _step(_BITS, _NAMELESS, 0, 1)
        + _step(_RETURN, _REFUSE)
        + _step(_RETURN, _ALLOW),
    )


def _guarded(number: int, body: bytes) -> bytes:
    return b"" if number < 0 else _step(_EQUAL, number, 0, len(body) // 8) + body
