"""A printed table: heading, a few facts, one or two grids, small print."""


def build(view, style, kit):
    """Return what stands on the page, from top to bottom: reportlab flowables. The kit makes those that are read back."""
    side = style.width_px * 0.05
    kit.margins(side, side, side, side)
    page = [*kit.heading(1.4, style.options["heading"]), kit.gap(1)]
    page += [*kit.fields(view.facts, "pairs"), kit.gap(1), *kit.prose()]
    for part in view.parts:
        page += [*kit.table(part, look=style.options["lines"]), kit.gap(0.9)]
    page += kit.notes()
    if view.page:
        page.append(kit.p(view.page, size=0.85, align="right", color=kit.muted))
    return page
