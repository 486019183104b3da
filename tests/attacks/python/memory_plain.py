# tries: take memory until there is none
# must not: get more than its limit
# ends: memory
# limits: memory_mb=200


def attack(world, steps):
    kept = []
    while True:
        kept.append(bytearray(1 << 20))
