# tries: outlive its job in a session of its own
# must not: leave a process
import os
import time


def attack(world, steps):
    steps.run("session", os.setsid)
    steps.run("group", lambda: os.setpgid(0, 0))
    steps.run("fork twice", twice)


def twice():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
