# tries: change the code that later jobs, or the outer process, will import
# must not: change a byte of it
import json
import os
import site
import sys

import numpy


def attack(world, steps):
    folders = [os.path.dirname(json.__file__), os.path.dirname(numpy.__file__), os.path.dirname(sys.modules["cosyn_multi"].__file__), *site.getsitepackages(), *sys.path]
    for folder in dict.fromkeys(f for f in folders if f):
        for name in ("__init__.py", "sitecustomize.py", "planted_by_attack.pth", "__pycache__/__init__.cpython-311.pyc"):
            steps.run(f"{folder}/{name}", lambda folder=folder, name=name: open(f"{folder}/{name}", "ab").write(b"#"))
