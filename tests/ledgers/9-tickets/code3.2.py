# A report on a small firm's letterhead, a coloured edge at the top | 840x820
def build(view, style, kit):
    side = style.width_px * 0.08
    kit.margins(side, side, side, side)
    kit.edge("top", 8, kit.accent)
    page = [
        *kit.heading(1.9),
        kit.gap(0.8),
        *kit.fields(view.facts, "inline"),
        kit.gap(0.9),
        *kit.prose(),
        kit.gap(0.9),
    ]
    for part in view.parts:
        page += [*kit.table(part, look="rules", bold_label=True), kit.gap(0.7)]
    page += kit.notes()
    if view.page:
        page.append(kit.p(view.page, size=0.9, align="right", color=kit.muted))
    return page
