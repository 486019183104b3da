"""Stock list, purchase orders, delivery note and stock after it: joined by item codes."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from cosyn_multi.authors.offline.codes import item_codes
from cosyn_multi.authors.offline.domain import Item
from cosyn_multi.authors.offline.entities import Entities
from cosyn_multi.authors.offline.lines import draw_lines
from cosyn_multi.authors.offline.orders import Order, order_table
from cosyn_multi.authors.offline.parties import Firm, cast, firm
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import on_weekday, start_month
from cosyn_multi.authors.offline.tables import Forms, allowed, figure, numbered, same_as, tabled, total_of
from cosyn_multi.model import Origin, Plan, Relation, Table, View, World, part_of

NAME = "inventory_and_orders"
ABOUT = "Stock list, purchase order, delivery note and stock after receipt, keyed by item code."
IMAGES = (2, 5)
ARTIFACTS = frozenset({"doc", "table"})
ON_HAND = {"On hand": "quantity on hand", "In stock": "quantity in stock", "Stock": "stock"}
DELIVERED = {"Delivered": "quantity delivered", "Qty delivered": "quantity delivered", "Received": "quantity received"}


def propose(setting: Setting) -> Plan:
    forms, rng, domain = Forms.draw(setting), setting.rng, setting.domain
    items = rng.sample(domain.items, min(len(domain.items), rng.randint(8, 13)))
    codes = item_codes(items, rng)
    day = start_month(rng).replace(day=rng.randint(2, 20))
    entities = cast(setting)
    vendor, buyer = (firm(entities, names, rng, day.year) for names in (domain.sellers, domain.operators))
    other = firm(entities, domain.sellers, rng, day.year)
    stock = _stock(items, codes, forms, rng)
    orders = _orders(setting, forms, items, buyer, [vendor, other], day, entities)
    ordered, order_views = order_table(orders, forms, rng, codes, described=rng.random() < 0.5)
    number = entities.reference("delivery", day.year, vendor.name)
    note, received = _delivery(orders[0], forms, rng, codes, number, day)
    after, relations = _after(stock, received, forms)
    relations += _in_full(next(t for t in ordered.tables if t.name == "order_lines"), received)
    tables = (stock, *ordered.tables, note, received, after)
    world = World(tables=tables, relations=(*ordered.relations, *relations), locale=forms.locale)
    views = _views(setting, forms, world, order_views, buyer, day)
    return Plan(
        scenario=NAME, domain=domain.name, persona="", topic=f"{rng.choice(domain.topics)}: stock of {buyer.name}",
        world=world, views=numbered(views, rng),
    )  # fmt: skip


def _stock(items: Sequence[Item], codes: dict[str, str], forms: Forms, rng: Random) -> Table:
    levels, used = [], set()
    for item in items:
        low = max(2, item.quantity[0])
        on_hand = rng.randint(low, max(low + 12, item.quantity[1]))
        while on_hand in used:
            on_hand += 1
        used.add(on_hand)
        levels.append(
            (codes[item.name], item.name, item.category, on_hand, max(1, round(on_hand * rng.uniform(0.4, 1.7))))
        )
    label = rng.choice(sorted(ON_HAND))
    columns = (
        forms.key("code", forms.word("code"), "code", noun=forms.noun("code")),
        forms.text("item", forms.word("item"), "item"),
        forms.text("group", rng.choice(("Group", "Class", "Category"))),
        forms.count("on_hand", label, noun=ON_HAND[label], additive=False),
        forms.count("reorder", rng.choice(("Reorder level", "Minimum stock", "Reorder point")), additive=False),
    )
    return Table(name="stock", columns=columns, rows=tuple(levels), row_noun="item")


def _orders(
    setting: Setting, forms: Forms, items: Sequence[Item], buyer: Firm, vendors: Sequence[Firm], day: date,
    entities: Entities,
) -> list[Order]:  # fmt: skip
    """Two orders to two vendors: the first is delivered; they share no item."""
    rng = setting.rng
    chosen = rng.sample(items, len(items))
    cut = rng.randint(4, min(6, len(items) - 3))
    baskets = (chosen[:cut], chosen[cut : cut + rng.randint(3, 5)])
    return [
        Order(
            entities.reference("order", day.year, buyer.name), on_weekday(day + timedelta(days=2 + 3 * k)), buyer, vendor,
            tuple(draw_lines(basket, forms, rng)),
        )
        for k, (vendor, basket) in enumerate(zip(vendors, baskets, strict=True))
    ]  # fmt: skip


def _delivery(
    order: Order, forms: Forms, rng: Random, codes: dict[str, str], number: str, day: date
) -> tuple[Table, Table]:
    """What came of an order: most lines in full, one or two short."""
    short = set(rng.sample(range(len(order.lines)), rng.randint(1, 2)))
    rows = []
    for i, line in enumerate(order.lines):
        got = rng.randint(0, line.quantity - 1) if i in short and line.quantity > 1 else line.quantity
        got = max(1, got)
        rows.append((codes[line.item.name], line.item.name, got, min(got, rng.randint(1, 6))))
    _unlike(rows)
    label = rng.choice(sorted(DELIVERED))
    columns = (
        forms.key("code", forms.word("code"), "code", noun=forms.noun("code")),
        forms.text("item", forms.word("item"), "item"),
        forms.count("delivered", label, noun=DELIVERED[label], additive=False),
        forms.count("packages", rng.choice(("Packages", "Boxes", "Crates"))),
    )
    arrived = on_weekday(order.day + timedelta(days=rng.randint(5, 19)))
    facts = Table(
        name="delivery_notes", row_noun="delivery note",
        columns=(
            forms.text("issuer", forms.word("issuer"), "issuer", self_evident=True),
            forms.text("issuer_address", "Address", "issuer_address", self_evident=True),
            forms.text("recipient", "Deliver to", "recipient"),
            forms.key("number", "Delivery note no.", "number", noun="delivery note number"),
            forms.date("delivered_on", "Delivery date", "date"),
            forms.text("reference", "Your order", "reference", noun="order number"),
        ),
        rows=((order.vendor.name, order.vendor.address, order.buyer.name, number, arrived, order.number),),
    )  # fmt: skip
    return facts, Table(name="delivered", columns=columns, rows=tuple(rows), row_noun="item")


def _unlike(rows: list[tuple[str, str, int, int]]) -> None:
    """Give one line a package more or less where all have the same number."""
    if len({row[3] for row in rows}) == 1:
        most = max(range(len(rows)), key=lambda i: rows[i][2])
        code, item, got, packages = rows[most]
        rows[most] = (code, item, got, packages + 1 if got > packages else max(1, packages - 1))


def _in_full(order: Table, received: Table) -> list[Relation]:
    """What was delivered in full is as many as were ordered: the order lines come in the order of the delivery's."""
    return [
        same_as(Origin("delivered", r, "delivered"), Origin("order_lines", r, "quantity"), 0)
        for r in range(len(received.rows))
        if received.cell(r, "delivered") == order.cell(r, "quantity")
    ]


