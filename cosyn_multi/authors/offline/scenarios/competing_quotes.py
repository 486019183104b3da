"""Quotes of several bidders for the same job: the same lines and quantities, other prices, terms and totals."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from cosyn_multi.authors.offline import money
from cosyn_multi.authors.offline.aside import with_aside
from cosyn_multi.authors.offline.entities import Entities
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
from cosyn_multi.authors.offline.parties import Field, Firm, cast, columns_of, firm, letterhead, place_of, rows_of, same
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import on_weekday, start_month
from cosyn_multi.authors.offline.tables import Forms, allowed, figure, numbered, same_as, tabled
from cosyn_multi.model import Origin, Plan, Relation, Table, View, World, part_of

NAME = "competing_quotes"
ABOUT = "The same job priced by two to five bidders, with their delivery times and terms."
IMAGES = (2, 5)
ARTIFACTS = frozenset({"doc", "table"})


def propose(setting: Setting) -> Plan:
    rng = setting.rng
    forms = Forms.draw(setting).for_quotes(rng)
    choice = allowed(setting, ARTIFACTS)
    register = setting.images >= 3 and "table" in choice and rng.random() < 0.35
    bidders = setting.images - register
    bids = _bids(setting, forms, bidders)
    lines = line_table(bids, forms, row_noun="line")
    entities = cast(setting)
    jobs = bids[0][0].item in setting.domain.jobs
    fields, firms = _fields(setting, forms, bidders, entities, jobs)
    tax = Tax.draw(setting, place_of(fields), goods=not jobs)
    sums = [Sums.of(b, tax.rate, forms) for b in bids]
    quotes = Table(
        name="quotes", columns=(*columns_of(fields), *sum_columns(forms, tax)), row_noun="quote",
        rows=tuple((*row, *s.values) for row, s in zip(rows_of(fields), sums, strict=True)),
    )  # fmt: skip
    relations = [r for k in range(bidders) for r in sum_relations("quotes", k, tax.rate, lines.amounts(k), forms.cents)]
    relations += _same_quantities(lines)
    tables = [quotes, lines.table, *([_register(setting, forms, firms, entities, jobs)] if register else [])]
    world = World(tables=tuple(tables), relations=(*lines.relations, *relations), locale=forms.locale)
    named = {line.item.name for line in bids[0]}
    others = [i.name for i in (setting.domain.jobs if jobs else setting.domain.items) if i.name not in named]
    world = with_aside(world, lines.table.column("item"), others[:1])
    views = _views(setting, forms, world, lines, firms)
    if register:
        part = part_of(world, "bidders", "bidders", tuple(c.name for c in world.table("bidders").columns))
        views.append(figure(part, "table", forms, "Register of bidders", "Register of bidders", "register"))
    return Plan(
        scenario=NAME, domain=setting.domain.name, persona="",
        topic=f"choosing among {bidders} bids: {rng.choice(setting.domain.topics)}",
        world=world, views=numbered(views, rng),
    )  # fmt: skip


def _bids(setting: Setting, forms: Forms, bidders: int) -> list[list[Line]]:
    """The first bid's quantities hold for all; each bidder is dearer or cheaper as a whole, and differs line by line."""
    rng, domain = setting.rng, setting.domain
    source = domain.jobs if rng.random() < 0.75 else domain.items
    items = rng.sample(source, min(len(source), rng.randint(4, 8)))
    first = draw_lines(items, forms, rng)
    bids = [first]
    while len(bids) < bidders:
        bid: list[Line] = []
        for line in first:
            price = price_of(line.item, forms, rng, line.price, spread=0.22)
            step = money.step_in(line.item.step, forms.currency)
            while any(price == b[len(bid)].price for b in bids) or any(price * line.quantity == o.amount for o in bid):
                price += step
            bid.append(replace(line, price=price))
        bids.append(bid)
    return bids


def _same_quantities(lines: LineTable) -> list[Relation]:
    """Every bid is for the same job: a quantity in one quote tells that of the same line in the others."""
    first, *others = lines.groups
    return [
        same_as(Origin(lines.table.name, there, "quantity"), Origin(lines.table.name, here, "quantity"), 0)
        for group in others
        for here, there in zip(first, group, strict=True)
    ]


