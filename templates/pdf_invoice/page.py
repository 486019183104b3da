"""An invoice: letterhead, recipient and details, items, totals, small print."""

TOTALS = ("subtotal", "tax_rate", "tax", "total")
ADDRESSED = ("issuer", "issuer_address", "recipient", "recipient_address")


def build(view, style, kit):
    opt = style.options
    facts = view.facts
    kit.margins(kit.style.width_px * 0.07, style.width_px * 0.075, style.width_px * 0.055, style.width_px * 0.075)
    page = [*letterhead(view, kit, opt.get("letterhead", "plain")), kit.gap(1.6)]
    page += [*addressed(view, kit, opt.get("details", "pairs")), kit.gap(1.4)]
    page += [f for pieces in view.prose for f in [kit.p(pieces, after=0.6)]]
    for part in view.parts:
        page += [*kit.table(part, look=opt.get("lines", "rules")), kit.gap(0.9)]
    sums = [f for role in TOTALS for f in facts if f.role == role]
    page += totals(kit, sums)
    foot(view, kit, opt.get("foot", "rule"))
    return page


def letterhead(view, kit, form):
    issuer, address = view.facts.issuer, view.facts.issuer_address
    if form == "band":
        thick = kit.size * 6.2
        kit.edge("top", thick)
        kit.margins(kit.size * 1.6, *kit.page.margins[1:])
        return [
            kit.row(
                [*firm(kit, issuer, address, on=kit.accent, size=1.7)],
                [kit.p(view.title, size=1.9, font="heading", align="right", on=kit.accent, color="#ffffff"),
                 *subtitle(view, kit, align="right", on=kit.accent)],
                shares=(3, 2),
            ),
            kit.gap(1.0),
        ]  # fmt: skip
    if form == "side":
        kit.edge("left", kit.size * 0.9)
        return [
            kit.row([kit.logo(3.2)], firm(kit, issuer, address), shares=(1, 7), gap=1, valign="MIDDLE"),
            kit.gap(1.2),
            kit.p(view.title, size=2.2, bold=True, font="heading", color=kit.accent),
            *subtitle(view, kit),
        ]
    if form == "centered":
        return [
            *firm(kit, issuer, address, align="center", size=1.8),
            kit.gap(0.5),
            kit.rule(kit.ink, 1.2),
            kit.gap(0.9),
            kit.p(view.title, size=1.6, bold=True, font="heading", align="center"),
            *subtitle(view, kit, align="center"),
        ]
    return [
        kit.row(
            [kit.p(view.title, size=2.4, bold=True, font="heading", color=kit.accent), *subtitle(view, kit)],
            [kit.row([], [kit.logo(3)], shares=(5, 1), gap=0, width=kit.split(1, 1)[1]), kit.gap(0.3),
             *firm(kit, issuer, address, align="right", size=1.15)],
        )
    ]  # fmt: skip


def firm(kit, issuer, address, align="left", on="", size=1.5):
    color = "#ffffff" if on else kit.accent
    out = []
    if issuer:
        out += named(kit, issuer, align, on, size=size, bold=True, font="heading", color=color)
    if address:
        out += named(kit, address, align, on, size=0.9, color="#ffffff" if on else kit.muted)
    return out


def named(kit, fact, align, on, **look):
    head = [] if fact.self_evident else [kit.p(fact.label, size=0.8, color=kit.muted, align=align, on=on)]
    return [*head, kit.p(fact.value, align=align, on=on, **look)]


def subtitle(view, kit, align="left", on=""):
    return [kit.p(view.subtitle, size=1.05, align=align, color=kit.muted, on=on)] if view.subtitle else []


def addressed(view, kit, form):
    facts = view.facts
    to = [f for f in (facts.recipient, facts.recipient_address) if f]
    details = [f for f in facts.rest(*ADDRESSED, *TOTALS)]
    who = []
    for fact in to:
        who += named(kit, fact, "left", "", bold=fact.role == "recipient")
    if form == "pairs" and to:
        right = kit.split(5, 4)[1]
        return [kit.row(who, kit.fields(details, "pairs", width=right), shares=(5, 4))]
    if form == "cells":
        columns = min(4, len(details)) or 1
        return [*who, *([kit.gap(0.8)] if who else []), *kit.fields(details, "cells", columns=columns)]
    if form == "strip":
        columns = min(4, len(details)) or 1
        inner = kit.width - 1.6 * kit.size
        strip = kit.fields(details, "stacked", columns=columns, width=inner, on=kit.band)
        return [*who, *([kit.gap(0.8)] if who else []), kit.box(strip, fill=kit.band)]
    return kit.fields(details, "pairs", width=kit.width * 0.6)


def totals(kit, sums):
    if not sums:
        return []
    _, width = kit.split(5, 4)
    total = [f for f in sums if f.role == "total"]
    others = [f for f in sums if f.role != "total"]
    block = kit.fields(others, "pairs", width=width, align="right")
    if total:
        block += [kit.gap(0.25), kit.rule(kit.ink, 1.2), kit.gap(0.25)]
        block += kit.fields(total, "pairs", width=width, align="right", size=1.2, bold=True)
    return [kit.row([], block, shares=(5, 4))]


def foot(view, kit, form):
    notes = kit.notes()
    page = [kit.p(view.page, size=0.85, align="center", color=kit.muted, before=0.3)] if view.page else []
    if form == "thanks":
        kit.footer(*notes, kit.gap(0.4), kit.p("Thank you for your business.", italic=True, align="center"), *page)
    elif form == "stamp":
        kit.footer(kit.row(notes, [kit.stamp("ORIGINAL", angle=7)], shares=(3, 1), valign="BOTTOM"), *page)
    else:
        kit.footer(kit.rule(), kit.gap(0.3), *notes, *page)
