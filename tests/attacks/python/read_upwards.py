# tries: climb out of the scratch folder
# must not: give what the key file holds
# teeth: marker
import os


def changed(key):
    os.chdir("/")
    return open(key.lstrip("/")).read()


def attack(world, steps):
    key = world["key_file"]
    steps.run("dots", lambda: open("../" * 30 + key.lstrip("/")).read())
    steps.run("dots by descriptor", lambda: open(os.open("../" * 30 + key.lstrip("/"), os.O_RDONLY, dir_fd=os.open(".", os.O_RDONLY))).read())
    steps.run("after chdir", lambda: changed(key))
    steps.run("chroot", lambda: os.chroot("/"))
    steps.run("odd slashes", lambda: open("//.//" + key + "").read())
