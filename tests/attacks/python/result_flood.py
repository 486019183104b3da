# tries: give a result of hundreds of megabytes
# must not: have the outer process take it in
# ends: too_large, memory
# limits: result_mb=1 memory_mb=400


def attack(world, steps):
    steps.told = "x" * (50 << 20)
