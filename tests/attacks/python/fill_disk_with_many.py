# tries: write small files until the disk is full
# must not: write more than its limit, or more files than it may
# ends: too_large
# limits: files=300 file_mb=8


def attack(world, steps):
    n = 0
    while True:
        with open(f"f{n}", "wb") as file:
            file.write(b"x" * 100)
        n += 1
