# tries: draw a figure of 100,000 x 100,000 pixels
# must not: get the memory for it
# ends: memory, code_error
# limits: memory_mb=400 wall_s=20 cpu_s=15


def attack(world, steps):
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=(600, 600), dpi=100)
    figure.gca().plot([1, 2, 3])
    figure.savefig("large.png")  # 14 GB of pixels
