"""A page of a report: heading, by-line, prose, tables."""


def build(view, style, kit):
    opt = style.options
    kit.end(opt["page"])
    side = style.width_px * 0.1
    kit.margins(side * 0.8, side, side * 0.55, side)
    page = [
        *sender(view, kit),
        *heading(view, kit, opt["heading"]),
        kit.gap(0.8),
        *details(view, kit, opt["details"]),
        kit.gap(1.0),
    ]
    text = prose(view, kit, opt["prose"])
    tables = [f for part in view.parts for f in (*kit.table(part, look=opt["lines"]), kit.gap(1.0))]
    blocks = [text, tables] if opt["order"] == "text first" else [tables, text]
    page += [*blocks[0], *([kit.gap(1.1)] if text and tables else []), *blocks[1]]
    kit.foot("split" if opt["heading"] == "tab" else "rule")
    return page


def sender(view, kit):
    """Who wrote it, in one small line over the heading."""
    pieces = []
    for fact in (view.facts.issuer, view.facts.issuer_address):
        if fact:
            pieces += [*([" \u00b7 "] if pieces else []), *kit.labelled(fact)]
    return [kit.p(pieces, size=0.9, color=kit.muted), kit.gap(0.9)] if pieces else []


def heading(view, kit, form):
    if form == "centered":
        return [*kit.heading(2.0, "center"), kit.gap(0.7), kit.rule(kit.line, 0.8)]
    if form == "ruled":
        return [kit.rule(kit.accent, 4), kit.gap(0.8), *kit.heading(2.2), kit.gap(0.5), kit.rule(kit.ink, 0.7)]
    if form == "tab":
        kit.edge("left", kit.size * 0.6)
        return kit.heading(2.1, color=kit.accent)
    return kit.heading(2.3)


def details(view, kit, form):
    facts = view.facts.rest("issuer", "issuer_address")
    if not facts:
        return []
    if form == "pairs":
        return kit.fields(facts, "pairs", width=kit.width * 0.75)
    if form == "box" or len(facts) > 7:
        inner = kit.width - 1.6 * kit.size
        block = kit.fields(facts, "stacked", columns=kit.columns_for(facts), width=inner, on=kit.band)
        return [kit.box(block, fill=kit.band)]
    pieces = []
    for fact in facts:
        pieces += [*([" \u00b7 "] if pieces else []), *kit.labelled(fact)]
    return [kit.p(pieces, italic=True, size=0.95)]


def prose(view, kit, form):
    if form != "two" or len(view.prose) < 2:
        align = "justify" if form == "indented" else "left"
        body = kit.prose(gap=0.75, align=align, leading=1.42)
        return [kit.row([], body, shares=(1, 14), gap=0)] if form == "indented" and body else body
    gap, wide = 2.0, kit.split(1, 1, gap=2.0)[0]
    body = kit.prose(gap=0.7, leading=1.38)
    heights = [flow.wrap(wide, 5000)[1] for flow in body]
    cut = min(range(1, len(body)), key=lambda i: abs(sum(heights[:i]) - sum(heights[i:])))
    return [kit.row(body[:cut], body[cut:], gap=gap)]
