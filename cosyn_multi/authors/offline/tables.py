"""Columns with the right formats for one set, parts and views cut from a world, and the relations of totals.

A set has one hand: whether money carries its symbol in the cell or the header, how dates are written, which words name
a total. `Forms` draws that once; everything a scenario shows is made with it.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from cosyn_multi.model import Column, Format, Origin, Part, Relation, Table, Value, View, quantize

from . import locales, money
from .scenario import Setting

LABELS: dict[str, tuple[str, ...]] = {
    "total": ("Total due", "Amount payable", "Invoice total", "Total amount", "Grand total", "Balance due"),
    "subtotal": ("Subtotal", "Net amount", "Net total", "Sum before tax", "Total excl. tax"),
    "quantity": ("Quantity", "Qty", "Quantity", "Units", "No. of units"),
    "price": ("Unit price", "Price per unit", "Rate", "Price each", "Unit cost"),
    "amount": ("Amount", "Line total", "Line amount", "Value"),
    "item": ("Description", "Item", "Article", "Product", "Goods or service"),
    "measured_in": ("Sold by", "Packed as", "Counted in"),
    "code": ("Code", "Item code", "Article no.", "SKU", "Ref."),
    "number": ("No.", "Number", "Reference no.", "Document no."),
    "customer": ("Customer no.", "Client ID", "Account no.", "Customer ID"),
    "due": ("Due date", "Payable by", "Payment due", "Due on"),
    "date": ("Date", "Issued", "Date of issue", "Issue date"),
    "period": ("Billing period", "Period", "For the month of", "Month of supply"),
    "issuer": ("From", "Issued by", "Supplier", "Vendor"),
    "recipient": ("To", "Bill to", "Customer", "Recipient"),
}
"""Wordings of the labels that many documents share; a set keeps to one of each."""

QUOTE_LABELS: dict[str, tuple[str, ...]] = {
    "total": ("Total", "Quote total", "Total price", "Total incl. tax"),
    "issuer": ("From", "Offered by", "Supplier"),
    "recipient": ("To", "Prepared for", "Customer", "Client"),
}
"""What a quote says instead: nothing is due yet and nobody is billed."""

NOUNS: dict[str, str] = {
    "Qty": "quantity",
    "Units": "number of units",
    "No. of units": "number of units",
    "Price each": "price",
    "SKU": "SKU",
    "Article no.": "article number",
    "Ref.": "reference",
    "Issued": "date of issue",
    "Due on": "due date",
    "Customer no.": "customer number",
    "Account no.": "account number",
    "Payable by": "payable-by date",
}
"""How a question calls what a label abbreviates; other labels are called as they are printed."""


def called(label: str) -> str:
    """The noun for a printed label: the same words, in lower case."""
    return NOUNS.get(label) or (label if label[:2].isupper() else label[:1].lower() + label[1:])


def slug(text: str, taken: Iterable[str] = ()) -> str:
    """An identifier made of a label, unlike those taken: 'Café Nord' becomes 'cafe_nord'."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "c"
    base = base if base[0].isalpha() else f"c_{base}"
    used, name, number = set(taken), base, 2
    while name in used:
        name, number = f"{base}_{number}", number + 1
    return name


