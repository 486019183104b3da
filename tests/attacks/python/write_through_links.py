# tries: write outside through links in the scratch folder
# must not: change a file outside
# teeth: outside
import os


def through(make, target, name):
    make(target, name)
    with open(name, "w") as file:
        file.write("was here")


def attack(world, steps):
    steps.run("symbolic", lambda: through(os.symlink, world["spare"], "a"))
    steps.run("hard", lambda: through(os.link, world["spare"], "b"))
    steps.run("dangling", lambda: through(os.symlink, world["outside"] + "/planted_by_attack", "c"))
    steps.run("move out", lambda: (open("d", "w").close(), os.rename("d", world["outside"] + "/planted_by_attack")))
    steps.run("link out", lambda: (open("e", "w").close(), os.link("e", world["outside"] + "/planted_by_link")))
