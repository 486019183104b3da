# tries: run code through reportlab's evaluation of colours
# must not: have what it runs reach anything
# renderer: pdf
# ends: template_error, forbidden


def build(view, style, kit):
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph

    code = "[[getattr(pow, Word('__globals__'))['os'].system('touch @outside@/planted_by_attack') for Word in [str]] for x in [1]]"
    return [Paragraph(f'<font color="{code}">x</font>', getSampleStyleSheet()["Normal"])]
