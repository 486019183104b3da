# A budget as a dense dashboard in bands under an accent | 880x460
def build(view, style, kit):
    side = style.width_px * 0.04
    kit.margins(side, side, side, side)
    kit.border(6, 3, kit.muted)
    page = [kit.box(kit.heading(1.35, "center", on=kit.accent), fill=kit.accent, pad=0.6), kit.gap(0.6)]
    for part in view.parts:
        page += [*kit.table(part, look="zebra"), kit.gap(0.5)]
    page += kit.notes()
    return page
