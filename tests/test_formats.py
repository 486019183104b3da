"""Display formats: what is printed is read back as printed, whatever the locale."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosyn_multi.model import Format, Unreadable, quantize, read, show
from cosyn_multi.model.formats import COMPACT

LOCALES = (
    "en_US", "en_GB", "en_IN", "de_DE", "de_CH", "de_AT", "fr_FR", "fr_CH", "es_ES", "es_MX", "it_IT", "pt_BR", "pt_PT",
    "nl_NL", "pl_PL", "cs_CZ", "sv_SE", "da_DK", "nb_NO", "fi_FI", "hu_HU", "tr_TR", "ja_JP", "sl_SI", "et_EE",
)  # fmt: skip
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "JPY", "INR", "SEK", "PLN", "BRL", "TRY", "CZK", "MXN")
PATTERNS = (
    "d MMMM yyyy", "MMMM d, yyyy", "d MMM yyyy", "EEEE, d MMMM yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "dd.MM.yyyy", "yyyy-MM-dd",
    "d.M.yyyy", "dd-MMM-yyyy",
)  # fmt: skip

numbers = st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False, places=4)
locales = st.sampled_from(LOCALES)
places = st.integers(0, 3)
negatives = st.sampled_from(("minus", "parentheses"))


@given(numbers, locales, places, negatives)
def test_a_number_reads_as_what_its_digits_show(number: Decimal, locale: str, decimals: int, negative: str) -> None:
    fmt = Format(style="number", decimals=decimals, negative=negative)
    assert read(show(number, fmt, locale), "amount", fmt, locale) == quantize(number, decimals)


@given(numbers, locales, places, negatives, st.sampled_from(CURRENCIES))
def test_money_reads_as_what_its_digits_show(
    number: Decimal, locale: str, decimals: int, negative: str, currency: str
) -> None:
    fmt = Format(style="money", decimals=decimals, currency=currency, negative=negative)
    assert read(show(number, fmt, locale), "amount", fmt, locale) == quantize(number, decimals)


@given(numbers, locales, places, negatives)
def test_a_percentage_is_never_a_fraction(number: Decimal, locale: str, decimals: int, negative: str) -> None:
    fmt = Format(style="percent", decimals=decimals, negative=negative)
    text = show(number, fmt, locale)
    assert "%" in text
    assert read(text, "percent", fmt, locale) == quantize(number, decimals)


@given(numbers, locales, st.integers(0, 2), negatives, st.sampled_from(("", "EUR", "USD")))
def test_a_compact_number_is_what_its_word_says(
    number: Decimal, locale: str, decimals: int, negative: str, currency: str
) -> None:
    fmt = Format(style="compact", decimals=decimals, currency=currency, negative=negative)
    found = read(show(number, fmt, locale), "amount", fmt, locale)
    assert isinstance(found, Decimal)
    scale = next((s for s in COMPACT.values() if quantize(abs(number) / s, decimals) >= 1), Decimal(1))
    assert found == (quantize(abs(number) / scale, decimals) * scale).copy_sign(found)
    assert found == 0 or (found < 0) == (number < 0)


@given(numbers, locales, places, st.sampled_from(("kWh", "kg", "bags", "km/h")))
def test_a_unit_behind_a_number_is_not_part_of_it(number: Decimal, locale: str, decimals: int, suffix: str) -> None:
    fmt = Format(style="number", decimals=decimals, suffix=suffix)
    assert read(show(number, fmt, locale), "amount", fmt, locale) == quantize(number, decimals)


@given(st.integers(-(10**12), 10**12), locales)
def test_a_count_reads_as_an_int(number: int, locale: str) -> None:
    fmt = Format(style="number")
    found = read(show(number, fmt, locale), "count", fmt, locale)
    assert found == number
    assert isinstance(found, int)


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31)), st.sampled_from(PATTERNS), locales)
def test_a_date_reads_as_the_same_day(day: date, pattern: str, locale: str) -> None:
    fmt = Format(style="date", pattern=pattern)
    assert read(show(day, fmt, locale), "date", fmt, locale) == day


@given(
    st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31)),
    st.sampled_from(("MMM yyyy", "MMMM yyyy", "yyyy-MM", "MM/yyyy")),
)
def test_a_month_reads_as_its_first_day(day: date, pattern: str) -> None:
    fmt = Format(style="date", pattern=pattern)
    assert read(show(day, fmt, "en_US"), "date", fmt, "en_US") == day.replace(day=1)


@pytest.mark.parametrize(
    ("number", "fmt", "locale", "text"),
    [
        (Decimal("2.675"), Format(style="number", decimals=2), "en_US", "2.68"),
        (Decimal("-2.675"), Format(style="number", decimals=2), "en_US", "−2.68"),
        (Decimal("-0.004"), Format(style="number", decimals=2), "en_US", "0.00"),
        (Decimal("-1234.5"), Format(style="number", decimals=1, negative="parentheses"), "en_US", "(1,234.5)"),
        (Decimal(1234567), Format(style="number"), "en_IN", "12,34,567"),
        (Decimal("1234.5"), Format(style="number", decimals=1), "de_CH", "1’234.5"),
        (Decimal(1200000), Format(style="compact", decimals=1), "en_US", "1.2 M"),
        (Decimal(999999), Format(style="compact", decimals=1), "en_US", "1.0 M"),
        (Decimal("52.84"), Format(style="percent", decimals=1), "en_US", "52.8%"),
        (Decimal("1234.5"), Format(style="money", decimals=2, currency="EUR"), "de_DE", "1.234,50\u00a0€"),
        (None, Format(style="number"), "en_US", ""),
    ],
)
def test_prints_as_the_locale_writes_it(number: Decimal | None, fmt: Format, locale: str, text: str) -> None:
    assert show(number, fmt, locale) == text


@pytest.mark.parametrize("text", ["1,23", "12,345,6", "1.2.3", "abc", "1,,234", "--5", "５", "12 34", "1.", "(5", "5)"])
def test_what_is_no_number_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text, "amount", Format(style="number", decimals=2), "en_US")


@pytest.mark.parametrize("text", ["31 February 2024", "1 Foo 2024", "2024", "00/01/2024"])
def test_what_is_no_date_is_unreadable(text: str) -> None:
    pattern = "dd/MM/yyyy" if "/" in text else "d MMMM yyyy"
    with pytest.raises(Unreadable):
        read(text, "date", Format(style="date", pattern=pattern), "en_US")


def test_zero_and_absent_and_the_word_none_are_three_things() -> None:
    assert read("0", "amount", Format(style="number"), "en_US") == 0
    assert read("", "amount", Format(style="number"), "en_US") is None
    assert read("None", "text", Format(), "en_US") == "None"
