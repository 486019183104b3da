# A quote with a bold headline, a short rule and facts in boxes | 860x1000
def build(view, style, kit):
    side = style.width_px * 0.07
    kit.margins(side, side, side, side)
    kit.edge("left", 10, kit.accent)
    page = [*kit.heading(2.6, color=kit.accent), kit.gap(0.3), kit.rule(kit.accent, 5), kit.gap(1)]
    page += [*kit.fields(view.facts.rest("total"), "cells", columns=3), kit.gap(1)]
    for part in view.parts:
        page += [*kit.table(part, look="bands"), kit.gap(0.8)]
    page += [
        kit.box([kit.p(kit.labelled(view.facts.total), bold=True, size=1.4, on=kit.band)], fill=kit.band),
        kit.gap(0.8),
    ]
    page += kit.notes()
    return page
