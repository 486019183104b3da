# tries: write on the result's pipe without end
# must not: have the outer process take it in
# ends: too_large
# limits: result_mb=1
import os


def attack(world, steps):
    while True:
        os.write(3, b"R" + b"x" * (1 << 20))
