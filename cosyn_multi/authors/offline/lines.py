"""Lines of goods or services with quantities and prices, and the sums below them: what invoices, quotes and orders share."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from cosyn_multi.model import Column, Origin, Relation, Table, Value, quantize

from . import locales, money
from .domain import Item
from .scenario import Setting
from .tables import Forms, called, cells, product_of, same_as, share_of, total_of

FOOD = frozenset({"bakery", "coffee_roaster", "farm_dairy", "fishery", "grocery_coop", "restaurant"})
"""Domains whose goods are food."""
FOOD_ODDS = 0.8


@dataclass(frozen=True)
class Line:
    """One line of a document."""

    item: Item
    quantity: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.price


def price_of(item: Item, forms: Forms, rng: Random, near: Decimal | None = None, spread: float = 0.12) -> Decimal:
    """A usual price; or one within about `spread` of another price, and unlike it."""
    if near is None:
        return money.price(item, forms.currency, rng)
    share = rng.uniform(0.015, spread) * (1 if rng.random() < 0.7 else -1)
    return money.moved(near, share, item.step, forms.currency)


def draw_lines(
    items: Sequence[Item], forms: Forms, rng: Random, prices: dict[str, Decimal] | None = None
) -> list[Line]:
    """A line for each item: usual quantities and prices (or the prices given), and no two amounts alike."""
    lines: list[Line] = []
    for item in items:
        price = (prices or {}).get(item.name) or price_of(item, forms, rng)
        lines.append(apart(Line(item, rng.randint(*item.quantity), price), lines, rng))
    return lines


def apart(line: Line, others: Sequence[Line], rng: Random) -> Line:
    """The line, its quantity moved until its amount is unlike the others', its quantity too where that is easy."""
    amounts, quantities = {o.amount for o in others}, {o.quantity for o in others}
    for _ in range(6):
        if line.quantity not in quantities and line.amount not in amounts:
            return line
        line = replace(line, quantity=rng.randint(*line.item.quantity))
    while line.amount in amounts:
        line = replace(line, quantity=line.quantity + 1)
    return line


@dataclass(frozen=True)
class LineTable:
    """The lines of several documents in one table of the world."""

    table: Table
    groups: tuple[tuple[int, ...], ...]
    relations: tuple[Relation, ...]

    def amounts(self, group: int) -> tuple[Origin, ...]:
        return cells(self.table.name, "amount", self.groups[group])


def line_table(
    groups: Sequence[Sequence[Line]], forms: Forms, name: str = "lines", row_noun: str = "line item",
    codes: dict[str, str] | None = None,
) -> LineTable:  # fmt: skip
    """Columns: code (if codes are given), item, measured_in, quantity, price, amount = quantity x price."""
    rows: list[tuple[Value, ...]] = []
    cut: list[tuple[int, ...]] = []
    for group in groups:
        cut.append(tuple(range(len(rows), len(rows) + len(group))))
        rows += [line_row(line, codes) for line in group]
    table = Table(name=name, columns=line_columns(forms, codes is not None), rows=tuple(rows), row_noun=row_noun)
    relations = tuple(
        product_of(Origin(name, r, "amount"), (Origin(name, r, "quantity"), Origin(name, r, "price")), forms.cents)
        for r in range(len(rows))
    )
    return LineTable(table, tuple(cut), relations)


def line_row(line: Line, codes: dict[str, str] | None) -> tuple[Value, ...]:
    first: tuple[Value, ...] = (codes[line.item.name],) if codes is not None else ()
    return (*first, line.item.name, line.item.unit, line.quantity, line.price, line.amount)


def line_columns(forms: Forms, coded: bool) -> tuple[Column, ...]:
    item = forms.text("item", forms.word("item"), "item") if coded else forms.key("item", forms.word("item"), "item")
    code = (forms.key("code", forms.word("code"), "code", noun=forms.noun("code")),) if coded else ()
    return (
        *code,
        item,
        forms.text("measured_in", forms.word("measured_in"), "packing"),
        forms.count("quantity", forms.word("quantity"), role="quantity", noun=forms.noun("quantity"), additive=False),
        forms.money("price", forms.word("price"), "price", noun=forms.noun("price"), additive=False),
        forms.money("amount", forms.word("amount"), "amount", noun=forms.noun("amount")),
    )


@dataclass(frozen=True)
class Sums:
    """What stands below the lines of one document."""

    subtotal: Decimal
    rate: Decimal
    tax: Decimal
    total: Decimal

    @classmethod
    def of(cls, lines: Sequence[Line], rate: Decimal, forms: Forms) -> "Sums":
        subtotal = sum((line.amount for line in lines), Decimal(0))
        tax = quantize(subtotal * rate / 100, forms.cents)
        return cls(subtotal, rate, tax, subtotal + tax)

    @property
    def values(self) -> tuple[Decimal, ...]:
        return (self.subtotal, self.rate, self.tax, self.total)


@dataclass(frozen=True)
class Tax:
    """What a country takes: its name and rate, in percent."""

    name: str
    rate: Decimal

    @property
    def noun(self) -> str:
        return called(self.name)

    @property
    def digits(self) -> int:
        return max(0, -int(self.rate.normalize().as_tuple().exponent))

    @classmethod
    def draw(cls, setting: Setting, place: str = "", goods: bool = False) -> "Tax":
        """The standard rate; that of the state or province in the address; on food mostly the reduced one."""
        here, rng = locales.LOCALES[setting.locale], setting.rng
        if here.regional:
            found = re.search(r", ([A-Z]{2})\b", place)
            return cls(*here.regional[found[1] if found else rng.choice(sorted(here.regional))])
        if goods and here.food_rate and setting.domain.name in FOOD and rng.random() < FOOD_ODDS:
            return cls(here.tax_name, here.food_rate)
        return cls(here.tax_name, rng.choice(here.tax_rates))


def sum_columns(forms: Forms, tax: Tax) -> tuple[Column, ...]:
    """Columns for `Sums.values`: subtotal, tax_rate, tax, total."""
    return (
        forms.sum_of_money("subtotal", forms.word("subtotal"), "subtotal"),
        forms.percent("tax_rate", f"{tax.name} rate", tax.digits, "tax_rate", noun=f"{tax.noun} rate"),
        forms.sum_of_money("tax", tax.name, "tax", noun=f"{tax.noun} amount"),
        forms.sum_of_money("total", forms.word("total"), "total"),
    )


def sum_relations(table: str, row: int, rate: Decimal, amounts: Sequence[Origin], decimals: int) -> list[Relation]:
    """subtotal = the amounts; tax = rate of subtotal; total = both; the tax rate is the first document's."""
    subtotal, tax, total = (Origin(table, row, c) for c in ("subtotal", "tax", "total"))
    digits = max(0, -int(rate.normalize().as_tuple().exponent))
    same_rate = [same_as(Origin(table, row, "tax_rate"), Origin(table, 0, "tax_rate"), digits)] if row else []
    return [
        *same_rate,
        total_of(subtotal, amounts, decimals),
        share_of(tax, subtotal, rate, decimals),
        total_of(total, (subtotal, tax), decimals),
    ]
