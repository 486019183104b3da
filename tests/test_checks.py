"""The wall of checks: an honest question passes; each way of going wrong is caught by name."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from drafts import TOTAL, draft, invoices, judged, outcome, regions, total, with_part
from perfect import perfect
from worlds import invoice_views, invoice_world, sales_view, sales_world

from cosyn_multi.checks import CHECKS, Court
from cosyn_multi.checks.legible import fault
from cosyn_multi.model import Box, Column, Draft, Question, Reading, Reject, Seen, Views, Witness

GREW = "SELECT a.item FROM image1_items a JOIN image2_items b ON a.item = b.item ORDER BY round(b.price / a.price, 4) DESC LIMIT 1"


def test_an_honest_question_passes_every_check_and_carries_the_verdicts() -> None:
    question = judged(total())
    assert isinstance(question, Question)
    assert question.answer == ("148.10",)
    assert question.text_answer == "148.10"
    assert question.explanation == "It is 148.10."
    assert [v.check for v in question.verdicts] == [c.__name__ for c in CHECKS]
    assert all(v.ok for v in question.verdicts)


def test_a_reject_says_which_check_and_why() -> None:
    found = judged(total(program="SELECT total FROM image9_facts"))
    assert isinstance(found, Reject)
    assert (found.stage, found.reason, found.kind) == ("runs", "no_such_table", "aggregate")
    assert "image9_facts" in found.detail


def test_verdicts_do_not_depend_on_what_was_judged_before() -> None:
    court = Court(invoices(), 1)
    first = court.judge(total())
    for other in (total(text="And in EUR, both together?"), total(program="SELECT 1.5"), total(answer="1.00")):
        court.judge(other)
    assert court.judge(total()) == first == judged(total())
    court.close()


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (f"{TOTAL}; {TOTAL}", "several_statements"), ("ATTACH 'x' AS y", "not_a_select"), ("SELECT 148.1", "reads_nothing"),
        ("WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t", "recursion"),
        ("SELECT total FROM image1_facts WHERE total > 999", "no_rows"), ("SELECT amount FROM image1_items", "several_rows"),
        ("SELECT sum(quantity) / 2 FROM image1_items", "integer_division"), ("SELECT item + 1 FROM image1_items", "text_arithmetic"),
        ("SELECT amount FROM image2_items LIMIT 1", "limit_without_order"), ("SELECT max(random()) FROM image1_items", "unsupported"),
    ],
)  # fmt: skip
def test_a_program_that_may_not_run_is_caught_by_runs(program: str, reason: str) -> None:
    assert outcome(total(program=program)) == f"runs:{reason}"


def test_agrees_wants_a_witness_that_says_the_same() -> None:
    assert outcome(total(witnesses=())) == "agrees:no_witness"
    assert outcome(total(answer="148.11")) == "agrees:witness_differs"
    twice = (Witness(name="claimed", answer=("148.10",)), Witness(name="second_call", answer=("91.70",)))
    assert outcome(total(witnesses=twice)) == "agrees:witness_differs"


def test_a_value_printed_rounded_is_what_is_read() -> None:
    views = invoice_views()
    facts = views[0].parts[0]
    rough = tuple(
        c.model_copy(update={"format": c.format.model_copy(update={"decimals": 0})}) if c.name == "total" else c
        for c in facts.columns
    )
    drawn = perfect(invoice_world(), (with_part(views[0], 0, columns=rough), views[1]))
    assert outcome(total(), drawn) == "agrees:witness_differs", "56.40 stands there as 56"
    assert outcome(total(answer="147.70"), drawn) == ""


def test_what_is_drawn_wrongly_is_caught_by_as_read() -> None:
    def misprint(image: int, reading: Reading) -> Reading:
        wrong = image == 1 and reading.ref == "facts[0].total"
        return reading.model_copy(update={"value": Decimal("56.90"), "shown": "€56.90"}) if wrong else reading

    assert outcome(total(answer="148.60"), invoices(misprint)) == "as_read:reading_differs"


def spoiled(ref: str, image: int = 1, **seen: Any) -> Views:
    """Both invoices with one reading seen badly; `gone=True` leaves it out."""

    def change(where: int, reading: Reading) -> Reading | None:
        if where != image or reading.ref != ref:
            return reading
        return None if seen.get("gone") else reading.model_copy(update={"seen": Seen(**seen)})

    return invoices(change)


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        ({"inside": 0.98}, "outside"), ({"clipped": True}, "clipped"), ({"covered": 0.4}, "covered"), ({"contrast": 2.0}, "low_contrast"),
        ({"height_px": 6.5}, "too_small"), ({"missing": "№"}, "missing_glyph"), ({"ink": 0.0}, "no_ink"), ({"overlapped": 0.2}, "overlapped"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ref", ["facts[0].total", "facts.total"])
def test_a_cell_or_its_header_seen_badly_is_caught_by_legible(ref: str, seen: dict[str, Any], reason: str) -> None:
    assert outcome(total(), spoiled(ref, **seen)) == f"legible:{reason}"


def test_only_what_the_program_reads_must_be_legible() -> None:
    assert outcome(total(), spoiled("items[0].amount", clipped=True)) == ""


def test_a_label_cut_at_the_frame_spoils_its_row() -> None:
    asked = draft(
        "SELECT round((SELECT amount FROM image1_items WHERE item = 'Rye flour') + (SELECT amount FROM image2_items WHERE item = 'Rye flour'), 2)",
        "114.50", 'What do both invoices charge for "Rye flour" together, in EUR?', unit="EUR", decimals=2, names=("Rye flour",),
    )  # fmt: skip
    assert outcome(asked) == ""
    assert outcome(asked, spoiled("items[0].item", inside=0.7)) == "legible:outside"


def test_a_header_that_is_not_drawn_leaves_its_column_unreadable() -> None:
    assert outcome(total(), spoiled("facts.total", gone=True)) == "legible:not_drawn"


def test_a_hidden_column_can_not_be_asked_about() -> None:
    assert outcome(total(), spoiled("facts[0].total", gone=True)) == "runs:no_such_column"


def test_a_reading_without_a_place_is_no_reading() -> None:
    whole = Reading(ref="x", shown="5", boxes=(Box(x0=0, y0=0, x1=9, y1=12),))
    assert fault(whole) is None
    assert fault(whole.model_copy(update={"boxes": ()})) is not None
    assert fault(whole.model_copy(update={"boxes": (Box(x0=5, y0=0, x1=5, y1=9),)})) is not None


def pair(answer: str, kind: str = "compare_pair") -> Draft:
    return draft(
        "SELECT CASE WHEN (SELECT north FROM image1_series WHERE month = '2024-01-01') > (SELECT south FROM image2_series WHERE month = '2024-01-01') "
        "THEN 'Yes' ELSE 'No' END",
        answer, "Is the north in image 1 above the south in image 2 in January 2024? Yes or No?", "bool", kind=kind,
    )  # fmt: skip


@pytest.mark.parametrize(("tolerance", "result"), [("0", ""), ("0.4", ""), ("1.4", "robust:comparison_flips")])
def test_a_comparison_within_reading_error_is_not_robust(tolerance: str, result: str) -> None:
    assert outcome(pair("No"), regions(tolerance=tolerance)) == result  # 41 against 42


def marked(tolerance: str) -> Draft:
    return draft(
        "SELECT round((SELECT north FROM image1_series WHERE month = '2024-01-01') + (SELECT south FROM image2_series WHERE month = '2024-02-01'), 1)",
        "80.0", "What do the north in January (image 1) and the south in February (image 2) make, in thousand USD, to one decimal?",
        unit="thousand USD", decimals=1, tolerance=Decimal(tolerance),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("allowed", "result"),
    [("1.5", ""), ("0", "robust:number_drifts"), ("16", ""), ("16.1", "robust:too_vague")],
)
def test_a_number_stays_inside_its_stated_tolerance(allowed: str, result: str) -> None:
    assert outcome(marked(allowed), regions(tolerance="1.2")) == result


def test_the_margin_left_by_reading_error_is_told() -> None:
    question = judged(marked("2.4"), regions(tolerance="1.2"))
    assert isinstance(question, Question)
    assert next(v.measure for v in question.verdicts if v.check == "robust") == pytest.approx(0.5)


def test_bars_closer_than_can_be_seen_have_no_highest() -> None:
    asked = draft(
        "WITH f AS (SELECT 'North' AS n, sum(north) AS x FROM image1_series UNION ALL SELECT 'South' AS n, sum(south) AS x FROM image2_series) "
        "SELECT n FROM f ORDER BY x DESC LIMIT 1",
        "North", "Over all months, which has the higher sum, North (image 1) or South (image 2)?", "str",
    )  # fmt: skip
    assert outcome(asked, regions(tolerance="0.5")) == ""  # 307 against 294, six bars
    assert outcome(asked, regions(tolerance="2.5")) == "robust:comparison_flips"


def test_choices_are_written_out_and_the_answer_is_one_of_them() -> None:
    asked = draft(
        GREW, "Rye flour", "Which item's price rose by the largest share from image 1 to image 2?", "choice", kind="mc_variant",
        choices=("Sea salt", "Rye flour", "Yeast"),
    )  # fmt: skip
    question = judged(asked)
    assert isinstance(question, Question)
    assert question.draft.text.endswith("\nA. Sea salt\nB. Rye flour\nC. Yeast")
    assert question.text_answer == "Rye flour"


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        (("Sea salt", "rye  Flour", "Rye flour"), "equal_choices"), (("Rye flour", "12.50 EUR"), "odd_form"), (("Rye flour",), "number_of_choices"),
        (("Rye flour", "B"), "choice_is_letter"), (("Rye flour", "None of the above"), "choice_refers"), (("Rye flour", "Both of these"), "choice_refers"),
    ],
)  # fmt: skip
def test_choices_must_be_fair(choices: tuple[str, ...], reason: str) -> None:
    asked = draft(
        GREW, "Rye flour", "Which item's price rose by the largest share from image 1 to image 2?", "choice", kind="mc_variant", choices=choices,
    )  # fmt: skip
    assert outcome(asked) == f"not_leaked:{reason}"


def test_a_right_answer_that_is_no_choice_is_caught() -> None:
    asked = draft("SELECT max(item) FROM image2_items", "Yeast", "Which?", "choice", choices=("Sea salt", "Rye flour"))
    assert outcome(asked) == "runs:not_a_choice"


def grew(text: str) -> Draft:
    return draft(
        GREW, "Rye flour", text, "str", kind="extremum",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("Which item's price rose by the largest share from image 1 to image 2?", ""),
        ("Whose price rose by more from image 1 to image 2, Rye flour's or Sea salt's?", ""),
        ("Why did rye flour's price rise most from image 1 to image 2?", "not_leaked:in_question"),
        ("Answer: whose price rose by the largest share from image 1 to image 2?", "not_leaked:answer_marker"),
    ],
)
def test_the_question_does_not_say_its_answer(text: str, result: str) -> None:
    assert outcome(grew(text)) == result


def test_a_title_does_not_say_the_answer() -> None:
    first, second = invoice_views()
    telling = second.model_copy(update={"title": "Invoice: mostly Rye flour"})
    asked = grew("Which item's price rose by the largest share from image 1 to image 2?")
    assert outcome(asked, perfect(invoice_world(), (first, telling))) == "not_leaked:in_title"


def test_a_number_in_another_number_gives_nothing_away() -> None:
    assert outcome(total(text="What do both invoices (2148.10 was last year's) come to, in EUR?")) == ""
    assert outcome(total(text="Both invoices come to 148.10. How much is that in EUR?")) == "not_leaked:in_question"


def test_the_literal_answer_marker_never_reaches_an_explanation() -> None:
    assert outcome(total(explanation="So the answer : {answer}")) == "not_leaked:answer_marker"


def test_deriving_needs_neither_randomness_nor_the_other_checks() -> None:
    court = Court(invoices(), 99)
    derived = court.derive(total(images=(1,)))
    assert isinstance(derived, Question)
    assert derived.text_answer == "148.10"
    court.close()


def test_a_stored_question_derives_again_from_what_it_holds() -> None:
    question = judged(total())
    assert isinstance(question, Question)
    again = Court(invoices(), 7).derive(Question.model_validate_json(question.model_dump_json()).draft)
    assert isinstance(again, Question)
    assert (again.answer, again.text_answer) == (question.answer, question.text_answer)


def test_months_and_facts_work_as_names_and_dates() -> None:
    asked = draft(
        "SELECT substr(month, 1, 7) FROM image1_series WHERE north = (SELECT max(a.north) FROM image1_series a JOIN image2_series b "
        "ON a.month = b.month WHERE b.south < 45)",
        "2024-02", "Among the months with a south below 45 thousand USD in image 2, which has the highest north in image 1? Give it as YYYY-MM.",
        "date", kind="extremum",
    )  # fmt: skip
    assert outcome(asked, regions()) == ""
    assert date(2024, 2, 1) in perfect(sales_world(), (sales_view(),)).read[0].values("month")
    assert Column(name="month", label="Month", kind="date").header == "Month"
