"""Question kinds: what they propose, and that program and witness agree on worlds small enough to check by eye."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal as D
from itertools import islice
from random import Random
from types import ModuleType
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from perfect import perfect
from worlds import COUNT, DATE, EUR, MONTH, invoice_views, invoice_world

from cosyn_multi.model import Column, Draft, Format, Origin, Relation, Table, View, Views, World, part_of
from cosyn_multi.model.canonical import canonical
from cosyn_multi.programs import Database, analyse, answer_of
from cosyn_multi.questions import MISSING, all_kinds, nouns, propose_all, words
from cosyn_multi.questions.base import GROUPS
from cosyn_multi.questions.compare import extremum
from cosyn_multi.questions.drafting import borderline, half_up
from cosyn_multi.questions.fields import fields, follows, joinable, restated, siblings, threshold
from cosyn_multi.questions.sheets import grids
from cosyn_multi.questions.verify import unanswerable
from cosyn_multi.questions.verify.claim_verification import UNKNOWN

KINDS = sorted(all_kinds())
REGIONS = ("North", "South", "East")


def sales(figures: list[list[int]]) -> Views:
    """Three images: per region, visitors of six months. `figures`: a list of six per region."""
    columns = (
        Column(name="month", label="Month", kind="date", format=MONTH),
        Column(name="visitors", label="Visitors", kind="count", unit="visitors", format=COUNT),
    )
    tables = tuple(
        Table(
            name=region.lower(),
            row_noun="month",
            columns=columns,
            rows=tuple((date(2024, m + 1, 1), v) for m, v in enumerate(figures[i])),
        )
        for i, region in enumerate(REGIONS)
    )
    world = World(tables=tables)
    views = tuple(
        View(
            image=i + 1,
            artifact="chart",
            title=f"Visitors, {region}",
            subject=region,
            family="region",
            parts=(part_of(world, region.lower(), "series", ("month", "visitors")),),
        )
        for i, region in enumerate(REGIONS)
    )
    return perfect(world, views)


def office() -> Views:
    """Five images: a price list with classes, three orders of one year, and a statement that lists the orders."""
    goods = ("Rye flour", "Sea salt", "Yeast", "Spelt", "Malt")
    price_list = Table(
        name="prices",
        row_noun="item",
        columns=(
            Column(name="item", label="Item", kind="key"),
            Column(name="sort", label="Category", kind="category"),
            Column(name="list_price", label="List price", kind="amount", unit="EUR", format=EUR, additive=False),
        ),
        rows=tuple(
            zip(
                goods,
                ("grain", "other", "other", "grain", "grain"),
                map(D, ("12.50", "3.20", "8.10", "14.00", "9.90")),
                strict=True,
            )
        ),
    )
    counts = ((4, 2, 7, 1), (5, 2, 3, 9), (6, 8, 2, 3))
    orders = tuple(
        Table(
            name=f"order{k}",
            row_noun="item",
            columns=(
                Column(name="item", label="Item", kind="key"),
                Column(name="quantity", label="Quantity", kind="count", unit="bags", format=COUNT),
            ),
            rows=tuple(zip(goods[:3] + goods[3 + k % 2 : 4 + k % 2], counts[k], strict=True)),
        )
        for k in range(3)
    )
    heads = Table(
        name="heads",
        row_noun="order",
        columns=(
            Column(name="number", label="Order no.", kind="key", role="number", noun="order number"),
            Column(name="issued", label="Date", kind="date", role="date", format=DATE),
            Column(name="buyer", label="Buyer", kind="text"),
            Column(name="total", label="Order total", kind="amount", unit="EUR", format=EUR),
            Column(name="freight", label="Freight", kind="amount", unit="EUR", format=EUR),
        ),
        rows=(
            ("PO-11", date(2024, 1, 9), "Café Nord", D("210.00"), D("9.00")),
            ("PO-12", date(2024, 2, 6), "Café Nord", D("180.50"), D("12.50")),
            ("PO-13", date(2024, 4, 2), "Hofer", D("96.00"), D("7.00")),
        ),
    )
    sums = Table(
        name="sums",
        columns=(Column(name="all", label="All freight", kind="amount", unit="EUR", format=EUR),),
        rows=((D("28.50"),),),
    )
    relation = Relation(
        target=Origin("sums", 0, "all"),
        sources=tuple(Origin("heads", k, "freight") for k in range(3)),
        coefficients=(D(1),) * 3,
    )
    world = World(tables=(price_list, *orders, heads, sums), relations=(relation,))
    fact_names = ("number", "issued", "buyer", "freight")
    views = [
        View(
            image=1, artifact="table", document="price list", title="Prices", subject="2024",
            parts=(part_of(world, "prices", "items", ("item", "sort", "list_price")),),
        )
    ]  # fmt: skip
    views += [
        View(
            image=k + 2, artifact="doc", document="purchase order", title="Order", subject=f"order {k + 1}", family="order",
            parts=(
                part_of(world, "heads", "facts", fact_names, (k,)),
                part_of(world, f"order{k}", "items", ("item", "quantity")),
            ),
        )
        for k in range(3)
    ]  # fmt: skip
    views.append(
        View(
            image=5, artifact="doc", document="statement", title="Statement",
            parts=(
                part_of(world, "sums", "facts", ("all",)),
                part_of(world, "heads", "entries", ("number", "total")),
            ),
        )
    )  # fmt: skip
    return perfect(world, tuple(views))


def versions() -> Views:
    """Three images: a table, its chart, and the chart of another year; rows are regions."""
    share = Format(style="percent", decimals=1)
    columns = (
        Column(name="region", label="Region", kind="category"),
        Column(name="share", label="Share", kind="percent", unit="%", format=share, additive=False),
    )
    names = ("Alpha", "Beta", "Gamma", "Delta")
    one = Table(
        name="y23",
        row_noun="region",
        columns=columns,
        rows=tuple(zip(names, map(D, ("12.5", "20", "7.1", "33")), strict=True)),
    )
    two = Table(
        name="y24",
        row_noun="region",
        columns=columns,
        rows=tuple(zip(names, map(D, ("14.5", "20", "9.9", "28")), strict=True)),
    )
    world = World(tables=(one, two))
    kinds = (("y23", "table"), ("y23", "chart"), ("y24", "chart"))
    views = tuple(
        View(
            image=i + 1,
            artifact=kind,
            title=f"Shares {table}",
            subject=f"20{table[1:]}",
            parts=(part_of(world, table, "series", ("region", "share")),),
        )
        for i, (table, kind) in enumerate(kinds)
    )
    return perfect(world, views)


def filed() -> Views:
    """Three letters that lie in no order of their dates."""
    heads = Table(
        name="heads",
        row_noun="letter",
        columns=(
            Column(name="issued", label="Date", kind="date", role="date", format=DATE),
            Column(name="fee", label="Fee", kind="amount", unit="EUR", format=EUR),
        ),
        rows=((date(2024, 2, 6), D("9.00")), (date(2024, 5, 9), D("12.50")), (date(2024, 1, 2), D("7.00"))),
    )
    world = World(tables=(heads,))
    views = tuple(
        View(
            image=k + 1, artifact="doc", document="letter", title="Letter", subject=f"letter {k + 1}", family="letter",
            parts=(part_of(world, "heads", "facts", ("issued", "fee"), (k,)),),
        )
        for k in range(3)
    )  # fmt: skip
    return perfect(world, views)


FIGURES = [[41, 44, 52, 49, 58, 63], [42, 39, 47, 55, 51, 60], [12, 31, 25, 66, 20, 71]]


@pytest.fixture(scope="module")
def sets() -> dict[str, Views]:
    return {
        "invoices": perfect(invoice_world(), invoice_views()),
        "sales": sales(FIGURES),
        "office": office(),
        "versions": versions(),
        "filed": filed(),
    }


def derived(draft: Draft, views: Views) -> tuple[str, ...]:
    """The program's answer over the as-read sheets; members in a set's order where order doesn't matter."""
    database = Database(views.read)
    try:
        analyse(draft.program, views.read)
        return answer_of(database.run(draft.program), draft)
    finally:
        database.close()


