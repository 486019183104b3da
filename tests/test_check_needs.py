"""`needs_every_image`: what one image answers alone, or what follows from the others, needs no second one."""

from decimal import Decimal as D
from typing import Any

import pytest
from drafts import draft, invoices, judged, outcome, regions, same_numbers_twice, total, with_part
from perfect import perfect
from worlds import invoice_views, invoice_world, sales_view, sales_world

from cosyn_multi.checks.needs.known import Known, close, known_without
from cosyn_multi.model import Draft, Origin, Question, Relation, View, World, part_of

NORTH = "north FROM image{} WHERE month = '2024-01-01'"


def test_a_sum_over_both_needs_both_and_a_guess_is_rarely_right() -> None:
    question = judged(total())
    assert isinstance(question, Question)
    verdict = question.verdicts[-1]
    assert verdict.check == "needs_every_image"
    assert verdict.measure is not None
    assert verdict.measure < 0.3


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"images": (1,)}, "one_image"), ({"images": (1, 1)}, "one_image"),
        ({"program": "SELECT round(total, 2) FROM image1_facts", "answer": "56.40"}, "image_not_read"),
        ({"program": "SELECT round(total, 2) FROM image1_facts", "answer": "56.40", "images": (2, 1)}, "image_not_read"),
    ],
)  # fmt: skip
def test_an_image_that_is_claimed_must_be_read(more: dict[str, Any], reason: str) -> None:
    assert outcome(total(**more)) == f"needs_every_image:{reason}"


def test_an_image_that_is_read_must_be_claimed() -> None:
    views = perfect(invoice_world(), (*invoice_views(), invoice_views()[1].model_copy(update={"image": 3})))
    program = "SELECT round((SELECT total FROM image1_facts) + (SELECT total FROM image2_facts) + 0.0 * (SELECT total FROM image3_facts), 2)"
    assert outcome(total(program=program), views) == "needs_every_image:unclaimed_image"


def test_a_direct_lookup_may_rest_on_one_image() -> None:
    asked = total(kind="direct_lookup", images=(1,), program="SELECT round(total, 2) FROM image1_facts", answer="56.40")
    assert outcome(asked) == ""


def test_a_chart_of_the_tables_own_numbers_is_not_needed() -> None:
    asked = draft(
        "SELECT round((SELECT north FROM image1_series WHERE month = '2024-01-01') + (SELECT south FROM image2_series WHERE month = '2024-01-01'), 0)",
        "83", "What do north (image 1) and south (image 2) make in January 2024, in thousand USD, as a whole number?",
        unit="thousand USD", decimals=0,
    )  # fmt: skip
    assert outcome(asked, regions()) == "", "with the north in the chart alone, both are needed"
    assert outcome(asked, same_numbers_twice()) == "needs_every_image:image_not_needed"


def test_an_image_that_can_not_change_the_answer_is_not_needed() -> None:
    asked = draft(
        "SELECT round((SELECT max(north) FROM image1_series) + 0.0 * (SELECT max(south) FROM image2_series), 0)", "63",
        "What is the highest north in image 1, given image 2, in thousand USD, as a whole number?", unit="thousand USD", decimals=0,
    )  # fmt: skip
    assert outcome(asked, regions()) == "needs_every_image:image_not_needed"


def with_total(relations: tuple[Relation, ...]) -> tuple[World, View, View]:
    """Amounts in image 1, and in image 2 their total and all of them but one."""
    world = invoice_world().model_copy(update={"relations": relations})
    first = View(
        image=1,
        artifact="table",
        title="Lines",
        parts=(part_of(world, "items", "items", ("item", "amount"), (2, 3, 4)),),
        locale="en_GB",
    )
    second = View(
        image=2, artifact="doc", title="Invoice", locale="en_GB",
        parts=(
            part_of(world, "invoices", "facts", ("number", "total"), (1,)),
            part_of(world, "items", "items", ("item", "amount"), (3, 4)),
        ),
    )  # fmt: skip
    return world, first, second


SUM = Relation(
    target=Origin("invoices", 1, "total"),
    sources=tuple(Origin("items", r, "amount") for r in (2, 3, 4)),
    coefficients=(D(1),) * 3,
)


def test_a_cell_that_follows_from_a_total_needs_no_image_of_its_own() -> None:
    asked = draft(
        "SELECT round(100.0 * (SELECT amount FROM image1_items WHERE item = 'Rye flour') / (SELECT total FROM image2_facts), 1)",
        "70.3", 'Which percentage of the total in image 2 is "Rye flour" in image 1, rounded to one decimal?', unit="%", decimals=1,
        names=("Rye flour",),
    )  # fmt: skip
    world, *views = with_total(())
    assert outcome(asked, perfect(world, tuple(views))) == "", "without the relation nobody could infer it"
    world, *views = with_total((SUM,))
    assert outcome(asked, perfect(world, tuple(views))) == "needs_every_image:image_not_needed"


