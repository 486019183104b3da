# tries: use up more processor time than it may, and ignore the signal that says so
# must not: run on
# ends: timeout
# limits: wall_s=8 cpu_s=1
import signal


def attack(world, steps):
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while True:
        pass
