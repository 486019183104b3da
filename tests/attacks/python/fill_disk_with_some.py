# tries: write files each just below the limit until the disk is full
# must not: hold more than its limit in all of them
# ends: too_large
# limits: file_mb=8


def attack(world, steps):
    n = 0
    while True:
        with open(f"f{n}", "wb") as file:
            for _ in range(7):
                file.write(b"x" * (1 << 20))
        n += 1
