# tries: use whatever descriptor its parent left open
# must not: read from, or write to, anything but the null device and the result's pipe
# harmless: stat; read 0; read 1; read 2
import os


def attack(world, steps):
    kinds = []
    for number in range(1024):
        try:
            kinds.append((number, os.fstat(number).st_mode))
        except OSError:
            continue
    steps.run("stat", lambda: kinds)
    for number, _ in kinds:
        steps.run(f"read {number}", lambda number=number: os.read(number, 1000))
        steps.run(f"list {number}", lambda number=number: os.listdir(number))
        steps.run(f"climb from {number}", lambda number=number: os.open("..", os.O_RDONLY, dir_fd=number))
        steps.run(f"pass {number}", lambda number=number: os.fchdir(number))
