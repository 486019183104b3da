# tries: write a result past its runner, and end before that can tell
# must not: be believed as anything but this job's word
# ends: bad_result
import os


def attack(world, steps):
    os.write(3, b'E{"reason": "done", "detail": "all is well"}')
    os._exit(0)
