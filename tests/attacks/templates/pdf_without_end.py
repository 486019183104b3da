# tries: make pages without end
# must not: run longer than its time, or take more memory than it may
# renderer: pdf
# ends: timeout, memory, too_large, template_error


def build(view, style, kit):
    from reportlab.platypus import PageBreak, Spacer

    def pages():
        while True:
            yield Spacer(1, 100)
            yield PageBreak()

    return list(pages())
