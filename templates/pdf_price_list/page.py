"""A price list: firm, title, details, the items."""


def build(view, style, kit):
    opt = style.options
    side = style.width_px * 0.075
    kit.margins(side, side, side * 0.8, side)
    page = head(view, kit, opt["head"])
    rest = view.facts.rest("issuer", "issuer_address")
    if rest:
        page += [*kit.fields(rest, "stacked", columns=kit.columns_for(rest)), kit.gap(0.9)]
    page += kit.prose()
    for part in view.parts:
        page += [*items(kit, part, opt), kit.gap(1.0)]
    kit.footer(*kit.notes(), *([kit.p(view.page, size=0.85, align="right", color=kit.muted)] if view.page else []))
    return page


def head(view, kit, form):
    if form == "banner":
        return kit.letterhead("band")
    if form == "centered":
        return kit.letterhead("centered")
    if form == "boxed":
        kit.border(kit.size * 1.1, 1.6, kit.accent)
        return [kit.row(kit.heading(2.2, color=kit.accent), kit.firm(1.15, "right"), shares=(3, 2)), kit.gap(0.6),
                kit.rule(kit.accent, 1.2, dash=(2, 3)), kit.gap(0.9)]  # fmt: skip
    shares = (2.6 * kit.size, kit.width - 3.4 * kit.size)
    mark = [kit.row([kit.logo(2.4)], kit.firm(1.3), shares=shares, gap=0.8, valign="MIDDLE")]
    return [*mark, kit.gap(1.0), *kit.heading(2.4), kit.gap(1.0)]


def items(kit, part, opt):
    rows = len(part.rows)
    if opt["layout"] == "one" or rows < 10 or len(part.columns) > 3:
        return kit.table(part, look=opt["lines"], bold_label=len(part.columns) > 3)
    wide, half = kit.split(1, 1, gap=2.2)[0], -(-rows // 2)
    title = [kit.p(part.title, bold=True, size=1.1, font="heading", after=0.35)] if part.title else []
    left, right = (
        kit.table(part, look=opt["lines"], width=wide, title=False, rows=rows_)
        for rows_ in (slice(0, half), slice(half, None))
    )
    return [*title, kit.row(left, right, gap=2.2)]