def claimed(draft: Draft) -> tuple[str, ...]:
    """The witness's answer in the order that `derived` gives."""
    answer = draft.witnesses[0].answer
    loose = draft.answer_type == "list" and not draft.order_matters
    return tuple(sorted(answer)) if loose else answer


def drafts(views: Views, seed: int = 0, kind: str | None = None) -> list[Draft]:
    return list(propose_all(views, Random(seed), kinds=[kind] if kind else None))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_proposes_on_some_world_and_its_programs_give_what_its_witnesses_say(
    kind: str, sets: dict[str, Views]
) -> None:
    proposed = 0
    for views in sets.values():
        for seed in range(2):
            for draft in drafts(views, seed, kind):
                proposed += 1
                assert derived(draft, views) == claimed(draft), draft.text
    assert proposed, f"{kind} proposes nothing"


@pytest.mark.parametrize("kind", KINDS)
def test_every_phrasing_tuple_of_a_kind_has_five_distinct_texts_or_more(kind: str) -> None:
    module = cast(ModuleType, all_kinds()[kind])
    texts = {n: v for n, v in vars(module).items() if n.isupper() and isinstance(v, tuple) and v and n != "PHRASINGS"}
    assert len(set(module.PHRASINGS)) == len(module.PHRASINGS) >= 5
    pools = [v for n, v in texts.items() if v[0] in module.PHRASINGS]
    assert all(len(v) >= 5 for v in pools)


