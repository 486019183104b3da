# tries: do its work after the result is told: at exit, in destructors, in handlers
# must not: hold up the worker, or leave anything
# ends: done, timeout
# limits: wall_s=2
# harmless: planted
import atexit
import os
import signal
import threading
import time
import weakref


class Clinging:
    def __del__(self):
        time.sleep(100)


def attack(world, steps):
    atexit.register(time.sleep, 100)
    weakref.finalize(Clinging, time.sleep, 100)
    threading._shutdown = lambda: time.sleep(100)
    signal.signal(signal.SIGTERM, lambda *_: time.sleep(100))
    steps.kept = Clinging()
    steps.kept.itself = steps.kept
    steps.run("planted", os.getpid)
