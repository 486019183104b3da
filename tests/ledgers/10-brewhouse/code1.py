# A schedule as a hand-tuned spreadsheet: full grid, tinted head | 880x460
def build(view, style, kit):
    side = style.width_px * 0.035
    kit.margins(side, side, side, side)
    page = [kit.box(kit.heading(1.25, on=kit.band), fill=kit.band, line=kit.line, pad=0.5), kit.gap(0.4)]
    for part in view.parts:
        page += [*kit.table(part, look="grid", size=0.98), kit.gap(0.5)]
    page += kit.notes()
    return page
