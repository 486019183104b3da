# tries: leave links in the scratch folder that lead out of it, for whoever collects or clears it
# must not: have anything outside read, emptied or removed
import os


def attack(world, steps):
    steps.run("folder", lambda: os.symlink(world["outside"], "result"))
    steps.run("picture", lambda: os.symlink(world["key_file"], "result.png"))
    steps.run("loop", lambda: os.symlink(".", "loop"))
    steps.run("mount point", lambda: os.mkdir("mount"))
    steps.run("parent", lambda: os.symlink("..", "up"))
