"""Names of people and companies, addresses, accounts and reference numbers of one set, as its locale has them."""

import re
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any, Final

from rapidfuzz import fuzz, process, utils

from cosyn_multi.model import Frozen

from .locales import LOCALES
from .places import City, Places, filled, iban, places_of

NEAR: Final = 85.0
"""Two names whose rapidfuzz ratio (0 to 100, case ignored) is above this can be mistaken for each other."""

_TRIES: Final = 500
_LONGEST_COMPANY: Final = 34
_LONGEST_PERSON: Final = 24
_UNDRAWABLE: Final = re.compile(r"[^A-Za-zÀ-ÖØ-öø-ÿĀ-ž0-9 .,&'’()/+-]")
_TRADES: Final = ("Services", "Trading", "Supplies", "Partners", "Group", "Works", "Agency", "Solutions")
_STYLES: Final = (
    "{prefix}-{year}-{n:04d}", "{prefix}{n:05d}", "{prefix}-{n}", "{year}/{n:04d}", "{prefix} {yy}-{n:03d}", "{yy}{n:05d}-{prefix}"
)  # fmt: skip
_PREFIXES: Final = {
    "invoice": ("INV", "RN", "IN", "SI"),
    "quote": ("QU", "Q", "EST", "OF"),
    "contract": ("CTR", "AGR", "C", "FA"),
    "order": ("PO", "ORD", "OC"),
    "delivery": ("DN", "DEL", "LS"),
    "customer": ("CU", "K", "CL"),
    "report": ("REP", "RP"),
    "statement": ("ST", "ACS"),
    "bill": ("BL", "B"),
    "project": ("PRJ", "P"),
    "meter": ("MT", "EM"),
}


_ONE_BY_ONE: Final = frozenset({"statement", "report"})
"""Papers of which nobody else gets one in between."""


class Exhausted(LookupError):
    """A set asked for more distinct names than its locale offers."""


class Address(Frozen):
    """A postal address, line by line, without the addressee."""

    lines: tuple[str, ...]
    city: str

    @property
    def line(self) -> str:
        return ", ".join(self.lines)

    @property
    def block(self) -> str:
        return "\n".join(self.lines)


