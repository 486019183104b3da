"""Names, addresses, references, prices and personas of the offline author."""

import re
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from cosyn_multi.authors.offline import money
from cosyn_multi.authors.offline.domain import Item
from cosyn_multi.authors.offline.domains import load_domains
from cosyn_multi.authors.offline.entities import NEAR, Entities, Exhausted
from cosyn_multi.authors.offline.locales import CURRENCIES, LOCALES
from cosyn_multi.authors.offline.personas import CIRCUMSTANCES, MANNERS, distinct, persona
from cosyn_multi.authors.offline.places import load_places, places_of
from cosyn_multi.errors import ConfigError
from cosyn_multi.model import Format, read, show
from cosyn_multi.renderers.fonts import FAMILIES, missing

EACH_LOCALE = pytest.mark.parametrize("locale", LOCALES)
DOMAINS = load_domains()


def cast(locale: str, seed: int, trade: str = "Mills") -> list[str]:
    """What one set may ask for."""
    e = Entities(locale, Random(seed))
    companies = [e.company(trade) for _ in range(5)] + [e.company() for _ in range(3)]
    people = [e.person() for _ in range(5)]
    addresses = [e.address().line for _ in range(4)]
    loose = [e.city(), e.city(), e.bank(), e.phone(), e.account(), e.email(companies[0]), e.street()]
    return companies + people + addresses + loose + list(e.references("invoice", (2024, 2024, 2025), companies[0]))


@EACH_LOCALE
def test_the_same_seed_gives_the_same_names_and_another_seed_others(locale: str) -> None:
    assert cast(locale, 7) == cast(locale, 7)
    assert cast(locale, 7) != cast(locale, 8)


def test_two_sets_made_in_turns_do_not_disturb_each_other() -> None:
    alone = [Entities("de_DE", Random(1)).person() for _ in range(1)]
    first, second = Entities("de_DE", Random(1)), Entities("de_DE", Random(2))
    mixed = [first.person(), second.person(), first.person(), second.person()]
    again = Entities("de_DE", Random(1))
    assert [mixed[0], mixed[2]] == [again.person(), again.person()]
    assert mixed[0] == alone[0]


@EACH_LOCALE
def test_names_of_one_set_are_never_nearly_equal(locale: str) -> None:
    for seed in range(12):
        names = cast(locale, seed)[:13]
        folded = [n.casefold() for n in names]
        close = [(a, b) for i, a in enumerate(folded) for b in folded[:i] if fuzz.ratio(a, b) > NEAR]
        assert close == []


@EACH_LOCALE
def test_names_are_short_and_hold_nothing_that_breaks_texts(locale: str) -> None:
    for seed in range(12):
        for name in cast(locale, seed):
            assert name == name.strip() and name and "  " not in name
            assert not re.search(r"[{};|<>\n]|Answer:", name), name
            assert len(name) <= 80


@EACH_LOCALE
def test_names_and_prices_can_be_drawn_in_at_least_eight_families(locale: str) -> None:
    of = LOCALES[locale]
    prices = show(Decimal("-1234567.89"), Format(style="money", decimals=of.decimals, currency=of.currency), locale)
    places = load_places()[locale]
    whole = "".join((prices, *places.cities, *places.streets, *places.banks, *places.legal, *cast(locale, 3)))
    able = [f for f in FAMILIES if not missing(whole.replace("|", ""), f)]
    assert len(able) >= 8, (locale, {f: missing(whole, f) for f in FAMILIES})


@EACH_LOCALE
def test_a_price_is_read_back_as_it_was_printed(locale: str) -> None:
    of = LOCALES[locale]
    form = Format(style="money", decimals=of.decimals, currency=of.currency)
    assert read(show(Decimal("12345.60"), form, locale), "amount", form, locale) == Decimal("12345.60")


@EACH_LOCALE
def test_every_date_pattern_is_read_back(locale: str) -> None:
    day = date(2024, 3, 14)
    for pattern in LOCALES[locale].date_patterns:
        form = Format(style="date", pattern=pattern)
        assert read(show(day, form, locale), "date", form, locale) == day


def test_reference_numbers_of_one_issuer_rise_in_one_style() -> None:
    for seed in range(40):
        numbers = Entities("en_GB", Random(seed)).references("invoice", (2024,) * 5, "Hofer Mills")
        tail = [int(re.findall(r"\d+", n)[-1]) for n in numbers]
        assert tail == sorted(set(tail)), numbers
        assert len({re.sub(r"\d", "9", n) for n in numbers}) == 1, numbers


def test_an_unknown_kind_of_reference_and_an_unknown_locale_are_refused() -> None:
    with pytest.raises(KeyError):
        Entities("en_GB", Random(1)).reference("receipt", 2024)
    with pytest.raises(ConfigError, match="no such locale"):
        places_of("xx_XX")


@EACH_LOCALE
def test_ibans_have_right_check_digits(locale: str) -> None:
    account = Entities(locale, Random(3)).account()
    if not load_places()[locale].iban:
        return
    packed = account.replace(" ", "")
    moved = packed[4:] + packed[:4]
    assert int("".join(str(int(c, 36)) for c in moved)) % 97 == 1
    assert packed[:2] == locale[-2:]