def test_texts_are_whole_and_name_images_by_position(sets: dict[str, Views]) -> None:
    for views in sets.values():
        for draft in drafts(views, 1):
            for text in (draft.text, draft.explanation):
                assert "Answer:" not in text
                assert not re.search(r"\bdifference\b|\s\s|\ba [aeio]\w|None\b|\ban uni", text), text
            assert not re.search(r"[{}]", draft.text), draft.text
            assert draft.explanation.count("{answer}") == 1
            assert draft.text[0] in '"' or draft.text[0].isupper()
            assert draft.text[-1] in ".?" or draft.choices, draft.text
            assert re.search(r"\bimages?\b", draft.text), draft.text


def test_the_images_of_a_draft_are_two_or_more_and_hold_its_evidence(sets: dict[str, Views]) -> None:
    for views in sets.values():
        for draft in drafts(views, 2):
            held = {int(r.split(":")[0].removeprefix("image")) for r in draft.evidence}
            assert held <= set(draft.images) <= set(views.images)
            assert len(draft.images) >= 2 or draft.kind == "direct_lookup"
            assert all(f"{ref}" in views.readings for ref in draft.evidence), draft.evidence


def test_number_questions_state_unit_and_digits(sets: dict[str, Views]) -> None:
    for views in sets.values():
        for draft in drafts(views, 3):
            if draft.answer_type == "float":
                assert re.search(r"decimal|whole number|rounded", draft.text), draft.text
                assert draft.decimals is not None
                assert not draft.unit or draft.unit in draft.text or "percent" in draft.text


def test_answers_are_right_where_they_can_be_worked_out_in_ones_head(sets: dict[str, Views]) -> None:
    invoices = sets["invoices"]
    seen = {d.text: claimed(d) for seed in range(30) for d in drafts(invoices, seed, "temporal_interval")}
    assert seen['How many days after the "Date" in image 1 is the "Date" in image 2?'] == ("32",)
    only = {claimed(d) for d in drafts(invoices, 0, "set_operation") if d.answer_type == "str"}
    assert only == {("Yeast",)}
    sums = {claimed(d) for s in range(20) for d in drafts(invoices, s, "aggregate") if "Total due" in d.text}
    assert ("148.10",) in sums


def test_unanswerable_programs_find_nothing_and_the_row_is_in_the_sibling(sets: dict[str, Views]) -> None:
    found = list(unanswerable.propose(sets["invoices"], Random(0)))
    assert found
    for draft in found:
        assert draft.answer_type == "none"
        assert draft.witnesses[0].answer == ()
        assert '"Yeast"' in draft.text and "unit price" in draft.text


def test_choices_hold_the_right_option_once_and_its_position_is_even(sets: dict[str, Views]) -> None:
    places: Counter[int] = Counter()
    for seed in range(80):
        for draft in drafts(sets["sales"], seed, "mc_variant"):
            assert len(draft.choices) == 4 and len(set(draft.choices)) == 4
            places[draft.choices.index(claimed(draft)[0])] += 1
    total = sum(places.values())
    assert total > 80
    assert all(0.15 < places[i] / total < 0.35 for i in range(4)), places


def test_yes_and_no_are_near_even(sets: dict[str, Views]) -> None:
    answers = Counter(
        claimed(d)[0]
        for views in sets.values()
        for seed in range(40)
        for kind in ("compare_pair", "hypothetical")
        for d in drafts(views, seed, kind)
        if d.answer_type == "bool"
    )
    assert 0.4 < answers["Yes"] / answers.total() < 0.6, answers


def test_drafts_depend_on_the_seed_alone(sets: dict[str, Views]) -> None:
    for views in sets.values():
        assert drafts(views, 5) == drafts(views, 5)
    assert drafts(sets["office"], 5) != drafts(sets["office"], 6)


