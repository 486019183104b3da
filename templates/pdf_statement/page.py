"""A statement: letterhead, holder and account, key figures, movements."""

FIGURES = ("opening", "subtotal", "tax_rate", "tax", "total", "closing")


def build(view, style, kit):
    opt = style.options
    kit.end(opt["page"])
    side = style.width_px * 0.07
    kit.margins(side, side, side * 0.7, side)
    page = letterhead(view, kit, opt["head"])
    page += kit.parties("pairs", *FIGURES)
    page += figures(view, kit, opt["figures"])
    page += kit.prose()
    for part in view.parts:
        page += [*kit.table(part, look=opt["lines"]), kit.gap(1.0)]
    kit.foot("split" if opt["head"] in ("bar", "slim") else "rule")
    return page


def letterhead(view, kit, form):
    if form == "bar":
        return kit.letterhead("band")
    if form == "side":
        return kit.letterhead("side")
    if form == "slim":
        kit.edge("top", kit.size * 0.7)
        return [kit.row(kit.heading(1.6), kit.firm(1.1, "right"), shares=(3, 2), valign="BOTTOM"),
                kit.gap(0.5), kit.rule(kit.accent, 1.4), kit.gap(1.2)]  # fmt: skip
    logo = [kit.logo(2.6)]
    return [kit.row(logo, kit.firm(1.3), shares=(2.8 * kit.size, kit.width - 3.8 * kit.size), gap=1, valign="MIDDLE"),
            kit.gap(1.2), *kit.heading(1.9, color=kit.accent), kit.gap(1.0)]  # fmt: skip


def figures(view, kit, form):
    found = [f for role in FIGURES for f in view.facts if f.role == role]
    if not found:
        return []
    if form == "list":
        return kit.sums(*FIGURES, strong="closing" if any(f.role == "closing" for f in found) else "total", share=0.5)
    if form == "strip":
        inner = kit.width - 1.6 * kit.size
        columns = kit.columns_for(found)
        strip = kit.fields(found, "stacked", columns=columns, width=inner, on=kit.band, size=1.1, bold=True)
        return [kit.box(strip, fill=kit.band), kit.gap(1.2)]
    columns = min(3, kit.columns_for(found))
    out = []
    for i in range(0, len(found), columns):
        row = found[i : i + columns]
        tiles = [kit.named(f, size=1.25, bold=True) for f in row]
        out += [kit.boxes(tiles, line=kit.accent, columns=columns), kit.gap(0.6)]
    return [*out, kit.gap(0.6)]
