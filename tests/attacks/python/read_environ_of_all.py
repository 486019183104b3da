# tries: read the environment of every process that can be seen
# must not: give the key that another process holds
# teeth: key
# harmless: list
import os


def environ(pid):
    with open(f"/proc/{pid}/environ", "rb") as file:
        return [e for e in file.read().split(b"\0") if b"KEY" in e]


def attack(world, steps):
    steps.run("the victim's", lambda: environ(world["victim"]))
    steps.run("the outer process's", lambda: environ(world["outer"]))
    steps.run("the parent's", lambda: environ(os.getppid()))
    steps.run("list", lambda: [p for p in os.listdir("/proc") if p.isdigit()])
    for pid in range(1, 40):
        steps.run(f"{pid}'s", lambda pid=pid: environ(pid))
