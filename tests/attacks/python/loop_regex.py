# tries: loop in C: a regular expression that backtracks for ever
# must not: run longer than its time
# ends: timeout
# limits: wall_s=1 cpu_s=5
import re


def attack(world, steps):
    return re.match(r"(a+)+$", "a" * 60 + "b")