def _fields(
    setting: Setting, forms: Forms, bidders: int, entities: Entities, jobs: bool
) -> tuple[list[Field], list[Firm]]:
    rng, domain = setting.rng, setting.domain
    month = start_month(rng)
    firms = [firm(entities, domain.vendors(jobs), rng, month.year) for _ in range(bidders)]
    client = firm(entities, domain.takers(jobs), rng, month.year)
    fields = letterhead(forms, rng, firms, client)
    days = [on_weekday(month.replace(day=d)) for d in rng.sample(range(3, 27), bidders)]
    numbers = tuple(entities.reference("quote", month.year, f.name) for f in firms)
    fields.append(Field(forms.key("number", "Quote no.", "number", noun="quote number"), numbers))
    fields.append(Field(forms.date("issued", "Date", "date", noun="quote date"), tuple(days)))
    wait = tuple(rng.sample(range(5, 60), bidders))
    label = rng.choice(("Delivery time", "Lead time", "Time to complete"))
    fields.append(Field(forms.count("delivery", label, "days", in_cell=True, additive=False), wait))
    if rng.random() < 0.7:
        until = tuple(on_weekday(d + timedelta(days=rng.choice((30, 45, 60, 90)))) for d in days)
        fields.append(Field(forms.date("valid", "Valid until", "due", noun="validity date"), until))
    if rng.random() < 0.5:
        months = tuple(rng.sample((6, 12, 18, 24, 30, 36, 48, 60), bidders))
        fields.append(Field(forms.count("warranty", "Warranty", "months", in_cell=True, additive=False), months))
    if rng.random() < 0.3:
        number = entities.reference("project", month.year, client.name)
        fields.append(
            same(forms.text("reference", "Your enquiry", "reference", noun="enquiry number"), number, bidders)
        )
    return fields, firms


def _register(setting: Setting, forms: Forms, firms: Sequence[Firm], entities: Entities, jobs: bool) -> Table:
    """What the buyer knows of the bidders, with one or two firms that did not bid."""
    rng = setting.rng
    names = [f.name for f in firms] + [entities.company(rng.choice(setting.domain.vendors(jobs))) for _ in range(2)]
    rng.shuffle(names)
    count = len(names)
    years, done = rng.sample(range(3, 60), count), rng.sample(range(4, 140), count)
    marks = [Decimal(m) / 10 for m in rng.sample(range(31, 50), count)]
    columns = (
        forms.key("bidder", "Bidder"),
        forms.count("years", "Years in business", additive=False),
        forms.count("jobs", "Similar jobs done"),
        forms.amount("rating", "Rating out of 5", "", 1, additive=False),
    )
    return Table(
        name="bidders", columns=columns, rows=tuple(zip(names, years, done, marks, strict=True)), row_noun="bidder"
    )


def _views(setting: Setting, forms: Forms, world: World, lines: LineTable, firms: Sequence[Firm]) -> list[View]:
    rng, choice = setting.rng, allowed(setting, ARTIFACTS)
    facts = tuple(c.name for c in world.table("quotes").columns)
    shown = ("item", *(("measured_in",) if rng.random() < 0.4 else ()), "quantity", "price", "amount")
    title = rng.choice(("Quotation", "Quote", "Offer", "Estimate"))
    plain = "doc" not in choice or ("table" in choice and rng.random() < 0.12)
    views = []
    for k, bidder in enumerate(firms):
        view = View(
            image=1, artifact="doc", document="quote", title=title, subject=bidder.name, family="quote",
            parts=(
                part_of(world, "quotes", "facts", facts, (k,)),
                part_of(world, lines.table.name, "items", shown, lines.groups[k]),
            ),
            notes=forms.date_note(), locale=forms.locale,
        )  # fmt: skip
        views.append(tabled(view, ("delivery", "warranty", "subtotal", "total"), "Bid summary") if plain else view)
    return views
