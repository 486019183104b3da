# tries: open a socket by x32's number for it
# must not: get past the filter: the process ends at once
# ends: forbidden
# needs: x86_64
import ctypes


def attack(world, steps):
    steps.syscall("socket", ctypes.CDLL(None, use_errno=True), 0x40000000 | 41, 2, 1, 0)
