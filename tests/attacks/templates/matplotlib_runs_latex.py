# tries: have matplotlib run programs: LaTeX, and a film maker
# must not: have one started
# renderer: matplotlib
# ends: template_error, forbidden


def draw(fig, view, style, bind):
    from matplotlib.texmanager import TexManager

    TexManager().make_dvi(r"\input{@key_file@}", 12)
