# tries: lift its own limits
# must not: get more than it was given
import resource

NAMES = ("AS", "CPU", "FSIZE", "NOFILE", "NPROC", "CORE", "MEMLOCK")


def attack(world, steps):
    for name in NAMES:
        which = getattr(resource, f"RLIMIT_{name}")
        soft, hard = resource.getrlimit(which)
        steps.run(name, lambda which=which: resource.setrlimit(which, (resource.RLIM_INFINITY,) * 2))
        steps.run(f"{name}, one more", lambda which=which, hard=hard: resource.setrlimit(which, (hard + 1, hard + 1)))
    steps.run("priority", lambda: __import__("os").nice(-5))