def test_the_first_drafts_are_of_different_kinds_and_look_ups_are_few(sets: dict[str, Views]) -> None:
    kinds = all_kinds()
    direct = 0
    for seed in range(20):
        first = [d.kind for d in islice(propose_all(sets["office"], Random(seed)), 10)]
        assert len(set(first)) == 10
        assert sum(kinds[k].KIND.group == "retrieve" for k in first) <= 2
        direct += sum(d.kind == "direct_lookup" for d in drafts(sets["office"], seed))
    assert 6 <= direct <= 18


def test_an_unknown_kind_is_named(sets: dict[str, Views]) -> None:
    with pytest.raises(KeyError, match="joinkey"):
        next(propose_all(sets["office"], Random(0), kinds=["joinkey"]))


def test_kinds_declare_the_group_of_their_folder_and_the_answer_types_they_use(sets: dict[str, Views]) -> None:
    kinds = all_kinds()
    assert len(kinds) >= 27
    for name, module in kinds.items():
        assert module.KIND.group in GROUPS
        assert cast(ModuleType, module).__name__.endswith(f".{module.KIND.group}.{name}")
    for views in sets.values():
        for draft in drafts(views, 4):
            assert draft.answer_type in kinds[draft.kind].KIND.answer_types, draft


def intake(nouns: tuple[str, str]) -> Views:
    """Two charts with a series "Lake intake" in %; the nouns say of what."""
    share = Format(style="percent", decimals=1)
    tables = tuple(
        Table(
            name=f"t{i}",
            row_noun="month",
            columns=(
                Column(name="month", label="Month", kind="date", format=MONTH),
                Column(
                    name="lake", label="Lake intake", kind="percent", unit="%", format=share, noun=noun, additive=False
                ),
            ),
            rows=tuple((date(2024, m + 1, 1), D((61, 20)[i] + m * m * (1, -1)[i] % 17)) for m in range(6)),
        )
        for i, noun in enumerate(nouns)
    )
    world = World(tables=tables)
    views = tuple(
        View(
            image=i + 1, artifact="chart", title=nouns[i], parts=(part_of(world, f"t{i}", "series", ("month", "lake")),)
        )
        for i in range(2)
    )
    return perfect(world, views)


def test_columns_of_one_name_label_and_unit_but_another_noun_are_not_the_same_measure() -> None:
    level, losses = "reservoir level for Lake intake", "network losses for Lake intake"
    alike, unlike = intake((level, level)), intake((level, losses))
    assert siblings(alike) and fields(alike)
    assert not siblings(unlike) and not fields(unlike)
    for kind in ("parallel_lookup", "rank_order", "locate_image", "implicit_lookup", "count_entities", "aggregate"):
        asked = [d.text for seed in range(5) for d in drafts(unlike, seed, kind)]
        assert not any("image 1 and image 2" in text for text in asked), asked


def test_facts_are_asked_for_by_the_label_that_is_printed() -> None:
    until = Column(name="due", label="Valid until", kind="date", role="due", format=DATE)
    ordered = Column(name="day", label="Order date", kind="date", role="date", noun="date", format=DATE)
    paid = Column(name="paid", label="Total paid in", kind="amount", unit="EUR", format=EUR)
    total = Column(name="total", label="Total", kind="amount", unit="EUR", format=EUR, noun="invoice total")
    told = [nouns.printed(c) for c in (until, ordered, paid, total)]
    assert told == [
        'the "Valid until" date', 'the "Order date"', 'the "Total paid in" figure', 'the "Total"',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "noun", "kind", "unit", "told"),
    [
        ("Unit cost", "unit price", "amount", "EUR", '"Unit cost"'),
        ("Qty ordered", "quantity", "count", "", "quantity"),
        ("Covers served", "covers served", "count", "covers", "number of covers served"),
        ("Waste collected", "waste collected", "count", "tonnes", "amount of waste collected"),
        ("Rent collected", "rent collected in 2022", "amount", "EUR", "amount of rent collected in 2022"),
        ("Store takings", "store takings", "amount", "EUR", "store takings"),
        ("Total hours", "", "amount", "h", "total number of hours"),
        ("Regular hours", "regular hours", "amount", "h", "number of regular hours"),
        ("Press utilisation", "press utilisation", "percent", "%", "press utilisation"),
        ("Punctual departures", "punctual departures", "percent", "%", "share of punctual departures"),
        ("Used", "consumption", "count", "kWh", '"Used" figure'),
    ],
)
def test_a_grid_column_is_called_by_a_noun_that_fits_its_header(
    label: str, noun: str, kind: str, unit: str, told: str
) -> None:
    column = Column.model_validate({"name": "c", "label": label, "noun": noun, "kind": kind, "unit": unit})
    assert nouns.phrase(column) == told


