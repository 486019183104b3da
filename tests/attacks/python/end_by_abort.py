# tries: abort, which would leave a core file
# must not: leave one, or take its parent along
# ends: crash
import os
import resource


def attack(world, steps):
    steps.run("core", lambda: resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30)))
    os.abort()
