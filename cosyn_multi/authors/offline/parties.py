"""Who writes to whom: the two firms of a set, their addresses, and the fields of a letterhead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from cosyn_multi.model import Column, Value

from .entities import Entities
from .scenario import Setting
from .series import on_weekday
from .tables import Forms


@dataclass(frozen=True)
class Firm:
    name: str
    address: str
    reference: str


@dataclass(frozen=True)
class Field:
    """One fact of a document: its column and, per document, its value."""

    column: Column
    values: tuple[Value, ...]


def cast(setting: Setting) -> Entities:
    """The source of names for this set."""
    return Entities(setting.locale, setting.rng)


def firm(entities: Entities, trades: Sequence[str], rng: Random, year: int) -> Firm:
    """A firm, its address (in the town that its name holds, if any), and what its customers quote."""
    name = entities.company(rng.choice(trades))
    return Firm(name, entities.address(entities.town_in(name)).line, entities.reference("customer", year, name))


def letterhead(forms: Forms, rng: Random, issuers: Sequence[Firm], recipient: Firm | None) -> list[Field]:
    """issuer (one per document), recipient, and mostly their addresses."""
    found = [
        Field(forms.text("issuer", forms.word("issuer"), "issuer", self_evident=True), tuple(f.name for f in issuers))
    ]
    if rng.random() < 0.75:
        column = forms.text("issuer_address", "Address", "issuer_address", self_evident=True)
        found.append(Field(column, tuple(f.address for f in issuers)))
    if recipient is None:
        return found
    found.append(Field(forms.text("recipient", forms.word("recipient"), "recipient"), (recipient.name,) * len(issuers)))
    if rng.random() < 0.7:
        column = forms.text("recipient_address", "Delivery address", "recipient_address", self_evident=True)
        found.append(Field(column, (recipient.address,) * len(issuers)))
    return found


def same(column: Column, value: Value, documents: int) -> Field:
    return Field(column, (value,) * documents)


def place_of(fields: Sequence[Field]) -> str:
    """The recipient's address where the documents print it, else the issuer's, else the empty text."""
    printed = {f.column.name: str(f.values[0]) for f in fields}
    return printed.get("recipient_address") or printed.get("issuer_address", "")


def dates_within(rng: Random, months: Sequence[date], first: int = 2, last: int = 27) -> list[date]:
    """A day in each month: mostly the same few days, and never on a weekend, as offices work."""
    day = rng.randint(first, last)
    return [on_weekday(m.replace(day=max(1, min(28, day + rng.randint(-1, 3))))) for m in months]


def columns_of(fields: Sequence[Field]) -> tuple[Column, ...]:
    return tuple(f.column for f in fields)


def rows_of(fields: Sequence[Field]) -> tuple[tuple[Value, ...], ...]:
    return tuple(zip(*(f.values for f in fields), strict=True))
