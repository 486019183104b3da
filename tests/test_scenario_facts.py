"""What a reader who knows the trade would not believe: each such thing that sets once held, and that it is gone."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal as D
from itertools import pairwise

import pytest
from ideal import planned

from cosyn_multi.authors.offline.aside import NAME as ASIDE
from cosyn_multi.authors.offline.domains import load_domains
from cosyn_multi.authors.offline.locales import LOCALES
from cosyn_multi.authors.offline.places import load_places
from cosyn_multi.authors.offline.scenarios.timetable_versions import AFTER, BEFORE
from cosyn_multi.authors.offline.spelling import american
from cosyn_multi.model import Column, Part, Plan, Value, View

pytestmark = pytest.mark.slow

SETS = range(12)
OFFICE = ("invoices_over_months", "competing_quotes", "bank_statements", "utility_bills", "inventory_and_orders",
          "contract_amendment", "meeting_minutes", "timetable_versions", "price_list_change", "budget_vs_actual")  # fmt: skip
ANY_DAY = {"valid", "effective"}
"""Dates from which something holds: the first of a month, whatever day that is."""


def made(*scenarios: str, images: tuple[int, int] = (2, 5)) -> Iterator[Plan]:
    yield from (planned(i, s, images) for s in scenarios for i in SETS)


def cells(view: View) -> Iterator[tuple[Part, Column, Value]]:
    for part in view.parts:
        yield from ((part, c, v) for row in part.rows for c, v in zip(part.columns, row, strict=True))


def facts(view: View) -> dict[str, Value]:
    part = view.facts
    return dict(zip((c.name for c in part.columns), part.rows[0], strict=True)) if part else {}


def test_offices_date_nothing_on_a_weekend() -> None:
    dated = [
        (p.scenario, c.name, v)
        for p in made(*OFFICE)
        for view in p.views
        for _, c, v in cells(view)
        if isinstance(v, date) and "d" in c.format.pattern and c.name not in ANY_DAY
    ]
    assert len(dated) > 500
    assert not [d for d in dated if d[2].weekday() > 4][:5]


def test_nobody_works_more_shifts_than_days_are_left_nor_endless_ones() -> None:
    for p in made("duty_roster"):
        table = p.world.table("shifts")
        for row in table.rows:
            found = dict(zip((c.name for c in table.columns), row, strict=True))
            first, shifts, hours = found["first"], found["shifts"], found["hours"]
            assert isinstance(first, date) and isinstance(shifts, int) and isinstance(hours, D)
            assert 1 <= shifts <= 7 - first.weekday(), found
            assert 4 * shifts <= hours <= 11 * shifts, found


def test_the_tasks_of_a_project_are_work_not_goods() -> None:
    for p in made("timetable_versions"):
        domain = load_domains()[p.domain]
        names = {row[0] for row in p.world.table("version_1").rows}
        assert names <= {j.name for j in domain.work} | {american(j.name) for j in domain.work} | {*AFTER, *BEFORE}, (
            names
        )
    goods = [j for d in load_domains().values() for j in d.work if j.category == "Materials"]
    assert not goods and all(len(d.work) >= 2 for d in load_domains().values())


def test_a_firm_called_after_a_town_has_its_address_there() -> None:
    found = 0
    for p in made("invoices_over_months", "competing_quotes", "inventory_and_orders"):
        towns = [t.name for t in load_places()[p.world.locale].towns]
        for view in p.views:
            said = facts(view)
            for who in ("issuer", "recipient"):
                town = next((t for t in towns if str(said.get(who, "")).startswith(f"{t} ")), "")
                if town and f"{who}_address" in said:
                    found += 1
                    assert town in str(said[f"{who}_address"]), said
    assert found


def test_statements_are_numbered_one_by_one() -> None:
    for p in made("bank_statements"):
        if any(c.name == "number" for c in p.world.table("statements").columns):
            numbers = [int(re.findall(r"\d+", str(n))[-1]) for n in p.world.table("statements").values("number")]
            years = {v.year for v in p.world.table("statements").values("period") if isinstance(v, date)}
            assert len(years) > 1 or [b - a for a, b in pairwise(numbers)] == [1] * (len(numbers) - 1)


def test_american_sets_are_spelt_in_american() -> None:
    british = re.compile(
        r"\b\w*(?:labour|colour|harbour|tyre|litre|metre|centre|theatre|utilis|organis|cancelled)", re.IGNORECASE
    )
    here = [p for i in range(160) if (p := planned(i)).world.locale == "en_US"]
    assert len(here) > 15
    for p in here:
        for view in p.views:
            texts = [view.title, view.subtitle, *view.notes, *(re.sub(r"\{[^}]*\}", "", t) for t in view.prose)]
            texts += [f"{c.label} {c.unit} {c.noun} {v}" for _, c, v in cells(view)]
            assert not (found := [t for t in texts if british.search(t)]), found[:3]
    assert american("Tyres fitted: {facts[0].tyres} in the Harbour Centre, 3 litres") == (
        "Tires fitted: {facts[0].tyres} in the Harbor Center, 3 liters"
    )
    assert american("METRES of organised labour") == "METERS of organized labor"


def test_sales_tax_is_that_of_the_state_in_the_address() -> None:
    regional = LOCALES["en_US"].regional
    assert {t.state for t in load_places()["en_US"].towns} <= regional.keys()
    found = 0
    for p in (planned(i, "invoices_over_months", seed=23) for i in range(40)):
        said = facts(p.views[0])
        address = str(said.get("recipient_address") or said.get("issuer_address") or "")
        state = re.search(r", ([A-Z]{2}) \d{5}", address)
        if p.world.locale == "en_US" and state and "tax_rate" in said:
            found += 1
            assert said["tax_rate"] == regional[state[1]][1], said
    assert found


def test_no_caption_carries_a_table_number_of_its_own() -> None:
    for p in made("chart_table_report"):
        assert not [v.title for v in p.views if re.search(r"\(table \d", v.title)]
        assert len({v.title for v in p.views}) == len(p.views)


def test_no_image_of_a_report_is_needless() -> None:
    """Each has a column that no other one has, save where two pages state the same on purpose."""
    for p in made("chart_table_report", "redrawn_figures"):
        shown = [{part.origin(0, c.name) for part in v.parts for c in part.measures} for v in p.views]
        alone = [own for i, own in enumerate(shown) if own - set().union(*(s for j, s in enumerate(shown) if j != i))]
        assert len(alone) >= len(shown) - 1, (p.scenario, [v.title for v in p.views])


def test_totals_shown_beside_their_parts_hold_more_than_these() -> None:
    found = 0
    for p in made("regional_metric"):
        shown = {part.table for v in p.views for part in v.parts}
        for relation in p.world.relations:
            found += 1
            assert {o.table for o in relation.sources} - shown
    assert found


def test_one_series_is_shown_in_two_forms_beside_siblings_in_its_unit() -> None:
    for p in made("redrawn_figures"):
        sheet = next(v for v in p.views if v.family == "sheet")
        origins = {sheet.part("series").origin(r, sheet.part("series").columns[1].name) for r in range(5)}
        same = [v for v in p.views if v is not sheet and origins <= _origins(v)]
        assert len(same) == 1 and len(p.views) >= 3
        assert not re.search(r"\b20\d\d\b", f"{sheet.title} {sheet.subtitle}")


def _origins(view: View) -> set[object]:
    return {part.origin(r, c.name) for part in view.parts for r in range(len(part.rows)) for c in part.measures}


def test_sources_disagree_in_several_scenarios_and_it_is_recorded() -> None:
    planted: dict[str, int] = {}
    for p in made(
        "bank_statements",
        "utility_bills",
        "price_list_change",
        "invoices_over_months",
        "report_pages",
        "chart_table_report",
        images=(3, 5),
    ):
        planted[p.scenario] = planted.get(p.scenario, 0) + len(p.planted)  # invoices: where a list repeats them
        for x in p.planted:
            assert x.truth != x.shown
    assert all(planted.values()), planted


def test_names_set_aside_stand_in_no_image() -> None:
    found = 0
    for p in made("budget_vs_actual", "product_comparison", "duty_roster", "survey_sites", "report_pages"):
        for table in (t for t in p.world.tables if t.name == ASIDE):
            found += 1
            shown = {str(v) for view in p.views for _, _, v in cells(view)}
            assert not {str(row[0]) for row in table.rows} & shown
    assert found
