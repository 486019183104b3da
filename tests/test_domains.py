"""The domains of the offline author: every file loads, and holds what scenarios rely on."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from rapidfuzz import fuzz

from cosyn_multi.authors.offline.domain import Domain, Item
from cosyn_multi.authors.offline.domains import FOLDER, load_domains
from cosyn_multi.errors import ConfigError
from cosyn_multi.renderers.fonts import FAMILIES, missing

DOMAINS = load_domains()
EACH = pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
DIRECTION = re.compile(
    r"\b(rose|fell|rising|falling|grew|increased?|decreased?|declined?|higher|lower|exceeded|doubled|halved|dropped)\b"
)
AMBIGUOUS = {"M", "K", "MM", "k", "m", "t", "h", "bn", "g", "l"}


def confusable(names: list[str]) -> list[tuple[str, str]]:
    """Pairs of names of which one contains the other, or that are nearly equal."""
    return [
        (a, b) for a, b in combinations([n.casefold() for n in names], 2) if a in b or b in a or fuzz.ratio(a, b) >= 88
    ]


def on_step(value: float, step: float) -> bool:
    return abs(value / step - round(value / step)) < 1e-6


def texts(domain: Domain) -> list[str]:
    items = [t for i in (*domain.items, *domain.jobs) for t in (i.name, i.category, i.unit)]
    metrics = [t for m in domain.metrics for t in (m.name, m.unit)]
    clauses = [t for c in domain.clauses for t in (c.subject, c.unit, c.sentence)]
    segments = [t for noun, names in domain.segments.items() for t in (noun, *names)]
    rest = (*domain.trades, *domain.buyers, *domain.roles, *domain.topics, *domain.expenses, *domain.findings)
    return [domain.title, *items, *metrics, *clauses, *segments, *rest]


def test_there_are_domains_for_many_lines_of_business() -> None:
    assert len(DOMAINS) >= 26
    assert list(DOMAINS) == sorted(DOMAINS)
    assert len({d.title for d in DOMAINS.values()}) == len(DOMAINS)


@EACH
def test_a_domain_offers_enough_of_everything(domain: Domain) -> None:
    least = {
        "items": 14, "jobs": 8, "expenses": 8, "metrics": 5, "clauses": 10, "findings": 8,
        "topics": 6, "roles": 5, "trades": 4, "buyers": 4, "segments": 2,
    }  # fmt: skip
    have = {field: len(getattr(domain, field)) for field in least}
    assert {f: n for f, n in have.items() if n < least[f]} == {}
    assert all(len(names) >= 7 for names in domain.segments.values())
    assert 2 <= len({i.category for i in domain.items}) <= 5


@EACH
def test_no_two_names_of_a_domain_can_be_mistaken_for_each_other(domain: Domain) -> None:
    groups = {
        "items": [i.name for i in domain.items],
        "jobs": [i.name for i in domain.jobs],
        "metrics": [m.name for m in domain.metrics],
        "clauses": [c.subject for c in domain.clauses],
        "expenses": list(domain.expenses),
        **{noun: list(names) for noun, names in domain.segments.items()},
    }
    assert {g: confusable(names) for g, names in groups.items() if confusable(names)} == {}


@EACH
def test_prices_lie_on_their_steps_and_spans_are_in_order(domain: Domain) -> None:
    def wrong(item: Item) -> bool:
        (low, high), (few, most) = item.price, item.quantity
        steps = on_step(low, item.step) and on_step(high, item.step) and (high - low) / item.step >= 4
        return not (0 < low < high and 1 <= few <= most and steps)

    assert [i.name for i in (*domain.items, *domain.jobs) if wrong(i)] == []


@EACH
def test_clauses_have_room_to_be_amended_and_a_slot_for_the_value(domain: Domain) -> None:
    for clause in domain.clauses:
        assert clause.kind in ("amount", "percent", "count"), clause
        assert (clause.kind == "percent") == (clause.unit == "%"), clause
        assert (clause.kind == "amount") == (clause.unit == "EUR"), clause
        assert on_step(clause.low, clause.step) and on_step(clause.high, clause.step), clause
        assert clause.low < clause.high and (clause.high - clause.low) / clause.step >= 4, clause
        assert clause.sentence.count("{value}") == 1 and clause.sentence.endswith("."), clause
        if clause.kind == "count":
            assert clause.low >= 2 and on_step(clause.low, 1) and on_step(clause.step, 1), clause
        assert not re.search(r"\d", clause.sentence), clause


@EACH
def test_metrics_have_ordered_spans_and_seasons_that_average_one(domain: Domain) -> None:
    for metric in domain.metrics:
        assert 0 < metric.low < metric.high, metric
        assert len(metric.season) in (0, 12), metric
        if metric.season:
            assert abs(sum(metric.season) / 12 - 1) <= 0.02, (metric.name, sum(metric.season) / 12)
        if metric.unit == "%":
            assert not metric.additive and metric.high <= 99.9, metric
        assert metric.growth[0] <= metric.growth[1] and 0 < metric.noise <= 0.25, metric


@EACH
def test_segment_names_are_short_enough_for_chart_labels(domain: Domain) -> None:
    names = [n for group in domain.segments.values() for n in group]
    assert all(len(n) <= 24 for n in names)
    assert sum(len(n) <= 18 for n in names) >= 0.9 * len(names)


@EACH
def test_findings_claim_nothing_that_the_data_could_contradict(domain: Domain) -> None:
    bad = [f for f in domain.findings if re.search(r"\d", f) or DIRECTION.search(f) or not f.endswith(".")]
    assert bad == []
    assert len(set(domain.findings)) == len(domain.findings)


@EACH
def test_units_are_words_not_ambiguous_letters(domain: Domain) -> None:
    counted = {i.unit for i in (*domain.items, *domain.jobs)}
    units = counted | {m.unit for m in domain.metrics} | {c.unit for c in domain.clauses}
    assert units & AMBIGUOUS == set()
    assert "" not in units


@EACH
def test_every_character_can_be_drawn_and_nothing_breaks_a_slot(domain: Domain) -> None:
    whole = " ".join(texts(domain))
    assert sum(not missing(whole, family) for family in FAMILIES) >= 8
    plain = whole.replace("{value}", "")
    assert not re.search(r"[{};]|Answer:", plain)
    assert all(t == " ".join(t.split()) for t in texts(domain))


def test_a_misspelt_season_is_named_with_file_and_field(tmp_path: Path) -> None:
    text = (FOLDER / "bakery.toml").read_text(encoding="utf-8")
    (tmp_path / "_clauses.toml").write_text((FOLDER / "_clauses.toml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "shop.toml").write_text(text.replace('season = "pastry"', 'season = "pasty"'), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"shop.toml: metrics.1.season: 'pasty'.*Did you mean 'pastry'"):
        load_domains(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('title = "Bakery and pastry"', "", "shop.toml: title: Field required"),
        ("14, 21, 0.25, 5, 60]", "14, 21]", "shop.toml: items.0: .* is not .name, category"),
        ('"Liability cap"', '"Liability lid"', "shop.toml: shared_clauses: 'Liability lid'"),
        ("growth = [-0.03, 0.06]", "grow = 1", "shop.toml: metrics.0.grow: Extra inputs"),
        ("expenses = [", "expenses = [[", "shop.toml: not TOML"),
    ],
)
def test_a_mistake_in_a_domain_file_is_one_line_with_file_and_field(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    text = (FOLDER / "bakery.toml").read_text(encoding="utf-8")
    (tmp_path / "_clauses.toml").write_text((FOLDER / "_clauses.toml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "shop.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=complaint) as caught:
        load_domains(tmp_path)
    assert "\n" not in str(caught.value)
