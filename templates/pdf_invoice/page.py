"""An invoice: letterhead, recipient and details, items, totals, small print."""


def build(view, style, kit):
    opt = style.options
    kit.end(opt["page"])
    side = style.width_px * 0.08
    kit.margins(side * 0.9, side, side * 0.6, side)
    page = kit.letterhead(opt["letterhead"])
    page += kit.parties(opt["details"], "subtotal", "tax_rate", "tax", "total")
    page += kit.prose()
    for part in view.parts:
        page += [*kit.table(part, look=opt["lines"]), kit.gap(0.9)]
    page += kit.sums("subtotal", "tax_rate", "tax", "total", fill=kit.band if opt["total"] == "band" else "")
    if opt["foot"] == "signed":
        page += [kit.gap(1.2), kit.row(kit.signature("Authorised signature"), [], shares=(2, 3))]
    kit.foot("rule" if opt["foot"] == "signed" else opt["foot"])
    return page
