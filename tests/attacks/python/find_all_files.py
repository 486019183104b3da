# tries: walk the whole file system for the key's name
# must not: so much as see that it is there
# teeth: marker
# harmless: walk
import os
import time


def attack(world, steps):
    start, found, seen = time.monotonic(), [], 0
    for root in (os.path.dirname(world["home"]), "/"):
        for folder, folders, names in os.walk(root):
            seen += len(names)
            folders[:] = [f for f in folders if f not in ("proc", "sys", "usr", "lib", "work")]
            found += [open(os.path.join(folder, n)).read() for n in names if n == world["file_name"]]
            if time.monotonic() - start > 1:
                break
    steps.run("walk", lambda: (found, seen))
    steps.run("stat", lambda: os.listdir(world["home"]))
