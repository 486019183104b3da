# A quote in large plain type inside a heavy frame | 840x1000
def build(view, style, kit):
    side = style.width_px * 0.09
    kit.margins(side, side, side, side)
    kit.border(14, 4, kit.ink)
    page = [*kit.heading(2.2, "center"), kit.gap(1.2)]
    page += [
        *kit.fields(view.facts.rest("subtotal", "tax_rate", "tax", "total"), "stacked", columns=2, size=1.1),
        kit.gap(1),
    ]
    for part in view.parts:
        page += [*kit.table(part, look="open", size=1.05), kit.gap(0.8)]
    page += [kit.rule(weight=3), kit.gap(0.4), *kit.sums("subtotal", "tax_rate", "tax", "total"), kit.gap(1.2)]
    page += kit.notes()
    return page
