# A roster on light cards with one accent | 860x480
def build(view, style, kit):
    side = style.width_px * 0.05
    kit.margins(side, side, side, side)
    kit.border(8, 2, kit.accent)
    page = [*kit.heading(1.6, "center", color=kit.accent), kit.gap(0.8)]
    for part in view.parts:
        page += [*kit.table(part, look="bands", bold_label=True), kit.gap(0.7)]
    page += kit.notes()
    return page
