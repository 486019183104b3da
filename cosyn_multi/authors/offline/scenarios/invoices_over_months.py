"""Invoices of one vendor to one customer, month after month; what recurs changes its price now and then."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from cosyn_multi.authors.offline.lines import (
    Line,
    LineTable,
    Sums,
    Tax,
    draw_lines,
    line_table,
    price_of,
    sum_columns,
    sum_relations,
)
from cosyn_multi.authors.offline.parties import (
    Field,
    cast,
    columns_of,
    dates_within,
    firm,
    letterhead,
    place_of,
    rows_of,
    same,
)
from cosyn_multi.authors.offline.planting import plant
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import month_list, on_weekday, start_month
from cosyn_multi.authors.offline.tables import Forms, allowed, called, figure, numbered, same_as, tabled
from cosyn_multi.model import Origin, Plan, Relation, Table, View, World, part_of, quantize

NAME = "invoices_over_months"
ABOUT = "Two to five invoices of one vendor in successive months; some items recur at other prices; maybe a list of payments."
IMAGES = (2, 5)
ARTIFACTS = frozenset({"doc", "table"})
LISTED = 0.6
"""Share of the sets of three or more images in which the last one lists the invoices and what was paid."""
PLANTED = 0.5
"""Share of these in which an amount is misprinted."""


def propose(setting: Setting) -> Plan:
    forms, rng = Forms.draw(setting), setting.rng
    listed = setting.images >= 3 and "table" in allowed(setting, ARTIFACTS) and rng.random() < LISTED
    count = setting.images - listed
    months = month_list(start_month(rng), count)
    bills = monthly_lines(setting, forms, count)
    lines = line_table(bills, forms)
    jobs = bills[0][0].item in setting.domain.jobs
    fields = _fields(setting, forms, months, jobs)
    tax = Tax.draw(setting, place_of(fields), goods=not jobs)
    sums = [Sums.of(b, tax.rate, forms) for b in bills]
    columns = (*columns_of(fields), *sum_columns(forms, tax))
    rows = tuple((*row, *s.values) for row, s in zip(rows_of(fields), sums, strict=True))
    invoices = Table(name="invoices", columns=columns, rows=rows, row_noun="invoice")
    relations = [r for k in range(count) for r in sum_relations("invoices", k, tax.rate, lines.amounts(k), forms.cents)]
    world = World(tables=(invoices, lines.table), relations=(*lines.relations, *relations), locale=forms.locale)
    views = _views(setting, forms, world, lines, months)
    if listed:
        world = _with_payments(world, forms, rng)
        views.append(_list(forms, world, rng))
    topic, told = f"{rng.choice(setting.domain.topics)}: invoices of {rows[0][0]}", numbered(views, rng, 0.4)
    told, planted = plant(told, rng, _stated(world)) if listed and rng.random() < PLANTED else (told, ())
    return Plan(
        scenario=NAME, domain=setting.domain.name, persona="", topic=topic, world=world, views=told, planted=planted
    )


def _with_payments(world: World, forms: Forms, rng: Random) -> World:
    """The world with a list of what was paid for each invoice: in full or in part, no two as late as each other."""
    invoices = world.table("invoices")
    label = rng.choice(("Amount paid", "Payment received"))
    columns = (
        invoices.column("number"),
        invoices.column("total"),
        forms.money("paid", label, noun=called(label)),
        forms.count("late", "Days late", "days", noun="number of days late", additive=False),
    )
    rows = []
    for number, total in zip(invoices.values("number"), invoices.values("total"), strict=True):
        share = Decimal(rng.choice((100, 100, 98, 97, 90, 75, 60, 50))) / 100
        rows.append((number, total, quantize(Decimal(str(total)) * share, forms.cents)))
    late = rng.sample(range(1, 45), len(rows))
    table = Table(
        name="payments", columns=columns, row_noun="invoice",
        rows=tuple((*row, days) for row, days in zip(rows, late, strict=True)),
    )  # fmt: skip
    same = (
        same_as(Origin("payments", k, "total"), Origin("invoices", k, "total"), forms.cents) for k in range(len(rows))
    )
    return world.model_copy(update={"tables": (*world.tables, table), "relations": (*world.relations, *same)})


def _stated(world: World) -> list[Relation]:
    """What the list repeats of the invoices."""
    return [r for r in world.relations if r.target.table == "payments"]


def _list(forms: Forms, world: World, rng: Random) -> View:
    title = rng.choice(("Statement of account", "List of payments", "Open items list", "Payments received"))
    part = part_of(world, "payments", "payments", ("number", "total", "paid", "late"))
    return figure(part, "table", forms, title, title, "payments")


def monthly_lines(setting: Setting, forms: Forms, count: int) -> list[list[Line]]:
    """Lines per month: a core of items every month, others now and then; prices move from one month to the next."""
    rng, domain = setting.rng, setting.domain
    source = domain.items if rng.random() < 0.8 or len(domain.jobs) < 8 else domain.jobs
    pool = rng.sample(source, min(len(source), rng.randint(7, 12)))
    core = pool[: rng.randint(3, 5)]
    rest = pool[len(core) :]
    prices = {i.name: price_of(i, forms, rng) for i in pool}
    bills: list[list[Line]] = []
    for k in range(count):
        if k:
            prices |= {i.name: price_of(i, forms, rng, prices[i.name]) for i in pool if rng.random() < 0.4}
        before = {line.item.name for line in bills[-1]} if bills else set()
        fresh = {i.name for i in (*core, *rng.sample(rest, rng.randint(0, min(4, len(rest)))))}
        chosen = before if before and rng.random() < 0.2 else fresh
        if k and len(chosen) > 4 and rng.random() < 0.4:
            chosen.discard(rng.choice(core).name)
        bills.append(draw_lines([i for i in pool if i.name in chosen], forms, rng, prices))
    return bills


def _fields(setting: Setting, forms: Forms, months: Sequence[date], jobs: bool) -> list[Field]:
    rng, count, domain = setting.rng, len(months), setting.domain
    entities = cast(setting)
    vendor = firm(entities, domain.vendors(jobs), rng, months[0].year)
    buyer = firm(entities, domain.takers(jobs), rng, months[0].year)
    issued = dates_within(rng, months)
    days = rng.choice((14, 21, 30, 30, 45))
    fields = letterhead(forms, rng, [vendor] * count, buyer)
    numbers = entities.references("invoice", tuple(d.year for d in issued), vendor.name)
    fields.append(Field(forms.key("number", "Invoice no.", "number", noun="invoice number"), numbers))
    fields.append(
        Field(forms.date("issued", forms.word("date"), "date", noun=_dated(forms.word("date"))), tuple(issued))
    )
    period = forms.date("period", forms.word("period"), "period", pattern="MMMM yyyy")
    fields.append(Field(period, tuple(months)))
    if rng.random() < 0.6:
        due = tuple(on_weekday(d + timedelta(days=days)) for d in issued)
        fields.append(Field(forms.date("due", forms.word("due"), "due", noun=forms.noun("due")), due))
    if rng.random() < 0.4:
        fields.append(
            same(
                forms.text("customer", forms.word("customer"), "customer", noun=forms.noun("customer")),
                buyer.reference,
                count,
            )
        )
    if rng.random() < 0.35:
        orders = entities.references("order", tuple(d.year for d in issued), buyer.name)
        fields.append(Field(forms.key("reference", "Your order", "reference", noun="order number"), orders))
    if rng.random() < 0.35:
        fields.append(same(forms.text("account", "Pay to account", "account"), entities.account(), count))
    return fields


def _dated(label: str) -> str:
    return "invoice date" if label == "Date" else called(label)


def _views(setting: Setting, forms: Forms, world: World, lines: LineTable, months: Sequence[date]) -> list[View]:
    rng = setting.rng
    shown: tuple[str, ...] = ("item", "quantity", "price", "amount")
    if rng.random() < 0.4:
        shown = ("item", "measured_in", "quantity", "price", "amount")
    facts = tuple(c.name for c in world.table("invoices").columns)
    title = rng.choice(("Invoice", "Invoice", "INVOICE", "Tax invoice"))
    note = rng.choice(
        ("", "Please quote the invoice number with your payment.", "Goods remain ours until paid in full.")
    )
    plain = "doc" not in allowed(setting, ARTIFACTS)
    odds = 0.15 if "table" in allowed(setting, ARTIFACTS) else 0.0
    views = []
    for k, month in enumerate(months):
        subject = f"{month:%B %Y}"
        view = View(
            image=1, artifact="doc", document="invoice", title=title, subject=subject, family="invoice",
            parts=(
                part_of(world, "invoices", "facts", facts, (k,)),
                part_of(world, lines.table.name, "items", shown, lines.groups[k]),
            ),
            notes=(*forms.date_note(), *((note,) if note else ())), locale=forms.locale,
        )  # fmt: skip
        if plain or rng.random() < odds:
            view = tabled(
                view,
                ("number", "issued", "subtotal", "total"),
                f"Invoice lines, {subject}",
                str(world.tables[0].rows[k][0]),
            )
        views.append(view)
    return views
