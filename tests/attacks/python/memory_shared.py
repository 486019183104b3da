# tries: take memory that isn't its own: maps that are shared, pipes, pages that stay in memory
# must not: get more than its limit
# ends: memory, too_large
# limits: memory_mb=200
import ctypes
import mmap
import os


def attack(world, steps):
    pipes = [os.pipe() for _ in range(8)]
    for _, writing in pipes:
        os.set_blocking(writing, False)
    steps.syscall("stay", ctypes.CDLL(None, use_errno=True), 151, 3)
    kept = []
    while True:
        made = mmap.mmap(-1, 1 << 24)
        for at in range(0, 1 << 24, 4096):
            made[at] = 1
        kept.append(made)
