# tries: sleep, which costs no processor time
# must not: hold up the worker longer than its time
# ends: timeout
# limits: wall_s=1
import time


def attack(world, steps):
    time.sleep(10**6)
