# tries: draw without end
# must not: run longer than its time
# renderer: matplotlib
# ends: timeout, memory


def draw(fig, view, style, bind):
    while True:
        fig.text(0, 0, "again")
