# tries: loop in C, where no Python code comes in between: a power too large for any machine
# must not: run longer than its time
# ends: timeout, memory
# limits: wall_s=1 cpu_s=5


def attack(world, steps):
    return pow(3, 10**9) % 7
