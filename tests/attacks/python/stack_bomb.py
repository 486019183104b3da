# tries: overflow the stack, in Python and in C
# must not: take anything but itself along
# ends: crash, memory, code_error, timeout
# limits: memory_mb=100 wall_s=4 cpu_s=3
import sys


def attack(world, steps):
    sys.setrecursionlimit(10**9)
    nested = []
    for _ in range(10**5):
        nested = [nested]

    def deeper(n):
        return deeper(n + 1)

    steps.run("compare", lambda: repr(nested))
    deeper(0)
