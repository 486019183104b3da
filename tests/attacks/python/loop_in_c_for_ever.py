# tries: loop in C over something without an end, deaf to every signal
# must not: run longer than its time
# ends: timeout
# limits: wall_s=1 cpu_s=5
import collections
import itertools
import signal


def attack(world, steps):
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    collections.deque(itertools.repeat(0), maxlen=0)
