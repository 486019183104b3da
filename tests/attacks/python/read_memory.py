# tries: look for the key in memory, its own that it shares with its parent, and others'
# must not: find it
# harmless: objects; frames; scan
import ctypes
import gc
import os
import sys


def objects():
    wanted = "KEY"
    return [str(o)[:200] for o in gc.get_objects() if isinstance(o, dict) and any(isinstance(k, str) and wanted in k for k in list(o))]


def frames():
    frame, found = sys._getframe(), []
    while frame:
        found.append(sorted(frame.f_globals))
        found.append([repr(v)[:100] for v in frame.f_locals.values()])
        frame = frame.f_back
    return found


def scan():
    maps = open("/proc/self/maps").read().splitlines()
    found = []
    for line in maps:
        if "rw-p" in line:
            start, end = (int(x, 16) for x in line.split()[0].split("-"))
            found += [start] if b"_API_KEY=" in ctypes.string_at(start, min(end - start, 1 << 20)) else []
    return found


def attack(world, steps):
    steps.run("objects", objects)
    steps.run("frames", frames)
    if os.path.exists("/proc/self/maps"):
        steps.run("scan", scan)
    for pid in ("self", os.getppid(), 1, world["victim"], world["outer"]):
        steps.run(f"mem of {pid}", lambda pid=pid: os.pread(os.open(f"/proc/{pid}/mem", os.O_RDONLY), 8, 4096))
