# tries: write wherever others might look
# must not: leave or change a file outside of the scratch folder
# teeth: outside
import os


def written(path):
    with open(path, "w") as file:
        file.write("was here")
    return path


def attack(world, steps):
    for folder in (*world["places"], world["work"], world["home"]):
        steps.run(f"in {folder}", lambda folder=folder: written(f"{folder}/planted_by_attack"))
    steps.run("append", lambda: open(world["spare"], "a").write("x"))
    steps.run("truncate", lambda: os.truncate(world["spare"], 0))
    steps.run("remove", lambda: os.remove(world["spare"]))
    steps.run("rename", lambda: os.rename(world["spare"], world["spare"] + "x"))
    steps.run("folder", lambda: os.mkdir(world["outside"] + "/folder"))
    steps.run("mode", lambda: os.chmod(world["spare"], 0o777))
    steps.run("times", lambda: os.utime(world["spare"], (0, 0)))
    steps.run("attribute", lambda: os.setxattr(world["spare"], "user.x", b"1"))
