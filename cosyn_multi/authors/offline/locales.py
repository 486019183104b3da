"""The locales that sets play in: currency, date patterns, paper and taxes of each. All text of a set is English."""

from decimal import Decimal
from typing import Final, Literal

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
    """Rates in percent that a bill in this country may carry."""
    faker: str
    """Which of Faker's locales the surnames come from."""

    @property
    def date_patterns(self) -> tuple[str, str, str]:
        return self.long, self.medium, self.numeric


def _locale(code: str, country: str, currency: str, rates: str, **more: str) -> Locale:
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
    _locale("en_US", "United States", "USD", "4 5.3 6 6.25 7 8.25 8.875 9.5", numeric="MM/dd/yyyy",
            tax_name="Sales tax", **_LETTER),
    _locale("en_GB", "United Kingdom", "GBP", "20 5"),
    _locale("en_IN", "India", "INR", "5 12 18", numeric="dd-MM-yyyy", tax_name="GST"),
    _locale("en_CA", "Canada", "CAD", "5 13 15", numeric="yyyy-MM-dd", tax_name="GST/HST", **_LETTER),
    _locale("de_DE", "Germany", "EUR", "19 7", numeric="dd.MM.yyyy"),
    _locale("de_CH", "Switzerland", "CHF", "8.1 2.6", numeric="dd.MM.yyyy"),
    _locale("fr_FR", "France", "EUR", "20 10 5.5"),
    _locale("es_ES", "Spain", "EUR", "21 10"),
    _locale("it_IT", "Italy", "EUR", "22 10"),
    _locale("pt_BR", "Brazil", "BRL", "12 17 18", tax_name="Sales tax"),
    _locale("nl_NL", "Netherlands", "EUR", "21 9", numeric="dd-MM-yyyy"),
    _locale("sv_SE", "Sweden", "SEK", "25 12 6", numeric="yyyy-MM-dd"),
    _locale("pl_PL", "Poland", "PLN", "23 8 5", numeric="dd.MM.yyyy"),
)  # fmt: skip

LOCALES: Final[dict[str, Locale]] = {entry.code: entry for entry in _ALL}
CURRENCIES: Final = tuple(sorted({entry.currency for entry in _ALL}))
