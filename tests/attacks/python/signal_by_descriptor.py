# tries: have the kernel send signals to others, as owner of a descriptor or by a timer
# must not: reach them
# needs: x86_64
import ctypes
import fcntl
import os


def attack(world, steps):
    libc = ctypes.CDLL(None, use_errno=True)
    reading, writing = os.pipe()
    for pid in (os.getppid(), world["outer"], -world["outer"]):
        steps.run(f"owner {pid}", lambda pid=pid: fcntl.fcntl(reading, fcntl.F_SETOWN, pid))
    steps.run("signal", lambda: fcntl.fcntl(reading, 10, 9))
    event = ctypes.create_string_buffer((9).to_bytes(8, "little") + (9).to_bytes(4, "little") + (4).to_bytes(4, "little") + os.getppid().to_bytes(4, "little"), 64)
    steps.syscall("timer", libc, 222, 1, event, ctypes.create_string_buffer(8))
