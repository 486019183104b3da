# A bank statement with a large title and airy columns | 860x1100
def build(view, style, kit):
    side = style.width_px * 0.09
    kit.margins(side, side, side, side)
    kit.edge("left", 10, kit.accent)
    page = [*kit.heading(2.3, color=kit.accent), kit.gap(0.6), kit.rule(weight=1.6), kit.gap(0.8)]
    page += [*kit.fields(view.facts, "stacked", columns=2), kit.gap(1.2)]
    for part in view.parts:
        page += [*kit.table(part, look="open"), kit.gap(1)]
    page += kit.notes()
    if view.page:
        page.append(kit.p(view.page, size=0.85, align="right", color=kit.muted))
    return page
