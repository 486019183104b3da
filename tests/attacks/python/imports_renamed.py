# tries: shadow the libraries that the runner will use by files of its own
# must not: have trusted code import them
# harmless: files
import sys


def attack(world, steps):
    for name in ("json", "os", "numpy", "cosyn_multi", "sitecustomize"):
        steps.run("files", lambda name=name: open(f"{name}.py", "w").write("raise SystemExit('shadowed')"))
    for name in ("json", "os", "numpy"):
        sys.modules.pop(name, None)
    import json

    if "scratch" in (json.__file__ or ""):
        raise AssertionError("shadowed")
    sys.modules["json"] = __import__("json")
