"""Display formats: how a value is printed, and what a reader takes from the print.

`show` and `read` are inverse up to what the format rounds away: `read(show(v))` is the value that stands on the page
("1.2 M" is 1,200,000, whatever the world says). Numbers and numeric dates follow the locale (CLDR data from Babel);
month names are English, as all text is.
"""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, get_currency_symbol

from .base import Frozen
from .values import Kind, Value

COMPACT: dict[str, Decimal] = {"bn": Decimal(10**9), "M": Decimal(10**6), "K": Decimal(10**3)}
MINUS = "−"
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Unreadable(ValueError):
    """A text that a reader could not take a value from."""


class Format(Frozen):
    """How a column's values are printed."""

    style: Literal["text", "number", "money", "percent", "compact", "date"] = "text"
    decimals: int = 0
    currency: str = ""
    pattern: str = ""
    unit_in: Literal["header", "cell", "note"] = "header"
    suffix: str = ""
    negative: Literal["minus", "parentheses"] = "minus"


def quantize(value: Decimal, decimals: int) -> Decimal:
    """Round half away from zero, on the decimal that is printed."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def show(value: Value, fmt: Format, locale: str) -> str:
    """The text that stands on the page. An absent value is the empty text."""
    if value is None:
        return ""
    if isinstance(value, date):
        return format_date(value, fmt.pattern or "d MMMM yyyy", locale="en")
    if isinstance(value, str):
        return value
    number = Decimal(value)
    body = _number(abs(number), fmt, locale)
    if quantize(abs(number), fmt.decimals) == 0 and fmt.style != "compact":
        return body
    if number < 0:
        return f"({body})" if fmt.negative == "parentheses" else f"{MINUS}{body}"
    return body


def read(text: str, kind: Kind, fmt: Format, locale: str) -> Value:
    """The value that a reader who knows the locale takes from a printed text.

    Raises: Unreadable.
    """
    plain = _SPACES.sub(" ", text).strip()
    if not plain:
        return None
    if kind == "date":
        return _read_date(plain, fmt.pattern or "d MMMM yyyy")
    if kind in ("key", "category", "text"):
        return plain
    number = _read_number(plain, fmt, locale)
    if kind == "count":
        if number != int(number):
            raise Unreadable(f"{text!r} is not a whole number")
        return int(number)
    return number


def _number(number: Decimal, fmt: Format, locale: str) -> str:
    if fmt.style == "compact":
        for word, scale in COMPACT.items():
            if quantize(number / scale, fmt.decimals) >= 1:
                body = f"{_grouped(number / scale, fmt.decimals, locale)} {word}"
                return f"{_symbol(fmt.currency, locale)}{body}" if fmt.currency else body
        return _grouped(number, fmt.decimals, locale)
    if fmt.style == "money":
        pattern = _with_decimals(_patterns(locale)["money"], fmt.decimals)
        money = format_currency(
            quantize(number, fmt.decimals), fmt.currency, pattern, locale=locale, currency_digits=False
        )
        return money.replace("\u202f", "\u00a0")
    body = _grouped(number, fmt.decimals, locale)
    if fmt.style == "percent":
        return body + _patterns(locale)["percent"]
    return f"{body} {fmt.suffix}" if fmt.suffix else body


def _grouped(number: Decimal, decimals: int, locale: str) -> str:
    pattern = _with_decimals(_patterns(locale)["number"], decimals)
    return format_decimal(quantize(number, decimals), pattern, locale=locale).replace("\u202f", "\u00a0")


@lru_cache
def _patterns(locale: str) -> dict[str, str]:
    data = Locale.parse(locale)
    percent = data.percent_formats[None].pattern
    return {
        "number": data.decimal_formats[None].pattern,
        "money": data.currency_formats["standard"].pattern,
        "percent": "\u00a0%" if "\u00a0" in percent or "\u202f" in percent else "%",
    }


@lru_cache
def _with_decimals(pattern: str, decimals: int) -> str:
    return re.sub(r"0(?:\.[0#]+)?(?=[^0#.,]*(?:;|$))", "0" + ("." + "0" * decimals if decimals else ""), pattern)


@lru_cache
def _symbol(currency: str, locale: str) -> str:
    return str(get_currency_symbol(currency, locale=locale)) if currency else ""


def _read_number(plain: str, fmt: Format, locale: str) -> Decimal:
    text, negative = plain, False
    if text.startswith("(") and text.endswith(")"):
        text, negative = text[1:-1].strip(), True
    for sign in (MINUS, "-", "–"):
        if text.startswith(sign):
            text, negative = text[len(sign) :].strip(), True
    for word in filter(None, (_symbol(fmt.currency, locale), fmt.currency, fmt.suffix, "%")):
        text = text.removeprefix(word).removesuffix(word).strip()
    scale = Decimal(1)
    if fmt.style == "compact":
        for word, size in COMPACT.items():
            if text.endswith(word):
                text, scale = text[: -len(word)].strip(), size
                break
    number = _digits(text, locale, plain) * scale
    return -number if negative else number


@lru_cache
def _separators(locale: str) -> tuple[str, str]:
    symbols = Locale.parse(locale).number_symbols
    table = symbols.get("latn", symbols)
    return table["group"].replace("\u202f", " ").replace("\u00a0", " "), table["decimal"]


def _digits(text: str, locale: str, plain: str) -> Decimal:
    group, point = _separators(locale)
    whole, _, fraction = text.partition(point)
    blocks = whole.split(group) if group in whole else [whole]
    well_formed = all(b.isascii() and b.isdigit() for b in blocks) and (
        not fraction or (fraction.isascii() and fraction.isdigit())
    )
    grouped = len(blocks) == 1 or (
        1 <= len(blocks[0]) <= 3 and len(blocks[-1]) == 3 and all(2 <= len(b) <= 3 for b in blocks[1:])
    )
    if not well_formed or not grouped or (point in text and not fraction):
        raise Unreadable(f"{plain!r} is not a number as {locale} writes it")
    return Decimal("".join(blocks) + ("." + fraction if fraction else ""))


@lru_cache
def _date_regex(pattern: str) -> re.Pattern[str]:
    names = "|".join(_MONTHS)
    short = "|".join(m[:3] for m in _MONTHS)
    tokens = {
        "yyyy": r"(?P<y>\d{4})", "yy": r"(?P<yy>\d{2})", "y": r"(?P<y>\d{4})", "MMMM": f"(?P<name>{names})",
        "MMM": f"(?P<name>{short})", "MM": r"(?P<m>\d{2})", "M": r"(?P<m>\d{1,2})", "dd": r"(?P<d>\d{2})",
        "d": r"(?P<d>\d{1,2})", "EEEE": r"[A-Z][a-z]+day", "EEE": r"[A-Z][a-z]{2}",
    }  # fmt: skip
    pieces = re.findall(r"y+|M+|d+|E+|'[^']*'|.", pattern)
    return re.compile("".join(tokens.get(p, re.escape(p.strip("'"))) for p in pieces) + r"\Z")


def _read_date(plain: str, pattern: str) -> date:
    match = _date_regex(_SPACES.sub(" ", pattern)).match(plain)
    if not match:
        raise Unreadable(f"{plain!r} is not a date of the form {pattern}")
    found = match.groupdict()
    year = int(found["y"]) if found.get("y") else 2000 + int(found["yy"]) if found.get("yy") else None
    if year is None:
        raise Unreadable(f"{plain!r} has no year")
    month = next((i for i, m in enumerate(_MONTHS, 1) if found.get("name") in (m, m[:3])), 0) or int(
        found.get("m") or 1
    )
    try:
        return date(year, month, int(found.get("d") or 1))
    except ValueError as error:
        raise Unreadable(f"{plain!r}: {error}") from error
