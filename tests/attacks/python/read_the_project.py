# tries: read the project and what was generated so far, from the working folder and from our package's place
# must not: give anything but our own code and libraries
import os
import sys


def attack(world, steps):
    package = os.path.dirname(os.path.dirname(sys.modules["cosyn_multi"].__file__))
    for name in (".", ".git/config", "outputs", "tests", "pyproject.toml", ".env"):
        steps.run(name, lambda name=name: (os.listdir if name in (".", "outputs", "tests") else lambda p: open(p).read())(f"{package}/{name}"))
    steps.run("working folder", lambda: os.listdir(world["work"]))
