# tries: give a result so deep that reading it overflows a stack
# must not: break the reader
# ends: bad_result
import os


def attack(world, steps):
    os.write(3, b"E" + b"[" * 500_000)
    os._exit(0)
