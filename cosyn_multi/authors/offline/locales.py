"""The locales that sets play in: currency, date patterns, paper and taxes of each. All text of a set is English."""

from decimal import Decimal
from typing import Any, Final, Literal

from pydantic import Field

from cosyn_multi.model import Frozen


class Locale(Frozen):
    """How one country writes its papers. Separators and currency symbols come from CLDR through `model.formats`."""

    code: str
    country: str
    currency: str
    decimals: int = 2
    """Digits after the point of a price in this currency."""
    long: str = "d MMMM yyyy"
    medium: str = "d MMM yyyy"
    numeric: str = "dd/MM/yyyy"
    """Date patterns in CLDR's letters; month names are printed in English."""
    month: str = "MMMM yyyy"
    short_month: str = "MMM yyyy"
    paper: Literal["A4", "Letter"] = "A4"
    tax_name: str = "VAT"
    tax_rates: tuple[Decimal, ...]
    """Standard rates in percent."""
    food_rate: Decimal | None = None
    """The reduced rate on food and drink where invoices carry one, in percent."""
    regional: dict[str, tuple[str, Decimal]] = Field({})
    """Name and rate of the tax by state or province, where they differ."""
    faker: str
    """Which of Faker's locales the surnames come from."""

    @property
    def date_patterns(self) -> tuple[str, str, str]:
        return self.long, self.medium, self.numeric


_CANADA: Final = {
    "ON": ("HST", "13"), "NB": ("HST", "15"), "NS": ("HST", "15"), "PE": ("HST", "15"), "NL": ("HST", "15"),
    "AB": ("GST", "5"), "BC": ("GST", "5"), "SK": ("GST", "5"), "MB": ("GST", "5"), "QC": ("GST", "5"),
}  # fmt: skip


_STATES: Final = {
    "AZ": "5.6", "CA": "7.25", "CO": "2.9", "GA": "4", "IA": "6", "ID": "6", "ME": "5.5", "MI": "6", "MN": "6.875",
    "NC": "4.75", "ND": "5", "NE": "5.5", "NM": "4.875", "NY": "4", "OH": "5.75", "OK": "4.5", "PA": "6", "RI": "7",
    "TN": "7", "TX": "6.25", "VA": "5.3", "VT": "6", "WA": "6.5", "WI": "5", "WY": "4",
}  # fmt: skip
"""Sales tax of the states that addresses lie in, in percent, without what towns add."""
_UNITED_STATES: Final = {state: ("Sales tax", rate) for state, rate in _STATES.items()}


def _locale(code: str, country: str, currency: str, rates: str, **more: Any) -> Locale:
    return Locale.model_validate(
        {
            "code": code,
            "country": country,
            "currency": currency,
            "tax_rates": tuple(Decimal(r) for r in rates.split()),
            "faker": code,
            **more,
        }
    )


_LETTER: Final = {"long": "MMMM d, yyyy", "medium": "MMM d, yyyy", "paper": "Letter"}
_ALL: Final = (
    _locale("en_US", "United States", "USD", "6", numeric="MM/dd/yyyy", tax_name="Sales tax", regional=_UNITED_STATES, **_LETTER),
    _locale("en_GB", "United Kingdom", "GBP", "20"),
    _locale("en_IN", "India", "INR", "18", numeric="dd-MM-yyyy", tax_name="GST", food_rate="5"),
    _locale("en_CA", "Canada", "CAD", "5", numeric="yyyy-MM-dd", tax_name="GST", regional=_CANADA, **_LETTER),
    _locale("de_DE", "Germany", "EUR", "19", numeric="dd.MM.yyyy", food_rate="7"),
    _locale("de_CH", "Switzerland", "CHF", "8.1", numeric="dd.MM.yyyy", food_rate="2.6"),
    _locale("fr_FR", "France", "EUR", "20", food_rate="5.5"),
    _locale("es_ES", "Spain", "EUR", "21", food_rate="10"),
    _locale("it_IT", "Italy", "EUR", "22", food_rate="10"),
    _locale("pt_BR", "Brazil", "BRL", "18", tax_name="ICMS", food_rate="12"),
    _locale("nl_NL", "Netherlands", "EUR", "21", numeric="dd-MM-yyyy", food_rate="9"),
    _locale("sv_SE", "Sweden", "SEK", "25", numeric="yyyy-MM-dd", food_rate="12"),
    _locale("pl_PL", "Poland", "PLN", "23", numeric="dd.MM.yyyy", food_rate="5"),
)  # fmt: skip

LOCALES: Final[dict[str, Locale]] = {entry.code: entry for entry in _ALL}
CURRENCIES: Final = tuple(sorted({entry.currency for entry in _ALL}))
