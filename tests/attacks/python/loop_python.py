# tries: loop for ever
# must not: run longer than its time by the clock
# ends: timeout
# limits: wall_s=1 cpu_s=5


def attack(world, steps):
    while True:
        pass
