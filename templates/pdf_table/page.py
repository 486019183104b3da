"""A table on its own: caption, grid, notes."""


def build(view, style, kit):
    opt = style.options
    side = max(style.width_px * 0.05, kit.size * 1.6)
    kit.margins(side, side, side, side)
    caption = captioned(view, kit, opt["caption"])
    tables = []
    for i, part in enumerate(view.parts):
        tables += [kit.gap(1.2)] if i else []
        tables += kit.table(
            part,
            look=opt["lines"],
            stretch=opt["width"] == "full",
            bold_label=opt["emphasis"] == "label",
            align="CENTER" if opt["caption"] in ("centered", "bar") else "LEFT",
        )
    page = [*tables, kit.gap(0.6), *caption] if opt["caption"] == "below" else [*caption, kit.gap(0.8), *tables]
    page += [kit.gap(0.5), *kit.prose(size=0.95), *kit.notes()]
    if view.page:
        page += [kit.p(view.page, size=0.85, align="right", color=kit.muted)]
    return page


def captioned(view, kit, form):
    details = []
    for fact in view.facts:
        details += [*([" \u00b7 "] if details else []), *kit.labelled(fact)]
    line = [kit.p(details, size=0.95, before=0.3, align="center" if form == "centered" else "left")] if details else []
    if form == "bar":
        return [kit.box(kit.heading(1.25, on=kit.accent), fill=kit.accent, pad=0.7), *line]
    if form == "centered":
        return [*kit.heading(1.35, "center"), *line]
    return [*kit.heading(1.15 if form == "below" else 1.45), *line]