def test_verbs_agree_with_plural_measures() -> None:
    told = words.agreement({"what": "the store takings in May 2024", "other": "the number of visitors"})
    assert (told["what_is"], told["what_does"], told["what_its"], told["what_that"]) == ("are", "do", "their", "those")
    assert (told["other_is"], told["other_s"]) == ("is", "s")


def movements() -> Views:
    """Two statements whose rows have a date, a text and a signed amount; both are called movements."""
    money = Format(style="money", decimals=2, currency="EUR")
    columns = (
        Column(name="day", label="Date", kind="date", format=DATE),
        Column(name="what", label="Details", kind="key"),
        Column(name="movement", label="Movement", kind="amount", unit="EUR", format=money),
    )
    texts = ("Rent", "Wages", "Sales", "Refund", "Fees")
    amounts = (("-900", "-2000", "1500", "70", "-12.50"), ("-910", "-1900", "2100", "35", "-14"))
    tables = tuple(
        Table(
            name=f"m{i}", row_noun="movement", columns=columns,
            rows=tuple((date(2024, i + 1, r + 2), t, D(a)) for r, (t, a) in enumerate(zip(texts, found, strict=True))),
        )
        for i, found in enumerate(amounts)
    )  # fmt: skip
    world = World(tables=tables)
    names = ("day", "what", "movement")
    views = tuple(
        View(image=i + 1, artifact="doc", title="Statement", parts=(part_of(world, f"m{i}", "entries", names),))
        for i in range(2)
    )
    return perfect(world, views)


def test_signed_columns_say_so_and_rows_never_have_the_name_of_their_figures() -> None:
    found = [d for s in range(10) for d in drafts(movements(), s) if "movement" in d.text.lower()]
    assert found
    for draft in found:
        assert "movements" not in draft.text and "which movement" not in draft.text.lower(), draft.text
        concerned = [movements().readings[ref].value for ref in draft.evidence]
        below = any(isinstance(v, D) and v < 0 for v in concerned) and draft.kind != "difference_spotting"
        assert ("(with its sign)" in draft.text) == below, draft.text
    named = [d for s in range(20) for d in drafts(movements(), s, "extremum") if d.answer_type == "str"]
    assert all('"Details"' in d.text for d in named)


def test_a_set_has_few_drafts_about_what_no_image_says(sets: dict[str, Views]) -> None:
    for views in sets.values():
        for seed in range(10):
            nothing = [d for d in drafts(views, seed) if claimed(d) in ((), (UNKNOWN,))]
            assert len(nothing) <= MISSING


def test_pages_are_not_put_into_the_order_they_have(sets: dict[str, Views]) -> None:
    for views in sets.values():
        for seed in range(10):
            for draft in drafts(views, seed, "page_order"):
                assert claimed(draft) != tuple(f"image {i}" for i in draft.images)


def test_pages_in_no_order_are_put_into_that_of_their_dates() -> None:
    found = {claimed(d) for seed in range(10) for d in drafts(filed(), seed, "page_order")}
    order = ("image 3", "image 1", "image 2")
    assert found == {order, order[::-1]}


def test_where_most_rows_differ_no_difference_is_to_be_spotted() -> None:
    figures = [[41, 44, 52, 49, 58, 63], [42, 39, 47, 55, 51, 60], [42, 39, 47, 55, 51, 61]]
    found = [d for s in range(5) for d in drafts(sales(figures), s, "difference_spotting")]
    assert found and {d.images for d in found} == {(2, 3)}


def test_a_hop_is_not_asked_where_the_same_row_is_the_winner_in_both_images() -> None:
    rising = sales([[1, 2, 3, 4, 5, 60], [7, 8, 9, 10, 11, 120], [13, 14, 15, 16, 17, 180]])
    found = [d for s in range(10) for k in ("sequential_hop", "mc_variant") for d in drafts(rising, s, k)]
    assert not found, found[0].text


def test_two_images_are_compared_with_a_comparative(sets: dict[str, Views]) -> None:
    for seed in range(10):
        for draft in drafts(sets["invoices"], seed, "extremum"):
            if draft.answer_type == "image":
                assert re.search(r"\b(higher|lower)\b", draft.text), draft.text


