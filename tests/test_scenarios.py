"""The scenarios of the offline author: whatever the seed, worlds are consistent and views show what they claim."""

from collections import Counter
from decimal import Decimal
from functools import cache

import pytest

from cosyn_multi.authors.base import Brief
from cosyn_multi.authors.offline.locales import LOCALES
from cosyn_multi.authors.offline.plan import plan
from cosyn_multi.authors.offline.scenarios import scenarios
from cosyn_multi.authors.offline.setting import eligible
from cosyn_multi.model import Origin, Part, Plan, Reject, Relation, View, World, intended, quantize, show

pytestmark = pytest.mark.slow

SEEDS = range(300)
KINDS = ("chart", "table", "doc")


@cache
def made(index: int, artifacts: tuple[str, ...] = (), names: tuple[str, ...] = (), seed: int = 5) -> Plan:
    proposed = plan(Brief(seed=seed, index=index, artifacts=artifacts, scenarios=names))
    assert isinstance(proposed, Plan), proposed
    return proposed


def every_plan() -> list[Plan]:
    """300 free ones, and three of each scenario and kind."""
    forced = [
        made(i, (kind,), (name,)) for name, s in scenarios().items() for kind in sorted(s.ARTIFACTS) for i in range(3)
    ]
    return [*(made(i) for i in SEEDS), *forced]


def value(world: World, origin: Origin) -> Decimal:
    found = world.table(origin.table).cell(origin.row, origin.column)
    assert isinstance(found, int | Decimal), origin
    return Decimal(found)


def holds(world: World, relation: Relation) -> bool:
    sources = [value(world, s) for s in relation.sources]
    if relation.coefficients:
        raw = sum((c * s for c, s in zip(relation.coefficients, sources, strict=True)), Decimal(0))
    else:
        raw = Decimal(1)
        for source in sources:
            raw *= source
    return quantize(raw, relation.decimals) == value(world, relation.target)


def parts_of(plans: list[Plan]) -> list[tuple[Plan, View, Part]]:
    return [(p, v, part) for p in plans for v in p.views for part in v.parts]


def printed(view: View) -> list[str]:
    """Everything that the view's words and facts put on the page."""
    facts = view.facts
    cells = [show(c, k.format, view.locale) for k, c in zip(facts.columns, facts.rows[0], strict=True)] if facts else []
    return [view.title, view.subtitle, *cells]


def test_every_relation_of_every_world_holds_exactly() -> None:
    for p in every_plan():
        for relation in p.world.relations:
            assert holds(p.world, relation), (p.scenario, relation)


def test_a_view_shows_what_the_world_holds_save_where_something_is_planted() -> None:
    for p, view, part in parts_of(every_plan()):
        planted = {(x.image, x.ref) for x in p.planted}
        for r, row in enumerate(part.rows):
            for column, cell in zip(part.columns, row, strict=True):
                origin = part.origin(r, column.name)
                truth = p.world.table(origin.table).cell(origin.row, origin.column)
                assert (cell == truth) != ((view.image, f"{part.name}[{r}].{column.name}") in planted), (
                    p.scenario,
                    origin,
                )


def test_what_is_displayed_is_the_value_itself() -> None:
    for p in every_plan():
        for view in p.views:
            for sheet, part in zip(intended(view), view.parts, strict=True):
                compact = [c.format.style == "compact" for c in part.columns]
                for shown, meant in zip(sheet.rows, part.rows, strict=True):
                    for a, b, skip in zip(shown, meant, compact, strict=True):
                        assert skip or a == b, (p.scenario, view.locale, part.name, a, b)


def test_subjects_differ_within_a_set_and_stand_on_the_image() -> None:
    for p in every_plan():
        subjects = [v.subject for v in p.views]
        assert len(set(subjects)) == len(subjects), (p.scenario, subjects)
        for view in p.views:
            assert any(view.subject.casefold() in text.casefold() for text in printed(view)), (p.scenario, view.subject)


