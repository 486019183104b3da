# tries: reach files through other processes' roots, folders and descriptors
# must not: give what the key file holds
# teeth: marker
import os


def peek(path):
    return os.read(os.open(path, os.O_RDONLY | os.O_NONBLOCK), 100)


def attack(world, steps):
    key = world["key_file"]
    for pid in ("self", 1, os.getppid(), world["outer"], world["victim"]):
        steps.run(f"root of {pid}", lambda pid=pid: open(f"/proc/{pid}/root{key}").read())
        steps.run(f"folder of {pid}", lambda pid=pid: open(f"/proc/{pid}/cwd/../../../../../../..{key}").read())
        steps.run(f"descriptors of {pid}", lambda pid=pid: [peek(f"/proc/{pid}/fd/{n}") for n in range(4, 30)])
    steps.run("task", lambda: open(f"/proc/self/task/{os.getpid()}/root{key}").read())
