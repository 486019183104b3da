"""Purchase orders: who orders what from whom, at which prices, and the total."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from cosyn_multi.model import Origin, Table, View, World, part_of

from .lines import Line, line_table
from .parties import Firm
from .series import on_weekday
from .tables import Forms, total_of

WANTED = {
    "Deliver by": "deliver-by date",
    "Delivery wanted by": "wanted delivery date",
    "Delivery date requested": "requested delivery date",
}
"""Labels of the date by which goods are wanted, and how a question calls each."""


@dataclass(frozen=True)
class Order:
    number: str
    day: date
    buyer: Firm
    vendor: Firm
    lines: tuple[Line, ...]


def order_table(
    orders: Sequence[Order], forms: Forms, rng: Random, codes: dict[str, str] | None, described: bool = True
) -> tuple[World, list[View]]:  # fmt: skip
    """Tables 'orders' and 'order_lines', their relations, and a view of each order.

    described: whether the goods are named beside their codes; without, a reader needs another image for the name.
    """
    lines = line_table([o.lines for o in orders], forms, "order_lines", "order line", codes)
    wait = rng.choice((7, 10, 14, 21))
    rows = tuple(
        (
            o.buyer.name, o.buyer.address, o.vendor.name, o.number, o.day, on_weekday(o.day + timedelta(days=wait + rng.randint(0, 5))),
            sum((line.amount for line in o.lines), Decimal(0)),
        )
        for o in orders
    )  # fmt: skip
    label = rng.choice(sorted(WANTED))
    columns = (
        forms.text("issuer", "Ordered by", "issuer", self_evident=True),
        forms.text("issuer_address", "Address", "issuer_address", self_evident=True),
        forms.text("recipient", "Supplier", "recipient"),
        forms.key("number", "Order no.", "number", noun="order number"),
        forms.date("ordered", "Order date", "date"),
        forms.date("wanted", label, "due", noun=WANTED[label]),
        forms.sum_of_money("total", rng.choice(("Order total", "Order value", "Total excl. tax")), "total"),
    )  # fmt: skip
    table = Table(name="orders", columns=columns, rows=rows, row_noun="order")
    totals = [total_of(Origin("orders", k, "total"), lines.amounts(k), forms.cents) for k in range(len(orders))]
    world = World(tables=(table, lines.table), relations=(*lines.relations, *totals), locale=forms.locale)
    title = rng.choice(("Purchase order", "Purchase order", "Order", "Supply order"))
    goods = ("code", "item") if codes and described else ("code",) if codes else ("item",)
    views = [
        View(
            image=1, artifact="doc", document="purchase order", title=title, subject=o.number, family="order",
            parts=(
                part_of(world, "orders", "facts", tuple(c.name for c in columns), (k,)),
                part_of(world, "order_lines", "items", (*goods, "quantity", "price", "amount"), lines.groups[k]),
            ),
            notes=forms.date_note(), locale=forms.locale,
        )
        for k, o in enumerate(orders)
    ]  # fmt: skip
    return world, views
