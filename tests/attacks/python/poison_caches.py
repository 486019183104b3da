# tries: change what its parent keeps in the scratch folder, for jobs to come
# must not: change it
import os


def attack(world, steps):
    import matplotlib

    cache = matplotlib.get_configdir()
    steps.run("font list", lambda: [open(f"{cache}/{n}", "w").write("{}") for n in ("fontlist-v390.json", "matplotlibrc")])
    steps.run("beside", lambda: open("../planted_by_attack", "w"))
    steps.run("next job's folder", lambda: os.mkdir("../job2"))
    steps.run("own folder", lambda: os.rmdir(os.getcwd()))
    steps.run("swap", lambda: os.rename(os.getcwd(), "../other"))
