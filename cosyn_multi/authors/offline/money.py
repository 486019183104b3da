"""Prices: spans given in euros, scaled to a currency and put on believable steps (12.50, not 12.4871)."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from random import Random
from typing import Final

from cosyn_multi.errors import ConfigError, unknown

from .domain import Item, Span

RATES: Final[dict[str, Decimal]] = {
    code: Decimal(rate)
    for code, rate in {
        "EUR": "1", "USD": "1.1", "GBP": "0.85", "CHF": "1", "CAD": "1.5", "INR": "90",
        "BRL": "6", "SEK": "11", "PLN": "4.3", "JPY": "160", "HUF": "400",
    }.items()
}  # fmt: skip
"""Units of the currency for one euro, rounded: prices need the right magnitude, no more."""

_WITHOUT_CENTS: Final = frozenset({"JPY", "HUF"})


def rate(currency: str) -> Decimal:
    """Raises: ConfigError if the currency isn't known."""
    if currency not in RATES:
        raise ConfigError(unknown("currency", currency, RATES))
    return RATES[currency]


def decimals(currency: str) -> int:
    """Digits after the point of a price."""
    return 0 if currency in _WITHOUT_CENTS else 2


def step_in(step: float, currency: str) -> Decimal:
    """The euro step, scaled: the same where a unit is worth about a euro, else the next 1, 2 or 5 times a power of ten.

    Never smaller than the currency's smallest coin.
    """
    coin = Decimal(1).scaleb(-decimals(currency))
    euros = Decimal(str(step))
    if Decimal("0.5") < rate(currency) < 2:
        return max(euros, coin)
    raw = euros * rate(currency)
    power = Decimal(1).scaleb(raw.adjusted())
    nice = next(power * k for k in (1, 2, 5, 10) if power * k >= raw * Decimal("0.75"))
    return max(Decimal(f"{nice:f}"), coin)


def _grid(span: Span, step: Decimal, factor: Decimal) -> tuple[int, int]:
    """First and last multiple of the step in the scaled span; at least one."""
    low = int((Decimal(str(span[0])) * factor / step).to_integral_value(ROUND_CEILING))
    high = int((Decimal(str(span[1])) * factor / step).to_integral_value(ROUND_FLOOR))
    return max(low, 1), max(high, low, 1)


def amount(span: Span, step: float, currency: str, rng: Random) -> Decimal:
    """An amount drawn from a span in euros, as a multiple of the scaled step."""
    nice = step_in(step, currency)
    low, high = _grid(span, nice, rate(currency))
    return tidy(nice * rng.randint(low, high), currency)


def price(item: Item, currency: str, rng: Random) -> Decimal:
    """A usual unit price of an item, in the currency."""
    return amount(item.price, item.step, currency, rng)


def scale(euros: float, currency: str) -> Decimal:
    """A figure in euros brought to the currency's magnitude, without rounding to any step: for metrics."""
    return tidy(Decimal(str(euros)) * rate(currency), currency)


def moved(old: Decimal, share: float, step: float, currency: str) -> Decimal:
    """A price after a change of `share` (0.04 is up 4 percent): on the same steps, never equal to the old one, above zero."""
    nice = step_in(step, currency)
    target = old * (1 + Decimal(str(share)))
    new = (target / nice).to_integral_value(ROUND_HALF_UP) * nice
    if new == old:
        new = old + (nice if share >= 0 else -nice)
    return tidy(new if new > 0 else old + nice, currency)


def tidy(value: Decimal, currency: str) -> Decimal:
    """The value with exactly the currency's digits."""
    return value.quantize(Decimal(1).scaleb(-decimals(currency)), rounding=ROUND_HALF_UP)
