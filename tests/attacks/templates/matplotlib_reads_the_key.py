# tries: print the key file and the environment in the picture
# must not: draw what they hold
# renderer: matplotlib
# ends: template_error, forbidden
import os


def draw(fig, view, style, bind):
    fig.text(0.1, 0.5, str(dict(os.environ)))
    fig.text(0.1, 0.1, open("@key_file@").read())