@dataclass(frozen=True)
class Forms:
    """How one set writes its columns."""

    locale: str
    currency: str
    cents: int
    rate: Decimal
    money_in_cell: bool
    day: str
    month_pattern: str
    words: dict[str, str]

    @classmethod
    def draw(cls, setting: Setting) -> "Forms":
        rng = setting.rng
        return cls(
            locale=setting.locale,
            currency=setting.currency,
            cents=money.decimals(setting.currency),
            rate=money.rate(setting.currency),
            money_in_cell=rng.random() < 0.6,
            day=rng.choice(locales.LOCALES[setting.locale].date_patterns),
            month_pattern=rng.choice(("MMMM yyyy", "MMM yyyy", "MMM yyyy")),
            words={name: rng.choice(wordings) for name, wordings in LABELS.items()},
        )

    @property
    def numeric_days(self) -> bool:
        return "MMM" not in self.day

    def date_note(self) -> tuple[str, ...]:
        """The line that settles the order of day and month, where dates are written in digits."""
        return (f"Dates are written as {self.day.upper()}.",) if self.numeric_days else ()

    def word(self, name: str) -> str:
        return self.words[name]

    def noun(self, name: str) -> str:
        """How a question calls what `word` labels."""
        return called(self.words[name])

    def for_quotes(self, rng: Random) -> "Forms":
        """The same hand, with the words of quotes."""
        words = {name: rng.choice(wordings) for name, wordings in QUOTE_LABELS.items()}
        return replace(self, words=self.words | words)

    def text(self, name: str, label: str, role: str = "", noun: str = "", self_evident: bool = False) -> Column:
        return Column(name=name, label=label, kind="text", role=role, noun=noun, self_evident=self_evident)

    def key(self, name: str, label: str, role: str = "", noun: str = "") -> Column:
        return Column(name=name, label=label, kind="key", role=role, noun=noun)

    def category(self, name: str, label: str, role: str = "", noun: str = "") -> Column:
        return Column(name=name, label=label, kind="category", role=role, noun=noun)

    def date(self, name: str, label: str, role: str = "", noun: str = "", pattern: str = "") -> Column:
        fmt = Format(style="date", pattern=pattern or self.day)
        return Column(name=name, label=label, kind="date", role=role, noun=noun, format=fmt, additive=False)

    def month(self, name: str = "month", label: str = "Month", role: str = "") -> Column:
        return self.date(name, label, role, pattern=self.month_pattern)

    def year(self, name: str = "year", label: str = "Year") -> Column:
        return self.date(name, label, pattern="yyyy")

    def count(
        self, name: str, label: str, unit: str = "", role: str = "", noun: str = "",
        additive: bool = True, in_cell: bool = False,
    ) -> Column:  # fmt: skip
        fmt = Format(style="number", unit_in="cell" if in_cell else "header", suffix=unit if in_cell else "")
        return Column(
            name=name, label=label, kind="count", unit=unit, format=fmt, role=role, noun=noun, additive=additive
        )

    def percent(
        self, name: str, label: str, decimals: int = 1, role: str = "", noun: str = "", in_cell: bool = True
    ) -> Column:
        style = Format(style="percent", decimals=decimals, unit_in="cell")
        fmt = style if in_cell else Format(style="number", decimals=decimals, unit_in="header")
        return Column(
            name=name, label=label, kind="percent", unit="%", format=fmt, role=role, noun=noun, additive=False
        )

    def money(
        self, name: str, label: str, role: str = "", noun: str = "", additive: bool = True,
        decimals: int | None = None, in_cell: bool | None = None,
    ) -> Column:  # fmt: skip
        """An amount of the set's currency. In facts and prose it carries its symbol; in grids as the set does."""
        places = self.cents if decimals is None else decimals
        cell = self.money_in_cell if in_cell is None else in_cell
        fmt = (
            Format(style="money", decimals=places, currency=self.currency, unit_in="cell")
            if cell
            else Format(style="number", decimals=places, unit_in="header")
        )
        return Column(
            name=name, label=label, kind="amount", unit=self.currency, format=fmt, role=role, noun=noun,
            additive=additive,
        )  # fmt: skip

    def sum_of_money(self, name: str, label: str, role: str = "", noun: str = "", **more: bool) -> Column:
        """A single fact of money: the symbol stands beside it."""
        return self.money(name, label, role, noun, in_cell=True, additive=more.get("additive", True))

    def amount(
        self, name: str, label: str, unit: str, decimals: int, role: str = "", noun: str = "",
        additive: bool = True, in_cell: bool = False,
    ) -> Column:  # fmt: skip
        fmt = Format(
            style="number", decimals=decimals, unit_in="cell" if in_cell else "header", suffix=unit if in_cell else ""
        )
        return Column(
            name=name, label=label, kind="amount", unit=unit, format=fmt, role=role, noun=noun, additive=additive
        )

    def round(self, value: Decimal | float, decimals: int | None = None) -> Decimal:
        """To the digits that money is printed with, unless others are asked for."""
        places = self.cents if decimals is None else decimals
        return quantize(Decimal(str(value)), places)


def one_row(name: str, columns: Sequence[Column], values: Sequence[Value], noun: str = "row") -> Table:
    return Table(name=name, columns=tuple(columns), rows=(tuple(values),), row_noun=noun)


