# tries: save pictures outside, and where the result is looked for
# must not: leave a file outside
# renderer: matplotlib
# ends: template_error, forbidden


def draw(fig, view, style, bind):
    fig.savefig("@outside@/planted_by_attack.png")
