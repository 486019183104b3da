# tries: make system calls through io_uring, which a filter of calls doesn't see
# must not: get a ring
# needs: x86_64
import ctypes


def attack(world, steps):
    libc = ctypes.CDLL(None, use_errno=True)
    parameters = ctypes.create_string_buffer(120)
    for name, number in (("setup", 425), ("enter", 426), ("register", 427)):
        steps.syscall(name, libc, number, 8, parameters, 0, 0, 0, 0)