def test_images_are_numbered_and_within_the_scenarios_and_the_briefs_bounds() -> None:
    for p in every_plan():
        low, high = scenarios()[p.scenario].IMAGES
        assert [v.image for v in p.views] == list(range(1, len(p.views) + 1))
        assert low <= len(p.views) <= high, p.scenario
    assert all(len(plan_of_four(i).views) == 4 for i in range(20))


def plan_of_four(index: int) -> Plan:
    proposed = plan(Brief(seed=5, index=index, images=(4, 4)))
    assert isinstance(proposed, Plan)
    return proposed


def test_sets_hold_about_three_images() -> None:
    mean = sum(len(made(i).views) for i in SEEDS) / len(SEEDS)
    assert 2.7 <= mean <= 3.3


@pytest.mark.parametrize("kinds", [("chart",), ("table",), ("doc",), ("chart", "doc")])
def test_only_the_kinds_asked_for_are_made(kinds: tuple[str, ...]) -> None:
    for index in range(30):
        assert {v.artifact for v in made(index, kinds).views} <= set(kinds)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_alone_has_at_least_three_scenarios(kind: str) -> None:
    assert len(eligible(Brief(seed=0, index=0, artifacts=(kind,)))) >= 3


def test_a_brief_that_no_scenario_fits_is_a_reject() -> None:
    refused = plan(Brief(seed=0, index=0, scenarios=("meeting_minutes",), artifacts=("chart",)))
    assert isinstance(refused, Reject)
    assert refused.reason == "no_scenario"


def test_every_scenario_is_reached() -> None:
    assert len(scenarios()) >= 10
    assert {made(i).scenario for i in SEEDS} == set(scenarios())


def test_the_same_brief_gives_the_same_plan_and_another_attempt_another() -> None:
    for index in range(25):
        brief = Brief(seed=11, index=index)
        first, again, other = plan(brief), plan(brief), plan(brief.model_copy(update={"attempt": 1}))
        assert isinstance(first, Plan)
        assert isinstance(again, Plan)
        assert first.model_dump_json() == again.model_dump_json()
        assert first != other


def test_labels_are_unique_within_a_part_and_columns_vary() -> None:
    for p, _, part in parts_of(every_plan()):
        if part.name == "facts":
            assert len(part.rows) == 1
            continue
        assert part.label is not None, (p.scenario, part.name)
        labels = [str(v).casefold() for v in part.values(part.label.name)]
        assert len(set(labels)) == len(labels), (p.scenario, labels)
        assert len(part.rows) >= 2
        for column in part.measures:
            assert len(set(part.values(column.name))) > 1, (p.scenario, column.name)


def test_headers_are_unique_within_a_part() -> None:
    for p, _, part in parts_of(every_plan()):
        headers = [c.header for c in part.columns]
        assert len(set(headers)) == len(headers), (p.scenario, headers)


def test_charts_are_of_a_size_that_templates_can_draw() -> None:
    for p, view, part in parts_of(every_plan()):
        if view.artifact != "chart":
            continue
        assert len(view.parts) == 1
        assert part.label == part.columns[0], p.scenario
        assert 1 <= len(part.measures) == len(part.columns) - 1 <= 5, p.scenario
        assert 4 <= len(part.rows) <= 24, (p.scenario, len(part.rows))
        assert all(len(str(v)) <= 22 for v in part.values(part.columns[0].name)), p.scenario
        assert all(c.unit == "" or c.format.unit_in == "header" for c in part.measures), p.scenario


def test_tables_hold_one_grid_few_facts_and_no_prose() -> None:
    for p in every_plan():
        for view in p.views:
            if view.artifact == "table":
                facts = len(view.facts.columns) if view.facts else 0
                assert (len(view.grids), view.prose) == (1, ()), p.scenario
                assert facts <= 4, p.scenario
                assert 2 <= len(view.grids[0].columns) <= 8, p.scenario


def test_a_line_settles_the_order_of_dates_in_digits() -> None:
    for p, view, part in parts_of(every_plan()):
        if any(c.kind == "date" and "d" in c.format.pattern and "MMM" not in c.format.pattern for c in part.columns):
            assert any(note.startswith("Dates are written") for note in view.notes), p.scenario


