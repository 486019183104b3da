# tries: fork without end
# must not: have one more process
import os


def attack(world, steps):
    children = []
    for n in range(50):
        steps.run(f"fork {n}", lambda: children.append(fork()))
    steps.run("forkpty", os.forkpty)


def fork():
    made = os.fork()
    if made == 0:
        while True:
            os.fork()
    return made
