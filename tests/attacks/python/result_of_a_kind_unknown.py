# tries: write nonsense where the result's kind is told
# must not: be taken for a result
# ends: bad_result
import os


def attack(world, steps):
    os.write(3, b"\x00\xff" * 1000)
    os._exit(0)
