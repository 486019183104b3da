"""point_entities: what is pointed at is what the program selects, where its readings are, and nothing else passes."""

import json
from collections import Counter
from decimal import Decimal as D
from functools import cache
from random import Random

import pytest
from perfect import Change, perfect

from cosyn_multi.checks import Court
from cosyn_multi.config import dump_config, load_config, make_recipe
from cosyn_multi.model import Box, Column, Draft, Format, Question, Reading, Reject, Table, View, Views, World, part_of
from cosyn_multi.pointing import Area, area_of, parse
from cosyn_multi.questions import POINTING, all_kinds, propose_all
from cosyn_multi.scoring import score, score_question

GOODS = (("Rye flour", "Yeast", "Spelt", "Honey"), ("Malt", "Yeast", "Sugar", "Oats"), ("Yeast", "Wheat", "Barley"))
PRICES = ((12, 3, 14, 9), (8, 4, 2, 11), (5, 21, 7))
STATES = (("Sent", "Late", "Sent", "Paid"), ("Late", "Sent", "Paid", "Late"), ("Paid", "Late", "Sent"))
TOTALS = (210, 180, 96)


def orders(change: Change | None = None, artifact: str = "table", marks: dict[str, D] | None = None) -> Views:
    """Three orders: yeast is in all of them; the dearest line of all is wheat, in image 3; late are 1, 2 and 1 lines."""
    columns = (
        Column(name="item", label="Item", kind="key"),
        Column(name="price", label="Unit price", kind="amount", unit="EUR", format=Format(decimals=2), additive=False),
        Column(name="state", label="State", kind="category"),
    )
    heads = Table(
        name="heads",
        columns=(Column(name="total", label="Order total", kind="amount", unit="EUR", format=Format(decimals=2)),),
        rows=tuple((D(t),) for t in TOTALS),
    )
    tables = tuple(
        Table(
            name=f"order{i}",
            row_noun="item",
            columns=columns,
            rows=tuple(zip(GOODS[i], map(D, PRICES[i]), STATES[i], strict=True)),
        )
        for i in range(3)
    )
    world = World(tables=(heads, *tables))
    views = tuple(
        View(
            image=i + 1,
            artifact=artifact,
            title=f"Order {'ABC'[i]}",
            subject=f"Order {'ABC'[i]}",
            family="order",
            parts=(
                part_of(world, "heads", "facts", ("total",), rows=(i,)),
                part_of(world, f"order{i}", "items", ("item", "price", "state")),
            ),
        )
        for i in range(3)
    )
    return perfect(world, views, marks, change)


def drafts(views: Views) -> list[Draft]:
    return [d for seed in range(12) for d in propose_all(views, Random(seed), kinds=POINTING)]


def judged(views: Views, found: list[Draft]) -> list[Question | Reject]:
    court = Court(views, 3)
    try:
        return [court.judge(d) for d in found]
    finally:
        court.close()


def passed(views: Views | None = None) -> list[Question]:
    return _clean() if views is None else [q for q in judged(views, drafts(views)) if isinstance(q, Question)]


@cache
def _clean() -> list[Question]:
    return passed(orders())


def one(label: str) -> Question:
    return next(q for q in passed() if q.draft.label == label)


def test_everything_that_is_proposed_of_a_clean_set_passes_and_every_sort_is_asked() -> None:
    views = orders()
    found = judged(views, drafts(views))
    refused = {f.reason for f in found if isinstance(f, Reject)}
    assert refused <= {"image_not_needed"}  # yeast is far the cheapest of all
    labels = Counter(q.draft.label.split(" ")[0] for q in found if isinstance(q, Question))
    assert labels.keys() >= {"Order", "highest", "lowest", "unit", "state", "Yeast"}, labels


