# tries: have reportlab fetch pictures from a server and from the disk
# must not: reach the listener
# renderer: pdf
# ends: template_error, forbidden


def build(view, style, kit):
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.lib.utils import ImageReader
    from reportlab.platypus import Paragraph

    plain = getSampleStyleSheet()["Normal"]
    try:
        ImageReader("@url@/reader.png")
    except Exception as error:
        first = repr(error)[:80]
    try:
        Paragraph('<img src="@url@/x.png" width="9" height="9"/><img src="@key_file@" width="9" height="9"/>', plain).wrap(99, 99)
    except Exception as error:
        raise PermissionError(f"ran: {first}; {error!r}"[:300]) from error
    raise PermissionError(f"ran: {first}; a paragraph")
