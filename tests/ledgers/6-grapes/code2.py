# A municipal table under a grey heading | 860x460
def build(view, style, kit):
    side = style.width_px * 0.06
    kit.margins(side * 0.8, side, side, side)
    page = [*kit.heading(1.5, color=kit.muted), kit.gap(0.3), kit.rule(kit.muted, 1), kit.gap(0.9)]
    for part in view.parts:
        page += [*kit.table(part, look="rules", bold_label=True), kit.gap(0.6)]
    page += kit.notes()
    return page