def cells(table: str, column: str, rows: Iterable[int]) -> tuple[Origin, ...]:
    return tuple(Origin(table, r, column) for r in rows)


def total_of(target: Origin, sources: Sequence[Origin], decimals: int, signs: Sequence[int] | None = None) -> Relation:
    """target = the sources, added (or taken off, where the sign is -1)."""
    weights = tuple(Decimal(s) for s in (signs or [1] * len(sources)))
    return Relation(target=target, sources=tuple(sources), coefficients=weights, decimals=decimals)


def same_as(target: Origin, source: Origin, decimals: int) -> Relation:
    """target = source, by the way the set is made: a reader of the one can tell the other."""
    return Relation(target=target, sources=(source,), coefficients=(Decimal(1),), decimals=decimals)


def product_of(target: Origin, sources: Sequence[Origin], decimals: int) -> Relation:
    return Relation(target=target, sources=tuple(sources), decimals=decimals)


def share_of(target: Origin, base: Origin, percent: Decimal, decimals: int) -> Relation:
    """target = percent of base. The rate is a constant of the relation: a product would be a hundred times too big."""
    return Relation(target=target, sources=(base,), coefficients=(percent / 100,), decimals=decimals)


def numbered(views: Sequence[View], rng: Random, shuffled: float = 0.25) -> tuple[View, ...]:
    """The views as images 1, 2, ...: in the order given, or with the given odds in any."""
    order = list(views)
    if rng.random() < shuffled:
        rng.shuffle(order)
    return tuple(v.model_copy(update={"image": i}) for i, v in enumerate(order, 1))


def allowed(setting: Setting, artifacts: frozenset[str]) -> tuple[str, ...]:
    """The kinds that this set may consist of, sorted."""
    asked = setting.brief.artifacts
    return tuple(sorted(a for a in artifacts if not asked or a in asked))


def tabled(view: View, keep: Sequence[str], title: str = "", subtitle: str = "") -> View:
    """The same content as a bare data table: at most four facts, no prose; its subject moves into the subtitle."""
    parts = tuple(_kept(p, keep) if p.name == "facts" else p for p in view.parts)
    return view.model_copy(
        update={
            "artifact": "table",
            "document": "data table",
            "title": title or view.title,
            "subtitle": subtitle or view.subtitle or view.subject,
            "parts": tuple(p for p in parts if p.columns),
            "prose": (),
        }
    )


def _kept(part: Part, keep: Sequence[str]) -> Part:
    columns = tuple(c for c in part.columns if c.name in keep)[:4]
    where = [part.index(c.name) for c in columns]
    return part.model_copy(
        update={"columns": columns, "rows": tuple(tuple(row[i] for i in where) for row in part.rows)}
    )


def relabelled(part: Part, **labels: str) -> Part:
    """The part with other column labels, by column name."""
    columns = tuple(c.model_copy(update={"label": labels.get(c.name, c.label)}) for c in part.columns)
    return part.model_copy(update={"columns": columns})


DOCUMENTS = {"chart": "", "table": "data table", "doc": "report"}
"""What a bare figure is called, by the kind it is shown as."""


def figure(
    part: Part | tuple[Part, ...], artifact: str, forms: Forms, title: str, subject: str, family: str,
    subtitle: str = "", notes: tuple[str, ...] = (),
) -> View:  # fmt: skip
    """A chart or a table of one part (or a page with it), with its title: image 1 until the set is numbered."""
    return View.model_validate(
        {
            "image": 1,
            "artifact": artifact,
            "document": DOCUMENTS[artifact],
            "title": title,
            "subtitle": subtitle,
            "subject": subject,
            "family": family,
            "parts": part if isinstance(part, tuple) else (part,),
            "notes": notes,
            "locale": forms.locale,
        }
    )


def kinds(setting: Setting, artifacts: frozenset[str], count: int, mixed: float = 0.4) -> list[str]:
    """The kind of each of so many images that show alike things: all of one kind, or with the given odds mixed.

    Charts are twice as likely as tables or pages.
    """
    rng, choice = setting.rng, allowed(setting, artifacts)
    odds = [2 if kind == "chart" else 1 for kind in choice]
    if len(choice) > 1 and rng.random() < mixed:
        return rng.choices(choice, odds, k=count)
    return rng.choices(choice, odds) * count
