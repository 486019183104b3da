"""What a trainer would not want to see asked: each kind of clumsy or idle question, and that it is gone."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal as D
from random import Random

import pytest
from ideal import asked, planned, views_of
from perfect import perfect
from worlds import COUNT, EUR, MONTH

from cosyn_multi.checks import Court
from cosyn_multi.model import Column, Draft, Format, Question, Table, View, Views, World, part_of
from cosyn_multi.questions import propose_all
from cosyn_multi.questions.compute.arithmetic import PER_HEAD
from cosyn_multi.questions.fields import fields, step_of, threshold
from cosyn_multi.questions.sheets import column_cells, labels

MONTHS = tuple(date(2024, m, 1) for m in range(1, 7))
TAKINGS = tuple(map(D, ("1200", "1250", "1350", "1500", "1950", "2100")))
COUNTS = (300, 410, 520, 290, 640, 450)
ROUND = (1200, 1250, 1350, 1500, 1950, 2100)


def two_figures(unit: str, label: str = "Visitors", noun: str = "visitors") -> Views:
    """A chart of takings and one of something counted, over the same six months."""
    month = Column(name="month", label="Month", kind="date", format=MONTH)
    money = Column(name="takings", label="Takings", kind="amount", unit="EUR", format=EUR, noun="takings")
    counted = Column(name="counted", label=label, kind="count", unit=unit, format=COUNT, noun=noun)
    tables = (
        Table(name="a", columns=(month, money), rows=tuple(zip(MONTHS, TAKINGS, strict=True)), row_noun="month"),
        Table(name="b", columns=(month, counted), rows=tuple(zip(MONTHS, COUNTS, strict=True)), row_noun="month"),
    )
    world = World(tables=tables)
    views = tuple(
        View(image=i, artifact="table", title=t.name, parts=(part_of(world, t.name, "series", ("month", c)),))
        for i, (t, c) in enumerate(zip(tables, ("takings", "counted"), strict=True), 1)
    )
    return perfect(world, views)


def lists(rows: tuple[tuple[str, ...], ...], counts: tuple[tuple[int, ...], ...]) -> Views:
    """An image per list: items, and how many of each."""
    columns = (
        Column(name="item", label="Item", kind="key"),
        Column(name="quantity", label="Quantity", kind="count", unit="bags", format=COUNT),
    )
    tables = tuple(
        Table(name=f"l{i}", columns=columns, rows=tuple(zip(names, found, strict=True)), row_noun="item")
        for i, (names, found) in enumerate(zip(rows, counts, strict=True))
    )
    world = World(tables=tables)
    views = tuple(
        View(
            image=i + 1, artifact="table", title=t.name, parts=(part_of(world, t.name, "items", ("item", "quantity")),)
        )
        for i, t in enumerate(tables)
    )
    return perfect(world, views)


def proposed(views: Views, kind: str) -> list[Draft]:
    return [d for seed in range(6) for d in propose_all(views, Random(seed), kinds=[kind])]


def question(draft: Draft) -> str:
    """The text without what it says on how to answer."""
    return re.sub(r"\b(State|Give|Write) it\b", "", draft.text)


def test_one_quantity_is_divided_by_another_only_where_it_is_money_per_head() -> None:
    heads = range(15, 15 + len(PER_HEAD))
    assert [d for d in proposed(two_figures("visitors"), "arithmetic") if d.phrasing in heads]
    for unit, label in (("kg", "Flour sold"), ("loaves", "Bread sold"), ("reports", "Near misses")):
        assert not proposed(two_figures(unit, label, label.lower()), "arithmetic")


def test_money_per_head_is_worked_out_to_two_decimals() -> None:
    right = dict(
        zip(("Jan", "Feb", "Mar", "Apr", "May", "Jun"), ("4.00", "3.05", "2.60", "5.17", "3.05", "4.67"), strict=True)
    )
    for draft in proposed(two_figures("visitors"), "arithmetic"):
        month = next(m for m in right if f"{m} 2024" in draft.text)
        assert draft.witnesses[0].answer == (right[month],)
        assert "per visitor" in draft.text and "to two decimals" in draft.text


def test_a_step_is_repeated_only_after_the_last_image_in_time() -> None:
    found = 0
    for scenario in ("invoices_over_months", "regional_metric", "bank_statements"):
        for views, draft in asked(scenario, 8, "hypothetical"):
            if not re.search(r"\bstep\b|once more|again, what", draft.text):
                continue
            found += 1
            moments = {v.image: v.subject for v in views.views}
            later = [
                i
                for i in views.images
                if i not in draft.images and _month(moments[i]) > _month(moments[draft.images[1]])
            ]
            assert not later or _month(moments[draft.images[0]]) > _month(moments[draft.images[1]]), draft.text
    assert found


def _month(subject: str) -> tuple[int, int]:
    """A subject such as 'March 2024' or '2019' as something to sort by."""
    names = [
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
    ]
    year = re.search(r"\b(?:19|20)\d\d\b", subject)
    return int(year[0]) if year else 0, next((i for i, n in enumerate(names) if n in subject), 0)


def test_a_threshold_keeps_to_the_step_of_its_column_and_off_its_values() -> None:
    views = lists((("A", "B", "C", "D", "E", "F"),) * 2, (ROUND, ROUND))
    cells = column_cells(views.sheet("image1_items"), "quantity")
    assert step_of(cells) == 50
    for seed in range(30):
        limit = threshold(Random(seed), cells)
        assert limit is not None
        below = max(v for v in ROUND if v < limit)
        above = min(v for v in ROUND if v > limit)
        assert limit % 50 == 0
        assert min(limit - below, above - limit) >= D("0.2") * (above - below), (below, limit, above)


def test_neighbours_too_near_to_each_other_get_no_limit_between_them() -> None:
    views = lists((("A", "B", "C"),) * 2, ((10, 11, 900), (10, 11, 900)))
    cells = column_cells(views.sheet("image1_items"), "quantity")
    assert all(threshold(Random(s), cells) not in (None, D("10.5")) for s in range(10))


@pytest.mark.slow
def test_people_are_not_called_it() -> None:
    pronoun = re.compile(r"\bits?\b")
    kinds = (
        "sequential_hop",
        "mc_variant",
        "filter_conditions",
        "set_operation",
        "difference_spotting",
        "unanswerable",
    )
    for kind in kinds:
        for _, draft in asked("duty_roster", 6, kind):
            assert not pronoun.search(question(draft)), draft.text
    for _, draft in asked("duty_roster", 6, "coreference_dialogue"):
        assert "Which person" not in draft.text or not pronoun.search(question(draft)), draft.text


@pytest.mark.slow
def test_a_text_asks_one_thing_and_names_what_is_printed_without_detours() -> None:
    for index in range(40):
        views = views_of(planned(index))
        for draft in propose_all(views, Random(index)):
            stem = draft.text.split("\n")[0]
            asks = stem.replace("Yes or No?", "").count("?")
            assert asks <= 1 or draft.kind == "coreference_dialogue", draft.text
            assert ", and what" not in stem, draft.text
            assert 'given as "' not in stem and "what the column" not in stem, draft.text
            assert "number of total" not in stem, draft.text


@pytest.mark.slow
def test_the_lead_in_of_a_claim_asks_for_a_verdict() -> None:
    for _, draft in asked("budget_vs_actual", 10, "claim_verification"):
        assert re.search(r"\bverdicts?\b|\btrue\b", draft.text.split("\n")[0]), draft.text


def test_rows_are_not_counted_where_all_images_have_the_same_ones() -> None:
    same, other = ("A", "B", "C"), ("B", "C", "D", "E")
    alike = lists((same, same, same), ((1, 2, 3), (4, 5, 6), (7, 8, 9)))
    assert not proposed(alike, "structure")
    assert not [d for d in proposed(alike, "set_operation") if d.answer_type == "int"]
    unlike = lists((same, other, same), ((1, 2, 3), (4, 5, 6, 7), (7, 8, 9)))
    assert [d for d in proposed(unlike, "structure") if d.witnesses[0].answer == ("10",)]
    assert [d for d in proposed(unlike, "set_operation") if d.witnesses[0].answer == ("5",)]


def test_every_image_adds_to_a_count_over_images() -> None:
    apart = lists((("A", "B", "C"), ("D", "E", "F")), ((1, 2, 3), (40, 50, 60)))
    found = proposed(apart, "count_entities")
    assert found and not any("none" in d.explanation for d in found)
    assert {d.witnesses[0].answer for d in found} <= {("4",), ("5",)}  # below 45 or 55, above 1 or 2
    far = lists((("A", "B"), ("D", "E")), ((1, 2), (400, 401)))
    assert not proposed(far, "count_entities")


@pytest.mark.slow
def test_readings_that_run_on_from_image_to_image_are_not_compared() -> None:
    for index in range(6):
        found = fields(views_of(planned(index, "utility_bills")))
        assert not {c.column.name for f in found for c in f.cells} & {"previous", "current"}
        assert "used" in {f.column.name for f in found}


@pytest.mark.slow
def test_what_was_spent_is_held_against_the_budget_of_its_own_period() -> None:
    found = 0
    for views, draft in asked("budget_vs_actual", 10):
        budgets = {views.readings[r].ref.split(".")[1] for r in draft.evidence if ".budget_" in r}
        spent = {
            views.view(int(r[5])).subject.removeprefix("Actual spending, ") for r in draft.evidence if ".actual" in r
        }
        if len(budgets) == len(spent) == 1 and draft.kind in (
            "compare_pair",
            "extremum",
            "count_entities",
            "arithmetic",
        ):
            period = next(iter(spent)).lower().replace(" ", "_")
            assert budgets == {f"budget_{period}"} or budgets == {f"budget_c_{period}"}, draft.text
            found += 1
    assert found


def test_two_images_of_one_structure_are_found_among_others() -> None:
    rows = (("A", "B", "C"), ("A", "B", "D"), ("C", "A", "B"))
    views = lists(rows, ((1, 2, 3), (4, 5, 6), (7, 8, 9)))
    found = proposed(views, "structure_isomorphism")
    assert {d.witnesses[0].answer for d in found if d.answer_type == "list"} == {("image 1", "image 3")}
    assert {d.witnesses[0].answer for d in found if d.answer_type == "image"} <= {("image 1",), ("image 3",)}
    assert set(labels(views.sheet("image1_items"))) == set(labels(views.sheet("image3_items")))


def test_a_dialogue_leaves_it_to_the_first_question_what_is_meant() -> None:
    found = proposed(two_figures("visitors"), "coreference_dialogue")
    assert found
    for draft in found:
        one, two = re.findall(r'"([^"]*\?)"', draft.text)[:2]
        assert re.search(r"\b(it|its|there|that image)\b", two), draft.text
        assert "highest" in one or "lowest" in one
    best = next(d for d in found if "highest takings" in d.text)
    assert best.witnesses[0].answer == ("450",)  # June has the highest takings


def passed(views: Views) -> list[Question]:
    """What is proposed over a set and passes every check."""
    court = Court(views, 1)
    try:
        found = [court.judge(d) for seed in range(3) for d in propose_all(views, Random(seed))]
    finally:
        court.close()
    return [f for f in found if isinstance(f, Question)]


def shares(rows: tuple[tuple[int, ...], ...]) -> Views:
    """Pies of the same four slices: whole percentages that may add to 99 or 101."""
    name = Column(name="slice", label="Slice", kind="category")
    share = Column(
        name="share",
        label="Share",
        kind="percent",
        unit="%",
        additive=False,
        format=Format(style="percent", decimals=0),
    )
    slices = ("North", "South", "East", "West")
    tables = tuple(
        Table(
            name=f"p{i}", columns=(name, share), rows=tuple(zip(slices, map(D, found), strict=True)), row_noun="slice"
        )
        for i, found in enumerate(rows)
    )
    world = World(tables=tables)
    views = tuple(
        View(image=i + 1, artifact="chart", title=f"Shares {i}", subject=str(2020 + i), family="pie",
             parts=(part_of(world, t.name, "series", ("slice", "share")),))
        for i, t in enumerate(tables)
    )  # fmt: skip
    return perfect(world, views)


def test_rounded_shares_are_not_added_up() -> None:
    found = passed(shares(((33, 12, 21, 35), (28, 14, 31, 26), (40, 9, 30, 22))))  # 101, 99, 101
    assert len(found) > 10
    assert not [q for q in found if "sum(" in q.draft.program and "abs(" not in q.draft.program]
    assert not [
        q for q in found if q.draft.answer_type != "choice" and re.search(r"\b(sum|add up|total)\b", q.draft.text)
    ]


def test_what_two_percentages_are_apart_is_told_in_points() -> None:
    found = passed(shares(((33, 12, 21, 35), (28, 14, 31, 26))))
    apart = [q for q in found if "percentage points" in q.draft.text]
    assert apart and not [q for q in apart if "%" in q.text_answer]
    shown = [q for q in found if q.draft.unit == "%" and q.draft.answer_type == "float"]
    assert shown and all(q.text_answer.endswith("%") and float(q.text_answer[:-1]) >= 1 for q in shown)


def test_no_question_holds_what_trainers_split_on() -> None:
    odd = ("Answer: Ltd", "Sea salt", "Yeast", "Answer : none", "Malt")
    columns = (
        Column(name="item", label="Item", kind="key"),
        Column(name="quantity", label="Answer: quantity", kind="count", unit="bags", format=COUNT),
        Column(name="weight", label="Weight", kind="count", unit="kg", format=COUNT),
    )
    tables = tuple(
        Table(name=f"l{i}", columns=columns, rows=tuple(zip(odd, found, reversed(found), strict=True)), row_noun="item")
        for i, found in enumerate(((4, 12, 7, 31, 9), (14, 2, 17, 3, 25)))
    )
    world = World(tables=tables)
    views = tuple(
        View(
            image=i + 1,
            artifact="table",
            title=t.name,
            parts=(part_of(world, t.name, "items", ("item", "quantity", "weight")),),
        )
        for i, t in enumerate(tables)
    )
    found = passed(perfect(world, views))
    assert found
    for q in found:
        told = " ".join((q.draft.text, q.text_answer, q.explanation, *q.draft.choices))
        assert not re.search(r"answer\s*:", told, re.IGNORECASE), told


def test_times_and_percentages_are_taken_of_printed_numbers_only() -> None:
    printed = shares(((33, 12, 21, 35), (28, 14, 31, 26)))
    marked = perfect(printed.world, printed.views, {"share": D("0.4")})
    sold = two_figures("visitors")
    drawn = perfect(
        sold.world, tuple(v.model_copy(update={"artifact": "chart"}) for v in sold.views), {"takings": D(5)}
    )
    assert proposed(sold, "arithmetic")
    assert not proposed(drawn, "arithmetic") and not proposed(marked, "arithmetic")


@pytest.mark.slow
def test_verdicts_are_mixed() -> None:
    """Of what passes the checks: neither Yes nor No, neither True nor False is the one to guess."""
    verdicts: Counter[str] = Counter()
    for index in range(24):
        views = views_of(planned(index, "bank_statements" if index % 2 else "chart_table_report"))
        court = Court(views, index)
        for kind in ("consistency_check", "claim_verification"):
            judged = (court.judge(d) for d in propose_all(views, Random(index), kinds=[kind]))
            verdicts.update(q.text_answer for q in judged if isinstance(q, Question))
        court.close()
    assert verdicts["No"] >= verdicts["Yes"] / 2 and verdicts["Yes"] >= verdicts["No"] / 3, verdicts
    assert verdicts["False"] >= verdicts["True"] / 2, verdicts