def test_every_point_lies_in_the_box_of_the_cell_that_is_meant() -> None:
    views = orders()
    for question in passed():
        points = parse(question.text_answer).points
        assert sum(map(len, points.values())) == len(question.answer)
        for image, found in points.items():
            rendering = views.renderings[image - 1]
            for x, y in found:
                inside = [
                    r.ref
                    for r in rendering.cells
                    for b in r.boxes
                    if b.x0 <= x / 1000 * rendering.width <= b.x1 and b.y0 <= y / 1000 * rendering.height <= b.y1
                ]
                assert len(inside) == 1
                assert f"image{image}:{inside[0]}" in question.draft.evidence


@pytest.mark.parametrize(
    ("label", "cells"),
    [
        ("Yeast", {"1 items[1].item", "2 items[1].item", "3 items[0].item"}),
        ("highest unit price", {"3 items[1].price"}),
        ("highest unit price of each image", {"1 items[2].price", "2 items[3].price", "3 items[1].price"}),
        ("state Late", {"1 items[1].state", "2 items[0].state", "2 items[3].state", "3 items[1].state"}),
        ("lowest Order total", {"3 facts[0].total"}),
    ],
)
def test_the_cells_pointed_at_are_those_that_one_would_point_at(label: str, cells: set[str]) -> None:
    views = orders()
    expected = {
        a.text
        for cell in cells
        if (
            a := area_of(
                int(cell[0]), views.readings[f"image{cell[0]}:{cell[2:]}"].boxes[0], views.renderings[int(cell[0]) - 1]
            )
        )
    }
    assert set(one(label).answer) == expected


def test_a_witness_that_names_another_cell_is_found_out() -> None:
    views = orders()
    draft = one("highest unit price").draft
    lie = draft.witnesses[0].model_copy(update={"answer": ("image1:items.price|Spelt",)})
    rejected = judged(views, [draft.model_copy(update={"witnesses": (lie,)})])[0]
    assert isinstance(rejected, Reject) and rejected.reason == "witness_differs"


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("SELECT 1, 'items.price', item FROM image1_items WHERE price > 99", "no_rows"),
        ("SELECT item FROM image1_items", "wrong_type"),
        ("SELECT 1, 'price', item FROM image1_items", "wrong_type"),
        ("SELECT item, 'items.price', item FROM image1_items", "wrong_type"),
        ("SELECT 1, 'items.price', state FROM image1_items", "repeated_member"),
    ],
)
def test_a_program_that_names_no_cells_does_not_run(program: str, reason: str) -> None:
    views = orders()
    draft = one("highest unit price").draft
    rejected = judged(views, [draft.model_copy(update={"program": program})])[0]
    assert isinstance(rejected, Reject) and (rejected.stage, rejected.reason) == ("runs", reason)


def test_an_image_that_the_program_does_not_need_is_not_claimed() -> None:
    views = orders()
    draft = one("lowest Order total").draft
    program = "SELECT 3, 'facts.total', total FROM image3_facts"
    rejected = judged(views, [draft.model_copy(update={"program": program})])[0]
    assert isinstance(rejected, Reject) and rejected.reason in ("image_not_read", "image_not_needed")


def twice(image: int, reading: Reading) -> Reading:
    """Image 1 draws the price of spelt in two places."""
    if (image, reading.ref) != (1, "items[2].price"):
        return reading
    return reading.model_copy(update={"boxes": (*reading.boxes, Box(x0=400, y0=20, x1=500, y1=34))})


def thin(image: int, reading: Reading) -> Reading:
    if (image, reading.ref) != (1, "items[2].price"):
        return reading
    return reading.model_copy(update={"boxes": (Box(x0=20.1, y0=120, x1=20.5, y1=134),)})


def noted(image: int, reading: Reading) -> Reading:
    """Image 2 speaks of yeast in its title, too."""
    if (image, reading.ref) != (2, "@title"):
        return reading
    return reading.model_copy(update={"shown": "Yeast and more"})


