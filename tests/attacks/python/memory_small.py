# tries: take memory in small objects, from code that catches the error and goes on
# must not: get more than its limit, or run on without end
# ends: memory, timeout, crash
# limits: memory_mb=100 wall_s=3 cpu_s=2


def attack(world, steps):
    kept = []
    while True:
        try:
            kept.append([object()] * 100)
        except MemoryError:
            continue
