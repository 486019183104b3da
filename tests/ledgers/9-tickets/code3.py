# A report on a small firm's letterhead (its paragraph forgotten: to be refused) | 840x820
def build(view, style, kit):
    side = style.width_px * 0.08
    kit.margins(side, side, side, side)
    page = [*kit.heading(1.9), kit.gap(0.8), *kit.fields(view.facts, "pairs"), kit.gap(1)]
    for part in view.parts:
        page += kit.table(part, look="plain")
    return page
