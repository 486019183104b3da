# tries: read a private key by its path, in all the ways that Python opens files
# must not: give what the file holds
# teeth: marker
import io
import os
import pathlib


def attack(world, steps):
    key = world["key_file"]
    steps.run("open", lambda: open(key).read())
    steps.run("os.open", lambda: os.read(os.open(key, os.O_RDONLY), 1000))
    steps.run("O_PATH, then by its descriptor", lambda: open(f"/proc/self/fd/{os.open(key, os.O_PATH)}").read())
    steps.run("FileIO", lambda: io.FileIO(key).read())
    steps.run("pathlib", lambda: pathlib.Path(key).read_bytes())
    steps.run("from its folder", lambda: open(os.open("id_ed25519", os.O_RDONLY, dir_fd=os.open(os.path.dirname(key), 0))).read())