def test_a_comparison_within_reading_error_is_not_proposed() -> None:
    near, far = [[40] * 6, [41] * 6, [90] * 6], [[40] * 6, [60] * 6, [90] * 6]
    for figures, proposed in ((near, False), (far, True)):
        exact = sales(figures)
        marked = perfect(exact.world, exact.views, marks={"visitors": D(1)})
        texts = [d for s in range(5) for d in drafts(marked, s, "rank_order") if set(d.images) == {1, 2, 3}]
        assert bool(texts) == proposed


def test_a_number_from_marks_states_how_far_it_may_be_off() -> None:
    exact = sales(FIGURES)
    marked = perfect(exact.world, exact.views, marks={"visitors": D("0.5")})
    found = [d for s in range(8) for d in drafts(marked, s, "compare_pair") if d.answer_type == "float"]
    assert found
    for draft in found:
        assert draft.tolerance >= 1
        assert f"off by up to {canonical(draft.tolerance)} visitors" in draft.text


def test_look_ups_tell_siblings_from_restatements(sets: dict[str, Views]) -> None:
    assert [[s.name for s in g] for g in siblings(sets["invoices"])] == [["image1_items", "image2_items"]]
    assert not restated(sets["invoices"])
    assert {f.images for f in restated(sets["versions"])} == {(1, 2)}
    assert all(f.images == (1, 2, 3) or 3 not in f.images for f in fields(sets["sales"]))
    pairs = {(a.name, b.name) for a, b in joinable(sets["office"])}
    assert ("image1_items", "image2_items") in pairs
    assert len(grids(sets["office"])) == 5


def test_time_order_comes_from_what_the_images_show(sets: dict[str, Views]) -> None:
    assert follows(sets["office"], (2, 3, 4))
    assert not follows(sets["office"], (3, 2))
    assert not follows(sets["sales"], (1, 2))


def test_a_threshold_is_round_and_clear_of_every_cell(sets: dict[str, Views]) -> None:
    cells = fields(sets["sales"])[0].cells
    found = [threshold(Random(s), cells) for s in range(10)]
    assert all(t is not None and min(c.number for c in cells) < t < max(c.number for c in cells) for t in found)
    assert all(t == t.to_integral() for t in found if t is not None)


def test_rounding_is_half_away_from_zero_and_knows_its_borders() -> None:
    from fractions import Fraction

    assert half_up(Fraction(2675, 1000), 2) == D("2.68")
    assert half_up(Fraction(-5, 2), 0) == D(-3)
    assert borderline(Fraction(125, 100), 1) and not borderline(Fraction(126, 100), 1)


def test_the_highest_row_over_all_images_is_found_by_name() -> None:
    views = sales([[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12], [13, 14, 15, 16, 17, 18]])
    answers = {claimed(d) for s in range(20) for d in extremum.propose(views, Random(s)) if d.answer_type == "image"}
    assert answers == {("image 3",), ("image 1",)}


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    figures=st.lists(st.lists(st.integers(1, 400), min_size=6, max_size=6), min_size=3, max_size=3),
    seed=st.integers(0, 10**6),
)
def test_program_and_witness_agree_on_any_numbers(figures: list[list[int]], seed: int) -> None:
    views = sales(figures)
    for draft in islice(propose_all(views, Random(seed)), 40):
        assert derived(draft, views) == claimed(draft), (draft.text, draft.program)


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cents=st.lists(st.integers(1, 99_999), min_size=10, max_size=10), seed=st.integers(0, 10**6))
def test_program_and_witness_agree_on_any_amounts(cents: list[int], seed: int) -> None:
    world = invoice_world()
    items = world.table("items")
    rows = tuple((*row[:3], D(cents[i]) / 100, D(cents[i + 5]) / 100) for i, row in enumerate(items.rows))
    changed = world.model_copy(update={"tables": (items.model_copy(update={"rows": rows}), *world.tables[1:])})
    cut = {0: (0, 1), 1: (2, 3, 4)}
    views = tuple(
        v.model_copy(
            update={
                "parts": (
                    v.parts[0],
                    part_of(changed, "items", "items", ("item", "quantity", "price", "amount"), cut[k]),
                )
            }
        )
        for k, v in enumerate(invoice_views())
    )
    found = perfect(changed, views)
    for draft in islice(propose_all(found, Random(seed)), 40):
        assert derived(draft, found) == claimed(draft), (draft.text, draft.program)
