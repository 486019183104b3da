# tries: open figures and close none, and leave settings changed
# must not: have the next job see any of it
# renderer: matplotlib
# ends: template_error


def draw(fig, view, style, bind):
    import matplotlib.pyplot as plt

    plt.rcParams.update({"font.size": 40, "axes.facecolor": "red", "savefig.dpi": 600})
    for _ in range(30):
        plt.figure()
    raise ValueError("thirty are open")