def test_a_unit_is_always_displayed() -> None:
    for p, view, part in parts_of(every_plan()):
        for column in part.measures:
            cell = show(part.values(column.name)[0], column.format, view.locale)
            in_cell = column.format.style in ("money", "percent") or column.unit in cell
            assert not column.unit or column.unit.casefold() in column.header.casefold() or in_cell, (
                p.scenario,
                column,
            )


def test_slots_of_prose_name_cells_of_their_view() -> None:
    for p in every_plan():
        for view in p.views:
            refs = {f"{q.name}[{r}].{c.name}" for q in view.parts for r in range(len(q.rows)) for c in q.columns}
            for paragraph in view.prose:
                for piece in paragraph.split("{")[1:]:
                    assert piece.split("}")[0] in refs, (p.scenario, paragraph)


def test_no_two_images_of_a_set_show_the_same() -> None:
    for p in every_plan():
        drawn = [v.model_dump_json(include={"artifact", "parts"}) for v in p.views]
        assert len(set(drawn)) == len(drawn), p.scenario


def test_misprints_are_planted_in_some_reports_and_recorded() -> None:
    plans = [made(i, (), ("report_pages",)) for i in range(60)]
    share = sum(bool(p.planted) for p in plans) / len(plans)
    assert 0.2 <= share <= 0.6
    for x in (x for p in plans for x in p.planted):
        assert x.truth != x.shown


def test_no_text_holds_what_trainers_split_on() -> None:
    assert not any("Answer:" in made(i).model_dump_json() for i in range(100))


def test_domains_locales_and_topics_vary() -> None:
    plans = [made(i) for i in SEEDS]
    assert len({p.domain for p in plans}) >= 15
    assert len({p.world.locale for p in plans}) >= 8
    assert max(Counter(p.persona for p in plans).values()) <= 2


def test_a_quote_uses_no_words_of_a_bill() -> None:
    for i in range(20):
        for view in made(i, (), ("competing_quotes",)).views:
            labels = " ".join(c.label for c in view.facts.columns) if view.facts else ""
            assert not any(word in labels for word in ("Invoice", "due", "Bill to", "payable")), labels


def test_the_quantities_of_one_quote_tell_those_of_the_others() -> None:
    for i in range(10):
        p = made(i, (), ("competing_quotes",))
        told = {r.target for r in p.world.relations if r.target.column == "quantity"}
        quotes = [v for v in p.views if v.family == "quote"]
        per_quote = len(quotes[0].part("items").rows)
        assert len(told) == (len(quotes) - 1) * per_quote


def test_the_note_on_dates_stands_only_where_a_date_is_printed_in_digits() -> None:
    for p in every_plan():
        for view in p.views:
            patterns = [c.format.pattern for part in view.parts for c in part.columns if c.kind == "date"]
            digits = any("d" in x and "MMM" not in x for x in patterns)
            assert digits == any(n.startswith("Dates are written") for n in view.notes), (p.scenario, view.title)


def test_nouns_use_a_word_of_their_label() -> None:
    for p, _, part in parts_of(every_plan()):
        for column in part.columns:
            if column.noun and column.label in ("Rate", "Unit cost", "Unit price", "Value", "Amount", "Line total"):
                assert column.noun == column.label.lower(), (p.scenario, column.label, column.noun)


def test_the_standard_tax_rate_is_the_usual_one() -> None:
    plans = [made(i, (), ("invoices_over_months", "competing_quotes", "utility_bills")) for i in range(200)]
    rates = [(LOCALES[p.world.locale], p.world.tables[0].cell(0, "tax_rate")) for p in plans]
    standard = [rate in here.tax_rates or bool(here.regional) for here, rate in rates]
    assert 0.85 <= sum(standard) / len(standard) < 1


def test_rows_of_months_are_over_time_whatever_their_label_is() -> None:
    found = {part.label.kind for _, _, part in parts_of(every_plan()) if part.over_time and part.label}
    assert found >= {"date", "category"}
    for p, _, part in parts_of(every_plan()):
        if part.row_noun in ("item", "branch", "line item", "cost category"):
            assert not part.over_time or (part.label and part.label.kind == "date"), p.scenario
