# tries: leave its mark on everything that jobs share when they share a process
# must not: have the next job see any of it
# harmless: locale; signals; random; umask; files
import locale
import os
import random
import signal
import sys
import warnings


def attack(world, steps):
    import matplotlib
    import numpy

    random.seed(4)
    numpy.random.seed(4)
    steps.run("random", random.random)
    matplotlib.rcParams["font.size"] = 99
    numpy.set_printoptions(precision=1)
    os.environ["MPLBACKEND"] = "pdf"
    sys.path.insert(0, "/planted")
    sys.modules["planted"] = sys
    sys.setrecursionlimit(50_000)
    warnings.filterwarnings("error")
    steps.run("locale", lambda: locale.setlocale(locale.LC_ALL, "C"))
    steps.run("signals", lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN))
    steps.run("umask", lambda: os.umask(0))
    steps.run("files", lambda: open("left_behind", "w").write("x"))