@pytest.mark.parametrize(
    ("change", "label", "reason"),
    [
        (twice, "highest unit price of each image", "several_places"),
        (thin, "highest unit price of each image", "too_thin"),
        (noted, "Yeast", "named_twice"),
    ],
)
def test_what_is_not_one_place_is_not_asked_for(change: Change, label: str, reason: str) -> None:
    views = orders(change)
    found = [f for f in judged(views, drafts(views)) if isinstance(f, Reject)]
    assert reason in {f.reason for f in found}
    assert label not in {q.draft.label for q in passed(views)}


def test_marks_within_reading_error_of_each_other_are_not_told_apart() -> None:
    sure, unsure = (orders(artifact="chart", marks={"price": D(t)}) for t in ("0.2", "1.5"))
    assert "highest unit price of each image" in {q.draft.label for q in passed(sure)}
    assert "highest unit price of each image" not in {q.draft.label for q in passed(unsure)}


RIGHT = ("1 100 100 140 120", "1 100 130 140 150", "2 500 500 540 520")
TEXT = '<points coords="1 1 120 110 2 120 140;2 3 520 510">price</points>'


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (TEXT, (True, True, True)),
        (f"The total count is 3: {TEXT}", (True, True, True)),
        (TEXT.replace("120 110", "139 119"), (True, True, True)),
        (TEXT.replace("120 110", "145 110"), (False, True, True)),  # beside its area, and near
        (TEXT.replace("120 110", "160 110"), (False, True, False)),
        (TEXT.replace("120 110", "120 145"), (False, True, False)),  # two points in one area, none in the other
        ('<points coords="1 1 120 140 2 120 110;2 3 520 510">price</points>', (True, True, True)),
        ('<points coords="1 1 120 110 2 120 140">price</points>', (False, True, False)),
        ('<points coords="1 1 120 110;2 2 520 510 3 520 511">price</points>', (False, True, False)),
        ('<points coords="1 1 520 510;2 2 120 110 3 120 140">price</points>', (False, True, False)),
        ("There are none.", (False, True, False)),
        ("3", (False, True, False)),
        (f"The total count is 2: {TEXT}", (False, False, False)),
        ("in the upper left corner", (False, False, False)),
        ("", (False, False, False)),
        (None, (False, False, False)),
    ],
)
def test_points_are_right_one_to_one_and_image_by_image(given: str | None, expected: tuple[bool, bool, bool]) -> None:
    assert score(given=given, right=RIGHT, answer_type="points") == expected


def test_the_stored_answer_is_right_by_its_own_question() -> None:
    for question in passed():
        assert score_question(given=question.text_answer, right=question.answer, draft=question.draft).ok


def test_an_area_reads_back_and_holds_its_middle() -> None:
    area = Area.of_text("2 10 20 11 21")
    assert area.text == "2 10 20 11 21" and area.holds(area.middle)
    for bad in ("", "1 2 3", "1 9 2 3 4", "0 1 2 3 4", "1 2 3 4 1001"):
        with pytest.raises(ValueError, match="thousandths"):
            Area.of_text(bad)


def test_without_the_option_nothing_changes() -> None:
    views = orders()
    plain = list(propose_all(views, Random(5)))
    assert not [d for d in plain if d.kind in POINTING]
    assert [d for d in propose_all(views, Random(5), optional=POINTING) if d.kind not in POINTING] == plain
    assert "label" not in plain[0].model_dump() and "points" not in make_recipe().model_dump_json()
    assert all(all_kinds()[name].KIND.optional for name in POINTING)


def test_the_option_is_kept_with_the_run(tmp_path) -> None:  # type: ignore[no-untyped-def]
    recipe = make_recipe(points=True)
    file = tmp_path / "run.toml"
    file.write_text(dump_config(recipe, 3))
    fields = load_config(file)
    assert fields.pop("sets") == 3
    assert make_recipe(**fields) == recipe and recipe.digest != make_recipe().digest


def test_a_question_that_points_survives_its_shard() -> None:
    question = one("Yeast")
    assert Question.model_validate(json.loads(question.model_dump_json())) == question