def test_knowledge_is_closed_under_sums_and_products() -> None:
    world, first, second = with_total((SUM,))
    read = perfect(world, (first, second)).read
    known = known_without(1, read, world.relations)
    assert known[Origin("items", 2, "amount")].value == D("64.50")
    assert Origin("items", 2, "amount") not in known_without(1, read, ())
    price, quantity, amount = (Origin("t", 0, c) for c in ("price", "quantity", "amount"))
    product = Relation(target=amount, sources=(price, quantity))
    start = {price: Known(D("12.90")), amount: Known(D("64.50"))}
    assert close(dict(start), [product])[quantity].value == 5
    assert amount in close({price: Known(D("12.90")), quantity: Known(5)}, [product])


def test_rows_that_the_others_scale_to_a_known_total_stay_consistent() -> None:
    world, first, second = with_total((SUM,))
    facts_only = second.model_copy(update={"parts": second.parts[:1]})
    asked = draft(
        "SELECT round((SELECT sum(amount) FROM image1_items) - (SELECT total FROM image2_facts), 2)", "0.00",
        "By how much do the lines of image 1 exceed the total of image 2, in EUR?", unit="EUR", decimals=2,
    )  # fmt: skip
    assert outcome(asked, perfect(world, (first, facts_only))) == "needs_every_image:image_not_needed", (
        "lines add up to their total"
    )


def hop() -> Draft:
    return draft(
        "SELECT round(price, 2) FROM image2_items WHERE item = (SELECT item FROM image1_items ORDER BY amount DESC LIMIT 1)",
        "12.90", "Take the item with the highest amount in image 1. What is its unit price in image 2, in EUR?", kind="sequential_hop",
        unit="EUR", decimals=2,
    )  # fmt: skip


def test_a_hop_needs_both_ends() -> None:
    assert outcome(hop()) == ""


def test_a_count_of_rows_changes_with_the_length_of_a_hidden_table() -> None:
    asked = draft(
        "SELECT (SELECT count(*) FROM image1_items) + (SELECT count(*) FROM image2_items)", "5",
        "How many line items do image 1 and image 2 have together?", "int", kind="count_entities",
    )  # fmt: skip
    assert outcome(asked) == ""


def unanswerable(item: str) -> Draft:
    value = f"(SELECT price AS x FROM image{{}}_items WHERE item = '{item}')"
    return draft(
        f"SELECT round(b.x - a.x, 2) FROM {value.format(1)} a JOIN {value.format(2)} b", (),
        f'How much more does "{item}" cost in image 2 than in image 1, in EUR?', "none", kind="unanswerable", names=(item,),
    )  # fmt: skip


def test_what_is_missing_from_one_image_can_not_be_told() -> None:
    question = judged(unanswerable("Yeast"))
    assert isinstance(question, Question), question
    assert question.answer == ()
    assert question.text_answer == "Not answerable"
    assert outcome(unanswerable("Sea salt")) == "runs:answers_the_unanswerable"


def agreement(answer: str) -> Draft:
    return draft(
        "SELECT CASE WHEN (SELECT total FROM image1_facts) = (SELECT total FROM image2_facts) THEN 'Yes' ELSE 'No' END", answer,
        "Do image 1 and image 2 state the same total? Yes or No?", "bool", kind="consistency_check",
    )  # fmt: skip


@pytest.mark.parametrize(("planted", "answer"), [("56.40", "Yes"), ("65.40", "No")])
def test_agreement_of_two_sources_needs_both_whatever_the_verdict(planted: str, answer: str) -> None:
    world, (first, _) = invoice_world(), invoice_views()
    copy = first.model_copy(update={"image": 2, "title": "Statement"})
    rows = ((*copy.parts[0].rows[0][:3], D(planted)),)
    assert outcome(agreement(answer), perfect(world, (first, with_part(copy, 0, rows=rows)))) == ""


def test_an_image_found_by_content_may_be_any_of_its_family() -> None:
    asked = draft(
        "SELECT image FROM (SELECT 1 AS image, number AS n FROM image1_facts UNION ALL SELECT 2 AS image, number AS n FROM image2_facts) "
        "WHERE n = 'INV-102'",
        "image 2", "Which image is invoice INV-102?", "image", kind="locate_image", names=("INV-102",),
    )  # fmt: skip
    assert outcome(asked) == ""


def test_the_same_seed_gives_the_same_verdict() -> None:
    assert judged(hop(), seed=3) == judged(hop(), seed=3)


def test_hiding_tells_a_needed_month_from_a_known_one() -> None:
    views = perfect(sales_world(), (sales_view(1, ("month", "north")), sales_view(2, ("month", "south"), "table")))
    asked = draft(
        "SELECT round(north, 0) FROM image1_series WHERE month = (SELECT month FROM image2_series ORDER BY south DESC LIMIT 1)",
        "63", "In the month with the highest south in image 2, what is the north in image 1, in thousand USD, as a whole number?",
        kind="sequential_hop", unit="thousand USD", decimals=0,
    )  # fmt: skip
    assert outcome(asked, views) == ""
    assert outcome(asked, same_numbers_twice()) == "needs_every_image:image_not_needed"


def test_invoices_are_drawn_as_meant() -> None:
    assert [s.name for s in invoices().read] == ["image1_facts", "image1_items", "image2_facts", "image2_items"]
