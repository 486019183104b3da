# tries: stop itself, so that it neither runs nor ends
# must not: hold up the worker longer than its time
# ends: timeout
# limits: wall_s=1
import os
import signal


def attack(world, steps):
    os.kill(os.getpid(), signal.SIGSTOP)
