# A short legal paper between two dark rules, facts in pairs, one small table | 820x760
def build(view, style, kit):
    side = style.width_px * 0.11
    kit.margins(side, side, side, side)
    page = [
        kit.rule(kit.ink, 3),
        kit.gap(0.6),
        *kit.heading(1.7, "center"),
        kit.gap(0.6),
        kit.rule(kit.ink, 1),
        kit.gap(1),
    ]
    page += [*kit.fields(view.facts, "pairs"), kit.gap(0.9), *kit.prose(), kit.gap(0.9)]
    for part in view.parts:
        page += [*kit.table(part, look="rules"), kit.gap(0.9)]
    page += [*kit.notes(), kit.rule(kit.ink, 3)]
    return page