def test_an_address_can_be_put_into_a_given_city() -> None:
    entities = Entities("fr_FR", Random(5))
    city = entities.city()
    address = entities.address(city)
    assert address.city == city and city in address.line
    assert address.block.splitlines() == list(address.lines)


def test_a_set_that_asks_for_more_cities_than_there_are_is_told_so() -> None:
    entities = Entities("pl_PL", Random(5))
    with pytest.raises(Exhausted, match="pl_PL"):
        [entities.city() for _ in range(60)]


def test_there_are_ten_thousand_personas_at_least() -> None:
    assert len(set(MANNERS)) == len(MANNERS) and len(set(CIRCUMSTANCES)) == len(CIRCUMSTANCES)
    fewest_places = min(len(p.cities) for p in load_places().values())
    counts = [distinct(domain, fewest_places) for domain in DOMAINS.values()]
    assert min(counts) >= 10_000


def test_personas_differ_from_set_to_set_and_are_one_short_line() -> None:
    made = []
    for seed in range(300):
        rng = Random(seed)
        domain = rng.choice(list(DOMAINS.values()))
        made.append(persona(domain, rng, Entities(rng.choice(list(LOCALES)), rng)))
    assert len(set(made)) >= 298
    assert all(re.match(r"An? \S.* in \S.* who ", p) and len(p) <= 140 for p in made)
    assert not any("{" in p for p in made)


def test_the_article_of_a_persona_goes_by_the_letter_so_no_word_may_sound_otherwise() -> None:
    first_words = [r for domain in DOMAINS.values() for r in domain.roles] + list(MANNERS)
    assert [w for w in first_words if re.match(r"(?i)(honest|hour|heir|uni|us[ei]|eu|one)", w)] == []


ITEM = Item(name="Rye meal", category="Flour", unit="bags", price=(16, 24), step=0.25, quantity=(2, 30))


@pytest.mark.parametrize("currency", CURRENCIES)
def test_prices_lie_on_steps_of_the_currency_and_near_the_span(currency: str) -> None:
    step = money.step_in(ITEM.step, currency)
    rate = money.rate(currency)
    for seed in range(60):
        price = money.price(ITEM, currency, Random(seed))
        assert price % step == 0
        assert 16 * rate - step <= price <= 24 * rate + step
        assert -price.as_tuple().exponent == money.decimals(currency)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("step", "currency", "scaled"),
    [
        (0.25, "EUR", "0.25"),
        (0.25, "INR", "20"),
        (0.05, "SEK", "0.5"),
        (1, "BRL", "5"),
        (0.05, "JPY", "10"),
        (0.1, "GBP", "0.1"),
    ],
)
def test_steps_are_scaled_to_one_two_or_five_times_a_power_of_ten(step: float, currency: str, scaled: str) -> None:
    assert money.step_in(step, currency) == Decimal(scaled)


@given(
    old=st.integers(1, 4000).map(lambda n: n * Decimal("0.25")),
    share=st.floats(-0.5, 0.5),
    currency=st.sampled_from(CURRENCIES),
)
def test_a_changed_price_is_another_one_on_the_steps_and_above_zero(old: Decimal, share: float, currency: str) -> None:
    start = money.tidy(money.step_in(0.25, currency) * int(old / Decimal("0.25")), currency)
    new = money.moved(start, share, 0.25, currency)
    assert new > 0 and new != start
    assert new % money.step_in(0.25, currency) == 0


def test_an_unknown_currency_is_one_line_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"no such currency\. Known: .*EUR"):
        money.rate("EURO")


def test_money_of_every_locale_is_known_with_its_decimals() -> None:
    assert len(LOCALES) >= 8
    assert set(load_places()) == set(LOCALES)
    for of in LOCALES.values():
        assert money.rate(of.currency) > 0
        assert money.decimals(of.currency) == of.decimals


def test_tax_rates_are_percents_and_the_paper_size_follows_the_country() -> None:
    for of in LOCALES.values():
        assert of.tax_rates and all(Decimal(1) < r < Decimal(30) for r in of.tax_rates)
        assert (of.paper == "Letter") == (of.country in ("United States", "Canada"))


@EACH_LOCALE
def test_a_club_or_a_school_has_no_legal_form(locale: str) -> None:
    entities, kinds = Entities(locale, Random(11)), ("Rowing Club", "City Library", "School Board", "Care Home")
    assert all(entities.company(kind).endswith(kind) for kind in kinds)


@EACH_LOCALE
def test_addresses_of_one_set_share_no_street(locale: str) -> None:
    entities = Entities(locale, Random(11))
    streets = sorted(load_places()[locale].streets, key=len, reverse=True)
    lines = [entities.address().line for _ in range(6)]
    assert len({next(s for s in streets if s in line) for line in lines}) == 6


@EACH_LOCALE
def test_an_account_is_a_number_alone(locale: str) -> None:
    assert "Account" not in Entities(locale, Random(2)).account()
