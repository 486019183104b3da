# tries: end at once, as if all were well
# must not: be taken for a result
# ends: bad_result
import os


def attack(world, steps):
    os._exit(0)
