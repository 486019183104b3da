# A utility bill as an old control screen: dark head, boxed fields, grids side by side | 880x1100
def build(view, style, kit):
    side = style.width_px * 0.06
    kit.margins(side * 0.8, side, side, side)
    kit.edge("top", 12, kit.accent)
    page = [kit.box(kit.heading(1.7, on=kit.accent), fill=kit.accent, pad=0.8), kit.gap(0.8)]
    page += [*kit.fields(view.facts.rest("total"), "cells", columns=3), kit.gap(0.9)]
    for part in view.parts:
        page += [*kit.table(part, look="zebra"), kit.gap(0.9)]
    if view.facts.total:
        page += [kit.box([kit.p(kit.labelled(view.facts.total), bold=True, size=1.3)], line=kit.ink), kit.gap(0.8)]
    page += kit.notes()
    return page