class Entities:
    """Gives out names that are distinct within one set. Deterministic for a locale and an rng."""

    def __init__(self, locale: str, rng: Random) -> None:
        self.locale = LOCALES[locale]
        self._places: Places = places_of(locale)
        self._towns = self._places.towns
        self._rng = rng
        self._given: list[str] = []
        self._streets: list[str] = []
        self._styles: dict[tuple[str, str], tuple[str, str, int]] = {}

    def person(self) -> str:
        """First and last name."""
        return self._fresh(lambda: _clean(f"{self._faker('first_name')} {self._surname()}"), _LONGEST_PERSON)

    def company(self, trade: str | None = None) -> str:
        """A name such as 'Hofer Mills GmbH'. trade: what the company does, one of a domain's `trades` or `buyers`."""
        return self._fresh(lambda: self._company(trade or self._rng.choice(_TRADES)), _LONGEST_COMPANY)

    def bank(self) -> str:
        return self._fresh(lambda: self._rng.choice(self._places.banks), _LONGEST_COMPANY)

    def city(self) -> str:
        return self._fresh(lambda: self._town().name, _LONGEST_COMPANY)

    def town_in(self, name: str) -> str:
        """The town that a company is called after; empty if none."""
        return next((t.name for t in self._towns if name.startswith(f"{t.name} ")), "")

    def street(self) -> str:
        """A street without number; not remembered."""
        return self._rng.choice(self._places.streets)

    def address(self, city: str = "") -> Address:
        """A whole address. city: one of the locale's towns, e.g. from `city()`; default: any."""
        found: dict[str, Address] = {}

        def draw() -> str:
            address = self._address(city)
            found[address.line] = address
            return address.line

        drawn = found[self._fresh(draw, 120)]
        self._streets += [s for s in self._places.streets if s in drawn.line]
        return drawn

    def phone(self) -> str:
        """A number from a range kept free for fiction where the country has one."""
        return filled(self._places.phone, self._rng)

    def email(self, company: str) -> str:
        """A mailbox of a company, under the domain that is reserved for examples."""
        office = self._rng.choice(("office", "accounts", "info", "billing", "contact"))
        words = re.findall(r"[a-z0-9]+", utils.default_process(_ascii(company)))
        return f"{office}@{'-'.join(words[:3])}.example"

    def account(self) -> str:
        """A bank account: an IBAN where the country uses it, else its own form."""
        form = self._places.iban
        return iban(form, self._rng) if form else filled(self._places.account, self._rng)

    def reference(self, kind: str, year: int, issuer: str = "") -> str:
        """The next number of an issuer's series: 'INV-2024-0153'; the same style and rising within a set.

        kind: invoice, quote, contract, order, delivery, customer, report, statement, bill, project, meter.
        Raises: KeyError for another kind.
        """
        key = (kind, issuer)
        if key not in self._styles:
            self._styles[key] = (
                self._rng.choice(_STYLES),
                self._rng.choice(_PREFIXES[kind]),
                self._rng.randint(112, 3900),
            )
        style, prefix, last = self._styles[key]
        number = last + (1 if kind in _ONE_BY_ONE else self._rng.randint(1, 9))
        self._styles[key] = (style, prefix, number)
        return style.format(prefix=prefix, year=year, yy=f"{year % 100:02d}", n=number)

    def references(self, kind: str, years: tuple[int, ...], issuer: str = "") -> tuple[str, ...]:
        """One number per year given, in that order: `reference` again and again."""
        return tuple(self.reference(kind, year, issuer) for year in years)

    def _fresh(self, draw: Callable[[], str], longest: int) -> str:
        for _ in range(_TRIES):
            name = draw()
            if name and len(name) <= longest and not self._near(name):
                self._given.append(name)
                return name
        raise Exhausted(f"no further name unlike the {len(self._given)} given for {self.locale.code}")

    def _near(self, name: str) -> bool:
        match = process.extractOne(name, self._given, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=NEAR)
        return match is not None

    def _company(self, trade: str) -> str:
        rng = self._rng
        if _CIVIC.search(trade):
            return _clean(f"{self._town().name if rng.random() < 0.8 else rng.choice(_SITES)} {trade}")
        families = [form for form in self._places.legal if _FAMILY.match(form)]
        firms = [form for form in self._places.legal if form not in families]
        plain = [form for form in families if not re.search(r"\.|[A-Z]{2}", form)]
        legal = f" {rng.choice(firms)}" if rng.random() < 0.4 else ""
        roll = rng.random()
        if roll < 0.08 and plain:
            return _clean(f"{self._surname()} {rng.choice(plain)} {trade}")
        if roll < 0.45:
            return _clean(f"{self._surname()} {trade}{legal}")
        if roll < 0.6:
            return _clean(f"{self._surname()} & {self._surname()} {trade}")
        if roll < 0.8:
            return _clean(f"{self._town().name} {trade}{legal}")
        return _clean(f"{rng.choice(_BYNAMES)} {trade}{legal}")

    def _address(self, city: str) -> Address:
        town = next((t for t in self._towns if t.name == city), None) or self._town()
        fields = {
            "number": self._rng.randint(*self._places.house),
            "street": self._unused_street(),
            "city": town.name,
            "state": town.state,
            "postcode": town.prefix + filled(self._places.postcode, self._rng),
        }
        return Address(lines=tuple(line.format(**fields) for line in self._places.lines), city=town.name)

    def _unused_street(self) -> str:
        """One that no address of this set has yet, as long as there are such."""
        left = [s for s in self._places.streets if s not in self._streets] or list(self._places.streets)
        return self._rng.choice(left)

    def _town(self) -> City:
        return self._rng.choice(self._towns)

    def _surname(self) -> str:
        return self._faker("last_name")

    def _faker(self, what: str) -> str:
        # Seeded before every draw: sets that are made in turns share the instance without disturbing each other.
        fake = _instance(self.locale.faker)
        fake.seed_instance(self._rng.getrandbits(64))
        return str(getattr(fake, what)())


_BYNAMES: Final = (
    "Red Lion", "Blue Heron", "Northstar", "Old Bridge", "Greenfield", "Silver Birch", "Three Oaks", "Westwind", "Kingfisher",
    "Stonegate", "Copper Hill", "Bellweather", "Summit", "Harbour Light", "Crossroads", "Millrace", "Falcon", "Evergreen",
    "Four Winds", "Swan", "Beacon", "Foxglove", "Ironside", "Meridian", "Juniper", "Highfield", "Riverbend", "Aurora",
)  # fmt: skip


_SITES: Final = (
    "Westwind",
    "Old Bridge",
    "Three Oaks",
    "Harbour Light",
    "Highfield",
    "Riverbend",
    "Evergreen",
    "Meridian",
)
"""Names that a club or a school may have as well as a firm."""
_FAMILY: Final = re.compile(r"(&|e|et) ")
"""Legal forms that only follow a family's name: '& Sons', 'et Fils'."""
_CIVIC: Final = re.compile(
    r"Club|Association|Society|Council|School|College|University|Library|Hospital|Federation|Authority|Board|Office|Faculty"
    r"|Fire Brigade|Police|Academy|Zoo|Theatre|Opera|Trust|Foundation|City|County|Town|Church|Parish|Parks|Choir|Hospice"
    r"|Guild|Cooperative|Festival|Archive|Administration|Municipal|Garden|Museum|Shelter|Trail|Housing|Homes?$|Practice"
    r"|Owners|Fund|Stage|Service$|Collection|Foyer|Pool|Campsite|Clinic Group|Community"
)
"""What is no firm: it has no legal form and no family's name."""


@cache
def _instance(locale: str) -> Any:
    from faker import Faker

    return Faker(locale, use_weighting=False)


def _clean(text: str) -> str:
    """Without characters that Latin text faces lack; single spaces."""
    return " ".join(_UNDRAWABLE.sub("", text).split())


def _ascii(text: str) -> str:
    from unicodedata import normalize

    return (
        normalize("NFKD", text.replace("ß", "ss").replace("ł", "l").replace("ø", "o"))
        .encode("ascii", "ignore")
        .decode()
    )
