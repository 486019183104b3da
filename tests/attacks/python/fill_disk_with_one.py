# tries: write one file until the disk is full
# must not: write more than its limit
# ends: too_large
# limits: file_mb=8


def attack(world, steps):
    with open("big", "wb") as file:
        while True:
            file.write(b"x" * (1 << 20))
