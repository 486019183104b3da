# tries: make the canvas 100,000 pixels wide and high behind the renderer's back
# must not: get the memory for it, or give a picture of another size
# renderer: matplotlib
# ends: template_error, memory, bad_result, resized, timeout


def draw(fig, view, style, bind):
    fig.set_dpi(10_000)
    fig.set_size_inches(1000, 1000, forward=True)
    fig.savefig("big.png")
