# tries: have matplotlib place a billion ticks
# must not: run longer than its time, or take more memory than it may
# ends: timeout, memory, code_error
# limits: wall_s=3 cpu_s=2 memory_mb=300


def attack(world, steps):
    import matplotlib.pyplot as plt
    from matplotlib.ticker import MultipleLocator

    MultipleLocator.MAXTICKS = 10**12
    axes = plt.figure().gca()
    axes.plot([0, 1e9])
    axes.xaxis.set_major_locator(MultipleLocator(1e-3))
    axes.figure.canvas.draw()
