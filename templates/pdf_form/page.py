"""A form: heading, field boxes, item grid, sums, boxes to sign in."""

PARTIES = ("issuer", "issuer_address", "recipient", "recipient_address")
SUMS = ("subtotal", "tax_rate", "tax", "total")


def build(view, style, kit):
    opt = style.options
    kit.end(opt["page"])
    side = style.width_px * 0.06
    kit.margins(side, side, side * 0.7, side)
    page = [*heading(view, kit, opt["heading"]), kit.gap(0.7), *boxes(view, kit, opt["boxes"]), kit.gap(0.8)]
    page += kit.prose()
    fill = {"tinted": kit.band, "dark": kit.ink, "clear": kit.paper}[opt["head"]]
    for part in view.parts:
        page += [*kit.table(part, look="grid", head=fill), kit.gap(0.7)]
    page += kit.sums(*SUMS, fill=kit.band if opt["head"] != "clear" else "")
    page += [kit.gap(0.6), signing(kit, opt["sign"])]
    kit.foot("plain")
    return page


def heading(view, kit, form):
    if form == "bar":
        return [kit.box(kit.heading(1.5, on=kit.accent), fill=kit.accent, pad=0.8)]
    if form == "corner":
        wide = kit.split(3, 2)[1]
        return [kit.row([kit.logo(2.6)], [kit.box(kit.heading(1.4, "center"), line=kit.ink, weight=1.6, width=wide)],
                        shares=(3, 2), valign="MIDDLE")]  # fmt: skip
    return [*kit.heading(1.7, "center"), kit.gap(0.3), kit.rule(kit.ink, 1.4)]


def boxes(view, kit, form):
    facts = view.facts
    sides = [
        [f for f in pair if f]
        for pair in ((facts.issuer, facts.issuer_address), (facts.recipient, facts.recipient_address))
    ]
    sides = [pair for pair in sides if pair]
    row = [[flow for i, f in enumerate(pair) for flow in kit.named(f, bold=i == 0)] for pair in sides]
    rest = facts.rest(*PARTIES, *SUMS)
    inner = kit.width - 1.6 * kit.size
    fields = []
    if rest and form == "pairs":
        fields = [kit.box(kit.fields(rest, "pairs", width=inner), line=kit.ink)]
    elif rest and form == "strip":
        strip = kit.fields(rest, "stacked", columns=kit.columns_for(rest), width=inner, on=kit.band)
        fields = [kit.box(strip, fill=kit.band)]
    elif rest:
        fields = kit.fields(rest, "cells", columns=kit.columns_for(rest))
    return [*([kit.boxes(row, line=kit.ink), kit.gap(0.6)] if row else []), *fields]


def signing(kit, form):
    wide = kit.split(1, 1, gap=0.8)[0]
    inner = wide - 1.6 * kit.size
    empty = [
        kit.blank(2.4 * kit.size),
        kit.rule(kit.ink, 0.8),
        kit.p("Signature", size=0.85, color=kit.muted, before=0.2),
    ]
    signed = kit.signature("Signature", width=inner)
    left = signed if form == "signed" else empty
    right = [kit.stamp("RECEIVED COPY", size=1.1)] if form == "stamp" else kit.signature("Checked by", width=inner)
    if form == "empty":
        right = [
            kit.blank(2.4 * kit.size),
            kit.rule(kit.ink, 0.8),
            kit.p("Checked by", size=0.85, color=kit.muted, before=0.2),
        ]
    return kit.boxes([left, right])
