"""Small worlds for tests: answers can be worked out in one's head."""

from datetime import date
from decimal import Decimal as D

from cosyn_multi.model import Column, Format, Table, View, World, part_of

EUR = Format(style="money", decimals=2, currency="EUR", unit_in="cell")
COUNT = Format(style="number")
DATE = Format(style="date", pattern="d MMMM yyyy")
MONTH = Format(style="date", pattern="MMM yyyy")


def invoice_world(locale: str = "en_GB") -> World:
    """Two invoices of one bakery: March and April, two and three lines."""
    items = Table(
        name="items",
        row_noun="line item",
        columns=(
            Column(name="invoice", label="Invoice", kind="key"),
            Column(name="item", label="Description", kind="category", role="item"),
            Column(name="quantity", label="Quantity", kind="count", format=COUNT, unit="bags"),
            Column(name="price", label="Unit price", kind="amount", unit="EUR", format=EUR, additive=False),
            Column(name="amount", label="Amount", kind="amount", unit="EUR", format=EUR),
        ),
        rows=(
            ("INV-101", "Rye flour", 4, D("12.50"), D("50.00")),
            ("INV-101", "Sea salt", 2, D("3.20"), D("6.40")),
            ("INV-102", "Rye flour", 5, D("12.90"), D("64.50")),
            ("INV-102", "Sea salt", 1, D("3.20"), D("3.20")),
            ("INV-102", "Yeast", 3, D("8.00"), D("24.00")),
        ),
    )
    facts = Table(
        name="invoices",
        row_noun="invoice",
        columns=(
            Column(name="issuer", label="From", kind="text", role="issuer", self_evident=True),
            Column(name="number", label="Invoice no.", kind="key", role="number"),
            Column(name="issued", label="Date", kind="date", role="date", format=DATE),
            Column(name="total", label="Total due", kind="amount", unit="EUR", role="total", format=EUR),
        ),
        rows=(
            ("Hofer Mills", "INV-101", date(2024, 3, 14), D("56.40")),
            ("Hofer Mills", "INV-102", date(2024, 4, 15), D("91.70")),
        ),
    )
    return World(tables=(items, facts), locale=locale)


def invoice_views(locale: str = "en_GB") -> tuple[View, View]:
    world = invoice_world(locale)
    rows = {0: (0, 1), 1: (2, 3, 4)}
    return tuple(  # type: ignore[return-value]
        View(
            image=k + 1,
            artifact="doc",
            document="invoice",
            title="Invoice",
            subject=("March 2024", "April 2024")[k],
            family="invoice",
            locale=locale,
            parts=(
                part_of(world, "invoices", "facts", ("issuer", "number", "issued", "total"), (k,)),
                part_of(world, "items", "items", ("item", "quantity", "price", "amount"), rows[k]),
            ),
            notes=("Payable within 30 days of the invoice date.",),
        )
        for k in (0, 1)
    )


def sales_world(locale: str = "en_US") -> World:
    """Six months of sales of two regions, in thousand dollars."""
    months = [date(2024, m, 1) for m in range(1, 7)]
    north, south = (41, 44, 52, 49, 58, 63), (42, 39, 47, 55, 51, 60)
    unit = Format(style="number", decimals=0, unit_in="header")
    table = Table(
        name="sales",
        row_noun="month",
        columns=(
            Column(name="month", label="Month", kind="date", format=MONTH),
            Column(name="north", label="North", kind="amount", unit="thousand USD", format=unit),
            Column(name="south", label="South", kind="amount", unit="thousand USD", format=unit),
        ),
        rows=tuple((m, D(a), D(b)) for m, a, b in zip(months, north, south, strict=True)),
    )
    return World(tables=(table,), locale=locale)


def sales_view(image: int = 1, columns: tuple[str, ...] = ("month", "north", "south"), artifact: str = "chart") -> View:
    return View(
        image=image,
        artifact=artifact,
        title="Monthly sales by region",
        subject="all regions",
        family="sales",
        parts=(part_of(sales_world(), "sales", "series", columns),),
    )
