# A timetable in a full grid under a dark band | 900x480
def build(view, style, kit):
    side = style.width_px * 0.045
    kit.margins(side, side, side, side)
    page = [kit.box(kit.heading(1.4, on=kit.ink), fill=kit.ink, pad=0.7), kit.gap(0.8)]
    for part in view.parts:
        page += [*kit.table(part, look="grid"), kit.gap(0.7)]
    page += kit.notes()
    return page
