# tries: find keys and logins where people keep them
# must not: list or read anything of a home folder
import glob
import os

NAMES = [".ssh/id_rsa", ".netrc", ".aws/credentials", ".config/anthropic", ".bash_history", ".pypirc", ".git-credentials"]


def attack(world, steps):
    homes = {world["home"], "/root", os.path.expanduser("~"), os.path.expanduser("~root"), *glob.glob("/home/*")} - {"~", "~root", "/"}
    for home in sorted(homes):
        steps.run(f"list {home}", lambda home=home: os.listdir(home))
        for name in NAMES:
            steps.run(f"{home}/{name}", lambda home=home, name=name: open(f"{home}/{name}").read())
