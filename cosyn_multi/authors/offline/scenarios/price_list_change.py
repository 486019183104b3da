"""A price list before and after a change, and orders that were placed at the one or the other."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random

from cosyn_multi.authors.offline.aside import with_aside
from cosyn_multi.authors.offline.codes import item_codes
from cosyn_multi.authors.offline.domain import Item
from cosyn_multi.authors.offline.lines import draw_lines, price_of
from cosyn_multi.authors.offline.orders import Order, order_table
from cosyn_multi.authors.offline.parties import Firm, cast, firm
from cosyn_multi.authors.offline.planting import plant
from cosyn_multi.authors.offline.scenario import Setting
from cosyn_multi.authors.offline.series import add_months, on_weekday, start_month
from cosyn_multi.authors.offline.tables import Forms, allowed, numbered, same_as, tabled
from cosyn_multi.model import Origin, Plan, Relation, Table, View, World, part_of

NAME = "price_list_change"
ABOUT = "Successive price lists of one vendor, and purchase orders placed at their prices."
IMAGES = (2, 5)
ARTIFACTS = frozenset({"doc", "table"})
PLANTED = 0.4
"""Share of the sets with orders in which a price is not the listed one."""


def propose(setting: Setting) -> Plan:
    forms, rng, domain = Forms.draw(setting), setting.rng, setting.domain
    orders = 0 if setting.images == 2 else rng.randint(max(0, setting.images - 3), 2)
    lists = setting.images - orders
    pool = rng.sample(domain.items, min(len(domain.items), rng.randint(8, 15)))
    coded = rng.random() < 0.5
    codes = item_codes(pool, rng)
    entities = cast(setting)
    month = start_month(rng)
    vendor, buyer = (firm(entities, names, rng, month.year) for names in (domain.sellers, domain.operators))
    months = [month]
    while len(months) < lists:
        months.append(add_months(months[-1], rng.choice((3, 4, 6, 6, 12))))
    offers = _offers(pool, lists, forms, rng)
    world, views = _lists(setting, forms, offers, months, vendor, codes if coded else None)
    placed: list[Order] = []
    for k in range(orders):
        known = offers[min(k, lists - 1)]
        items = [i for i in pool if i.name in known]
        lines = draw_lines(rng.sample(items, min(len(items), rng.randint(4, 6))), forms, rng, known)
        day = add_months(months[min(k, lists - 1)], rng.randint(0, 2))
        day = on_weekday(day.replace(day=rng.randint(3, 26)))
        number = entities.reference("order", day.year, buyer.name)
        placed.append(Order(number, day, buyer, vendor, tuple(lines)))
    if placed:
        more, order_views = order_table(placed, forms, rng, codes if coded else None)
        relations = (*more.relations, *_at_list_price(placed, offers, forms))
        world = world.model_copy(update={"tables": (*world.tables, *more.tables), "relations": relations})
        views += order_views
    label = world.table("prices_1").columns[0]
    unlisted = [i.name for i in domain.items if i not in pool][:1]
    world = with_aside(world, label, [] if coded else unlisted)
    if "doc" not in allowed(setting, ARTIFACTS):
        views = [tabled(v, ("number", "valid", "ordered", "total"), v.title) for v in views]
    topic, told = f"{rng.choice(domain.topics)}: prices of {vendor.name}", numbered(views, rng)
    priced = [r for r in world.relations if r.target.column == "price"]
    told, planted = plant(told, rng, priced) if rng.random() < PLANTED else (told, ())
    return Plan(scenario=NAME, domain=domain.name, persona="", topic=topic, world=world, views=told, planted=planted)


def _offers(pool: Sequence[Item], lists: int, forms: Forms, rng: Random) -> list[dict[str, Decimal]]:
    """Prices by item name, list after list: most move, some stay, one or two come or go."""
    late = {i.name for i in pool[-rng.randint(1, 2) :]} if len(pool) > 9 and rng.random() < 0.5 else set()
    offers = [{i.name: price_of(i, forms, rng) for i in pool if i.name not in late}]
    for k in range(1, lists):
        prices = dict(offers[-1])
        for item in pool:
            if item.name in prices and rng.random() < 0.65:
                prices[item.name] = price_of(item, forms, rng, prices[item.name], spread=0.15)
            elif k == 1 and item.name in late:
                prices[item.name] = price_of(item, forms, rng)
        if len(prices) > 7 and rng.random() < 0.5:
            prices.pop(rng.choice(sorted(prices)))
        offers.append(prices)
    return offers


def _at_list_price(placed: Sequence[Order], offers: Sequence[dict[str, Decimal]], forms: Forms) -> list[Relation]:
    """Order k was placed at the prices of list k, or of the last one there is."""
    found: list[Relation] = []
    row = 0
    for k, order in enumerate(placed):
        known = min(k, len(offers) - 1)
        where = {name: r for r, name in enumerate(offers[known])}
        for line in order.lines:
            listed = Origin(f"prices_{known + 1}", where[line.item.name], "list_price")
            found.append(same_as(Origin("order_lines", row, "price"), listed, forms.cents))
            row += 1
    return found


def _lists(
    setting: Setting, forms: Forms, offers: Sequence[dict[str, Decimal]], months: Sequence[date], vendor: Firm,
    codes: dict[str, str] | None,
) -> tuple[World, list[View]]:  # fmt: skip
    rng = setting.rng
    units = {i.name: i.unit for i in setting.domain.items}
    item = forms.text("item", forms.word("item"), "item") if codes else forms.key("item", forms.word("item"), "item")
    head = (forms.key("code", forms.word("code"), "code", noun=forms.noun("code")),) if codes else ()
    label = rng.choice(("Price", "List price", "Net price"))
    columns = (
        *head, item, forms.text("measured_in", forms.word("measured_in"), "packing"),
        forms.money("list_price", label, "price", additive=False),
    )  # fmt: skip
    tables, views = [], []
    title = rng.choice(("Price list", "Price list", "Trade price list", "Current prices"))
    for k, (prices, month) in enumerate(zip(offers, months, strict=True)):
        rows = tuple((*((codes[name],) if codes else ()), name, units[name], price) for name, price in prices.items())
        grid = Table(name=f"prices_{k + 1}", columns=columns, rows=rows, row_noun="item")
        facts = Table(
            name=f"list_{k + 1}", row_noun="price list", rows=((vendor.name, vendor.address, month),),
            columns=(
                forms.text("issuer", forms.word("issuer"), "issuer", self_evident=True),
                forms.text("issuer_address", "Address", "issuer_address", self_evident=True),
                forms.date("valid", "Valid from", "date", noun="date from which the list is valid"),
            ),
        )  # fmt: skip
        tables += [facts, grid]
        world = World(tables=(facts, grid), locale=forms.locale)
        subject = f"{month:%B %Y}"
        views.append(
            View(
                image=1, artifact="doc", document="price list", title=title, subtitle=subject, subject=subject,
                family="price list",
                parts=(
                    part_of(world, facts.name, "facts", ("issuer", "issuer_address", "valid")),
                    part_of(world, grid.name, "items", tuple(c.name for c in columns)),
                ),
                notes=(*forms.date_note(), *(("All prices exclude tax.",) if rng.random() < 0.5 else ())),
                locale=forms.locale,
            )
        )  # fmt: skip
    return World(tables=tuple(tables), locale=forms.locale), views
