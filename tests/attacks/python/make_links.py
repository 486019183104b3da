# tries: make a symbolic or a hard link to the key file in the scratch folder, and read that
# must not: give what the key file holds
# teeth: marker
import os


def followed(make, key, name):
    make(key, name)
    return open(name).read()


def attack(world, steps):
    key = world["key_file"]
    steps.run("symbolic", lambda: followed(os.symlink, key, "one"))
    steps.run("hard", lambda: followed(os.link, key, "two"))
    steps.run("folder", lambda: (os.symlink(os.path.dirname(key), "four"), open("four/id_ed25519").read()))
    steps.run("by descriptor", lambda: os.symlink(key, "five", dir_fd=os.open(".", os.O_RDONLY)))
    steps.run("rename in", lambda: os.rename(world["spare"], "six"))
