# tries: change the code that tells the result, in memory
# must not: have any job but itself hear of it
# ends: bad_result, code_error, done, crash
# harmless: patched
import gc
import json
import os
import sys


def attack(world, steps):
    child = sys.modules["cosyn_multi.sandbox.child"]
    child._tell = lambda *said: os._exit(0)
    child._outcome = child._reason = None
    json.dumps = lambda *a, **k: "forged"
    sys.modules["json"] = None
    for found in gc.get_objects():
        if isinstance(found, dict) and "RETURNED" in found:
            found["RETURNED"] = b"E"
    steps.run("patched", lambda: child._tell)
    builtins = sys.modules["builtins"]
    builtins.open = builtins.print = builtins.len = None