def _after(stock: Table, received: Table, forms: Forms) -> tuple[Table, list[Relation]]:
    """Stock after the delivery: what was there and what came."""
    came = {row[0]: (r, row[2]) for r, row in enumerate(received.rows)}
    where = stock.index("on_hand")
    rows, relations = [], []
    for r, row in enumerate(stock.rows):
        before, more = row[where], came.get(row[0], (0, 0))[1]
        assert isinstance(before, int)
        assert isinstance(more, int)
        rows.append(tuple(before + more if i == where else v for i, v in enumerate(row)))
        relations.append(same_as(Origin("stock_after", r, "reorder"), Origin("stock", r, "reorder"), 0))
        sources = [Origin("stock", r, "on_hand")]
        if row[0] in came:
            sources.append(Origin("delivered", came[row[0]][0], "delivered"))
        relations.append(total_of(Origin("stock_after", r, "on_hand"), sources, 0))
    return stock.model_copy(update={"name": "stock_after", "rows": tuple(rows)}), relations


def _views(setting: Setting, forms: Forms, world: World, orders: Sequence[View], buyer: Firm, day: date) -> list[View]:
    rng = setting.rng
    kind = "table" if "table" in allowed(setting, ARTIFACTS) else "doc"
    columns = ("code", "item", *(("group",) if rng.random() < 0.5 else ()), "on_hand", "reorder")
    title = rng.choice(("Stock list", "Stock on hand", "Inventory"))
    before = figure(part_of(world, "stock", "items", columns), kind, forms, title, title, "stock", subtitle=buyer.name)
    after_title = f"{title} after delivery"
    after = figure(
        part_of(world, "stock_after", "items", columns),
        kind,
        forms,
        after_title,
        after_title,
        "stock",
        subtitle=buyer.name,
    )
    note = View(
        image=1, artifact="doc", document="delivery note", title="Delivery note", subject="Delivery note", family="delivery",
        parts=(
            part_of(world, "delivery_notes", "facts", tuple(c.name for c in world.table("delivery_notes").columns)),
            part_of(world, "delivered", "items", ("code", *(("item",) if rng.random() < 0.5 else ()), "delivered", "packages")),
        ),
        notes=forms.date_note(), locale=forms.locale,
    )  # fmt: skip
    papers = [orders[0], note, orders[1], after]
    chosen = [before, *papers[: setting.images - 1]]
    if "doc" not in allowed(setting, ARTIFACTS):
        return [tabled(v, ("number", "ordered", "delivered_on", "total"), v.title) for v in chosen]
    return [_as_report(v, setting) if v.document == "report" else v for v in chosen]


def _as_report(view: View, setting: Setting) -> View:
    """A stock list as a page of its own: with a line of text."""
    finding = setting.rng.choice(setting.domain.findings)
    return view.model_copy(update={"prose": ("Counted by the warehouse at the end of the day.", finding)})
