"""Views of every kind of document, small and large, for the PDF templates. Figures add up; names are invented."""

from datetime import date, timedelta
from decimal import Decimal as D

from cosyn_multi.model import Column, Format, Part, Table, View, World, part_of

DATE = Format(style="date", pattern="d MMMM yyyy")
NUMBER = Format(style="number")
ITEMS = (
    "Rye flour type 960, stone ground", "Sea salt, fine", "Dry yeast", "Sunflower seeds", "Butter, unsalted",
    "Cane sugar", "Poppy seeds", "Oat flakes, large leaf", "Honey from lime blossom", "Wheat flour type 550",
    "Baking parchment 40 x 60 cm", "Malt extract",
)  # fmt: skip
CLAUSES = (
    ("Payment term", "30 days"), ("Notice period", "3 months"), ("Liability cap", "EUR 250,000"),
    ("Annual volume discount", "4.5%"), ("Service hours", "Monday to Friday, 08:00 to 18:00"),
    ("Penalty per late day", "0.2%"), ("Governing law", "Austria"), ("Minimum order", "12 pallets"),
)  # fmt: skip
PROSE = (
    "This paper sets out what was agreed on {facts[0].issued} and holds from that day on. Both sides keep one copy.",
    "Demand for rye held up well, while the price of butter rose in the second half of the period. The sum stands at "
    "{facts[0].total} and was checked against the books before this page was printed.",
    "No other agreement was made. Changes need to be put in writing and to be signed by both sides before they hold.",
)


def money(currency: str = "EUR") -> Format:
    return Format(style="money", decimals=2, currency=currency, unit_in="cell")


def facts(document: str, full: bool = True, currency: str = "EUR") -> Table:
    """One row of fields; `full` has all roles that this document can have."""
    cash = money(currency)
    fields: list[tuple[Column, object]] = [
        (Column(name="issuer", label="From", kind="text", role="issuer", self_evident=True), "Hofer Mills"),
        (Column(name="number", label=f"{document.capitalize()} no.", kind="key", role="number"), "HM-2024-0107"),
        (Column(name="issued", label="Date", kind="date", role="date", format=DATE), date(2024, 4, 15)),
    ]
    if full:
        fields += [
            (Column(name="address", label="Address", kind="text", role="issuer_address", self_evident=True),
             "14 Weir Lane, 4020 Linz"),
            (Column(name="buyer", label="Customer", kind="text", role="recipient"), "Café Lindner & Daughters"),
            (Column(name="place", label="Deliver to", kind="text", role="recipient_address"), "Hauptplatz 3, 4400 Steyr"),
            (Column(name="due", label="Due", kind="date", role="due", format=DATE), date(2024, 5, 15)),
            (Column(name="contact", label="Contact", kind="text"), "Theresa Wimmer"),
            (Column(name="account", label="Account", kind="text", role="account"), "AT61 1904 3002 3457 3201"),
        ]  # fmt: skip
    if document in ("statement", "bill") and full:
        fields += [
            (Column(name="opening", label="Opening balance", kind="amount", role="opening", format=cash), D("-120.50")),
            (Column(name="closing", label="Closing balance", kind="amount", role="closing", format=cash), D("1348.05")),
        ]
    if full:
        fields += [
            (Column(name="net", label="Subtotal", kind="amount", role="subtotal", format=cash), D("1234.20")),
            (
                Column(name="rate", label="VAT rate", kind="percent", role="tax_rate", format=Format(style="percent")),
                D(20),
            ),
            (Column(name="tax", label="VAT", kind="amount", role="tax", format=cash), D("246.84")),
        ]
    fields.append((Column(name="total", label="Total", kind="amount", role="total", format=cash), D("1481.04")))
    return Table(name="papers", columns=tuple(c for c, _ in fields), rows=(tuple(v for _, v in fields),))


def items(rows: int, currency: str = "EUR") -> Table:
    cash = money(currency)
    columns = (
        Column(name="item", label="Description", kind="key", role="item"),
        Column(name="quantity", label="Quantity", kind="count", unit="bags", format=NUMBER),
        Column(name="price", label="Unit price", kind="amount", format=cash, additive=False),
        Column(name="amount", label="Amount", kind="amount", format=cash),
    )
    lines = []
    for i in range(rows):
        count, price = 2 + 7 * i % 11, D("3.20") + D("1.85") * (i % 9)
        name = ITEMS[i % len(ITEMS)] + (f", lot {i // len(ITEMS) + 1}" if i >= len(ITEMS) else "")
        lines.append((name, count, price, count * price))
    return Table(name="items", row_noun="line item", columns=columns, rows=tuple(lines))


def series(rows: int) -> Table:
    unit = Format(style="number", decimals=1)
    columns = (
        Column(name="month", label="Month", kind="date", format=Format(style="date", pattern="MMM yyyy")),
        Column(name="sold", label="Bread sold", kind="amount", unit="thousand loaves", format=unit),
        Column(name="waste", label="Waste", kind="percent", format=Format(style="percent", decimals=1)),
        Column(name="staff", label="Staff", kind="count", format=NUMBER),
    )
    start = date(2024, 1, 1)
    lines = tuple(
        (
            (start + timedelta(days=31 * i)).replace(day=1),
            D("41.5") + D("2.7") * i,
            D("3.1") + D(i % 4) / 10,
            12 + i % 3,
        )
        for i in range(rows)
    )
    return Table(name="series", row_noun="month", columns=columns, rows=lines)


def clauses(rows: int) -> Table:
    columns = (
        Column(name="number", label="Clause", kind="key"),
        Column(name="subject", label="Subject", kind="text"),
        Column(name="value", label="Agreed", kind="text"),
    )
    return Table(
        name="clauses", row_noun="clause", columns=columns,
        rows=tuple((str(i + 1), *CLAUSES[i % len(CLAUSES)]) for i in range(rows)),
    )  # fmt: skip


def paper(
    document: str, grids: tuple[str, ...] = ("items",), rows: int = 6, prose: int = 0, full: bool = True,
    locale: str = "en_GB", currency: str = "EUR", artifact: str = "doc", with_facts: bool = True, page: str = "",
) -> View:  # fmt: skip
    """A view of a document, with the grids named: items, series, clauses."""
    tables = {"items": items(rows, currency), "series": series(min(rows, 12)), "clauses": clauses(rows)}
    head = facts(document, full, currency)
    world = World(tables=(head, *tables.values()), locale=locale)
    parts: list[Part] = []
    if with_facts:
        parts.append(part_of(world, "papers", "facts", tuple(c.name for c in head.columns)))
    for name in grids:
        title = "" if len(grids) == 1 else {"items": "Deliveries", "series": "Output", "clauses": "Terms"}[name]
        parts.append(part_of(world, name, name, tuple(c.name for c in tables[name].columns), title=title))
    return View(
        image=1, artifact=artifact, document=document, title=document.capitalize() or "Output of the bakery",
        subtitle="April 2024", subject="April 2024", parts=tuple(parts), prose=PROSE[:prose] if with_facts else (),
        notes=("Dates are day, month, year. Amounts include packing.",), page=page, locale=locale,
    )  # fmt: skip


DOCUMENTS = (
    "invoice", "quote", "contract", "amendment", "report", "statement", "bill", "price list", "purchase order",
    "delivery note", "minutes",
)  # fmt: skip
