"""A contract: title, parties, text, clauses, signatures."""

PARTIES = ("issuer", "issuer_address", "recipient", "recipient_address")


def build(view, style, kit):
    opt = style.options
    kit.end(opt["page"])
    side = style.width_px * 0.11
    kit.margins(side * 0.8, side, side * 0.55, side)
    page = [*title(view, kit, opt["heading"]), kit.gap(1.2), *parties(view, kit, opt["parties"])]
    rest = view.facts.rest(*PARTIES)
    if rest:
        page += [kit.gap(0.6), *kit.fields(rest, "stacked", columns=kit.columns_for(rest)), kit.gap(0.3), kit.rule()]
    page += [kit.gap(1.0), *kit.prose(gap=0.7, align="justify")]
    for i, part in enumerate(view.parts):
        by_number = opt["clauses"] == "numbered" and i == 0 and short_names(part)
        page += numbered(kit, part) if by_number else kit.table(part, look=table_look(opt))
        page += [kit.gap(0.9)]
    page += signatures(view, kit, opt["sign"])
    kit.foot("plain")
    return page


def short_names(part):
    """Whether the rows are named as clauses are, '7' or '7.2 a', so that they can be headings."""
    return all(len(row[part.columns[0].name]) <= 8 for row in part.rows)


def table_look(opt):
    return "rules" if opt["clauses"] == "numbered" else opt["clauses"]


def title(view, kit, form):
    if form == "band":
        inner = kit.heading(1.7, on=kit.accent)
        return [kit.box(inner, fill=kit.accent, pad=1.1)]
    if form == "left":
        return [*kit.heading(2.1), kit.gap(0.5), kit.rule(kit.accent, 3, share=0.2)]
    if form == "framed":
        kit.border(kit.size * 1.4, 0.9)
        return [*kit.heading(1.8, "center"), kit.gap(0.6), kit.rule(kit.ink, 0.8)]
    return [*kit.heading(2.0, "center"), kit.gap(0.6), kit.rule(kit.ink, 1.6), kit.blank(2), kit.rule(kit.ink, 0.6)]


def parties(view, kit, form):
    facts = view.facts
    sides = [
        [f for f in pair if f]
        for pair in ((facts.issuer, facts.issuer_address), (facts.recipient, facts.recipient_address))
    ]
    sides = [pair for pair in sides if pair]
    blocks = [[flow for i, f in enumerate(pair) for flow in kit.named(f, bold=i == 0)] for pair in sides]
    if not blocks:
        return []
    if form == "lines":
        return [flow for block in blocks for flow in (*block, kit.gap(0.5))]
    return [kit.boxes(blocks)] if form == "boxed" else [kit.row(*blocks)]


def numbered(kit, part):
    first, *others = part.columns
    lead = max(kit.p([first.label, " ", row[first.name]], bold=True).natural for row in part.rows)
    left = min(lead + 2, kit.width * 0.34)
    shares = (left, kit.width - left - 1.4 * kit.size)
    out = [kit.p(part.title, bold=True, size=1.1, font="heading", after=0.4)] if part.title else []
    for row in part.rows:
        head = [kit.p([first.label, " ", row[first.name]], bold=True, color=kit.accent)]
        body = [kit.p([kit.styled(c.label, color=kit.muted), ": ", row[c.name]]) for c in others if len(row[c.name])]
        out += [kit.row(head, body, shares=shares, gap=1.4), kit.gap(0.55)]
    return out


def signatures(view, kit, form):
    facts = view.facts
    signers = [f for f in (facts.issuer, facts.recipient) if f]
    wide = kit.split(1, 1, gap=4)[0]
    if form == "names" and signers:
        cells = [kit.signature("Authorised signature", width=wide, name=f.value) for f in signers]
    else:
        cells = [kit.signature(["For ", f.value], width=wide) for f in signers] or [
            kit.signature("Signature", width=wide)
        ]
    if len(cells) == 1:
        cells.append([kit.stamp("SIGNED ORIGINAL")] if form == "stamped" else [])
    elif form == "stamped":
        return [kit.gap(1.2), kit.row(*cells, gap=4), kit.gap(0.6), kit.stamp("DUPLICATE", size=1.0, angle=-5)]
    return [kit.gap(1.2), kit.row(*cells, gap=4)]
