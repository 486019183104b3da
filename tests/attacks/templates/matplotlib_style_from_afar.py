# tries: have matplotlib fetch a style and a picture from a server
# must not: reach the listener
# renderer: matplotlib
# ends: template_error, forbidden


def draw(fig, view, style, bind):
    import matplotlib.pyplot as plt

    try:
        plt.imread("@url@/picture.png")
    except Exception as error:
        first = repr(error)
    try:
        plt.style.use("@url@/planted.mplstyle")
    except OSError as error:
        raise PermissionError(f"ran: {first}; {error}") from error
