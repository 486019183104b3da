# tries: make files that are longer than they look, and reserve room without writing
# must not: get one beyond the limit
# limits: file_mb=8
import os


def longer(size):
    with open("sparse", "wb") as file:
        file.truncate(size)


def reserved(size):
    with open("reserved", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)


def attack(world, steps):
    for size in (1 << 40, 1 << 30, 9 << 20):
        steps.run(f"sparse {size}", lambda size=size: longer(size))
        steps.run(f"reserved {size}", lambda size=size: reserved(size))
