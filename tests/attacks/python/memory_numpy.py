# tries: take memory through numpy, at once and bit by bit
# must not: get more than its limit
# ends: memory
# limits: memory_mb=200
import numpy


def attack(world, steps):
    steps.run("at once", lambda: numpy.ones((1 << 15, 1 << 15)))
    steps.run("at once, unsaid", lambda: numpy.zeros(1 << 36, dtype="u1"))
    kept = []
    while True:
        kept.append(numpy.ones(1 << 20))
