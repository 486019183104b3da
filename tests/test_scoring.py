"""Scoring: a given answer against the right one, and the forms answers are stored in."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cosyn_multi.model import Draft
from cosyn_multi.scoring import (
    Score,
    Unstorable,
    options,
    same_answer,
    score,
    score_question,
    stored,
    verdict_of,
    with_options,
    without_options,
)


def draft(answer_type: str, **more: Any) -> Draft:
    return Draft.model_validate(
        {
            "kind": "k",
            "text": "Which?",
            "answer_type": answer_type,
            "program": "",
            "images": (1, 2),
            "explanation": "",
            **more,
        }
    )


def judged(given: str | None, right: str, answer_type: str, **more: Any) -> Score:
    return score(given=given, right=(right,), answer_type=answer_type, **more)  # type: ignore[arg-type]


RIGHT, WRONG, UNPARSED = Score(True, True, True), Score(False, True, False), Score(False, False, False)
RELAXED = Score(False, True, True)


@pytest.mark.parametrize(
    ("given", "right", "expected"),
    [
        ("3", "3", RIGHT), ("3.0", "3", RIGHT), ("3.9", "3", WRONG), ("3.", "3", RIGHT), ("1,234", "1234", RIGHT),
        ("1 234", "1234", RIGHT), ("1’234", "1234", RIGHT), ("−40", "-40", RIGHT), ("(40)", "-40", RIGHT), ("-40", "40", WRONG),
        ("2008", "2010", WRONG), ("20", "21", WRONG), ("100", "101", WRONG), ("about three", "3", UNPARSED),
        ("1.234.567", "1234567", RIGHT), ("5-10", "5", UNPARSED), ("12 of 20", "12", UNPARSED), ("[[90]]", "90", UNPARSED),
        ("3 or 4", "3", UNPARSED), ("", "3", UNPARSED), ("   ", "3", UNPARSED), (None, "3", UNPARSED), ("9" * 10_000, "3", UNPARSED),
        ("Not answerable", "3", WRONG), ("{3}", "3", UNPARSED), ("3; 4", "3", UNPARSED), ("x=3", "3", UNPARSED),
    ],
)  # fmt: skip
def test_ints_are_equal_or_wrong_also_when_relaxed(given: str | None, right: str, expected: Score) -> None:
    assert judged(given, right, "int") == expected


@pytest.mark.parametrize(
    ("given", "right", "unit", "expected"),
    [
        ("52.8 %", "52.8", "%", RIGHT), ("52.8", "52.8", "%", RIGHT), ("52.8 percent", "52.8", "%", RIGHT),
        ("0.528", "52.8", "%", WRONG), ("52.8%", "0.528", "", UNPARSED), ("52.8%", "52.8", "kWh", UNPARSED),
        ("52.84", "52.8", "%", RIGHT), ("53.3", "52.8", "%", RIGHT), ("54", "52.8", "%", RELAXED), ("56", "52.8", "%", WRONG),
        ("1,234.50 EUR", "1234.50", "EUR", RIGHT), ("€1,234.50", "1234.50", "EUR", RIGHT), ("1.234,50 €", "1234.50", "EUR", RIGHT),
        ("$1,234.50", "1234.50", "EUR", UNPARSED), ("1.2 million", "1200000", "", RIGHT), ("1.2 million USD", "1.2", "million USD", RIGHT),
        ("1200000 USD", "1.2", "million USD", WRONG), ("0", "0", "", RIGHT), ("0.01", "0", "", WRONG), ("-5", "5", "", WRONG),
        ("42 apples", "42", "bags", UNPARSED), ("42 bags", "42", "bags", RIGHT), ("42 km/h", "42", "km/h", RIGHT),
    ],
)  # fmt: skip
def test_floats_have_one_percent_and_no_unit_but_their_own(given: str, right: str, unit: str, expected: Score) -> None:
    assert judged(given, right, "float", unit=unit) == expected


def test_a_float_may_be_off_by_what_the_question_states() -> None:
    assert judged("45", "41", "float", tolerance=Decimal(4)).ok
    assert not judged("45.1", "41", "float", tolerance=Decimal(4)).ok


def test_a_float_is_right_once_rounded_to_the_printed_digits() -> None:
    assert judged("0.049", "0.0", "float", decimals=1).ok
    assert not judged("0.051", "0.0", "float", decimals=1).ok


@pytest.mark.parametrize(
    ("given", "right", "expected"),
    [
        ("painter", "painter", RIGHT), ("Painter.", "painter", RIGHT), ("the Danish painter", "painter", WRONG),
        ("paintor", "painter", RIGHT), ("North or South", "North", UNPARSED), ("[North]", "North", UNPARSED),
        ("INV-102", "INV-101", WRONG), ("inv-101", "INV-101", RIGHT), ("Q3 2024", "Q2 2024", WRONG), ("", "North", UNPARSED),
        ("x" * 10_000, "x", UNPARSED), ("Black or White", "Black or White", RIGHT),
    ],
)  # fmt: skip
def test_strings_are_judged_by_their_letters_and_identifiers_exactly(given: str, right: str, expected: Score) -> None:
    assert judged(given, right, "str") == expected


def test_the_name_of_another_entity_is_wrong_however_near_it_is() -> None:
    assert judged("South", "North", "str").ok, "two letters of five differ: ANLS alone lets it pass"
    assert not judged("South", "North", "str", others=("South", "East")).ok


@pytest.mark.parametrize(
    ("given", "right", "expected"),
    [
        ("2024-03-14", "2024-03-14", RIGHT), ("14 March 2024", "2024-03-14", RIGHT), ("March 14, 2024", "2024-03-14", RIGHT),
        ("14th March 2024", "2024-03-14", RIGHT), ("15 March 2024", "2024-03-14", WRONG), ("3/14/2024", "2024-03-14", UNPARSED),
        ("March 2024", "2024-03", RIGHT), ("2024-04", "2024-03", WRONG), ("2008", "2010", UNPARSED), ("31 February 2024", "2024-03-02", UNPARSED),
    ],
)  # fmt: skip
def test_dates_are_the_same_day_or_wrong(given: str, right: str, expected: Score) -> None:
    assert judged(given, right, "date") == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("B", RIGHT), ("(b)", RIGHT), ("b)", RIGHT), ("B. 40 EUR", RIGHT), ("40 EUR", RIGHT), ("Option B", RIGHT), ("A", WRONG),
        ("30 EUR", WRONG), ("B. 30 EUR", UNPARSED), ("A or B", UNPARSED), ("E", UNPARSED), ("", UNPARSED), ("[[B]]", UNPARSED),
    ],
)  # fmt: skip
def test_a_choice_is_given_by_letter_or_text(given: str, expected: Score) -> None:
    assert judged(given, "40 EUR", "choice", choices=("30 EUR", "40 EUR", "50 EUR")) == expected


@pytest.mark.parametrize(
    ("given", "right", "answer_type", "expected"),
    [
        ("Yes.", "Yes", "bool", RIGHT), ("true", "Yes", "bool", RIGHT), ("no", "Yes", "bool", WRONG), ("not yes", "Yes", "bool", UNPARSED),
        ("yes and no", "Yes", "bool", UNPARSED), ("image 2", "image 2", "image", RIGHT), ("2", "image 2", "image", RIGHT),
        ("the second image", "image 2", "image", RIGHT), ("image 12", "image 2", "image", UNPARSED), ("image 1", "image 2", "image", WRONG),
    ],
)  # fmt: skip
def test_yes_no_and_images(given: str, right: str, answer_type: str, expected: Score) -> None:
    assert judged(given, right, answer_type) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [("Not answerable", RIGHT), ("unanswerable.", RIGHT), ("5", WRONG), ("None", WRONG), ("", UNPARSED)],
)
def test_not_answerable_is_an_answer(given: str, expected: Score) -> None:
    assert score(given=given, right=(), answer_type="none") == expected


@pytest.mark.parametrize(
    ("given", "right", "more", "ok"),
    [
        ("a; b", ("a", "b"), {}, True), ("b; a", ("a", "b"), {}, True), ("b; a", ("a", "b"), {"order_matters": True}, False),
        ("a; b; c", ("a", "b"), {}, False), ("a", ("a", "b"), {}, False), ("a; a", ("a", "b"), {}, False),
        ("1; 2.01", ("1", "2"), {"member_type": "float"}, True), ("1; 2.2", ("1", "2"), {"member_type": "float"}, False),
        ("10.04; 10", ("10", "10.1"), {"member_type": "float"}, True),
        ("Smith, Jones and Co; B", ("B", "Smith, Jones and Co"), {}, True),
    ],
)  # fmt: skip
def test_of_a_list_the_worst_member_counts(given: str, right: tuple[str, ...], more: dict[str, Any], ok: bool) -> None:
    assert score(given=given, right=right, answer_type="list", **more).ok is ok


@pytest.mark.parametrize(
    ("word", "verdict"),
    [("incorrect", False), ("not correct", False), ("CORRECT.", True), ("", None), ("I can't tell", None), (None, None),
     ("correct? no", None), ("Correct", True)],
)  # fmt: skip
def test_a_judges_word_counts_only_when_it_is_the_whole_answer(word: str | None, verdict: bool | None) -> None:
    assert verdict_of(word) is verdict


names = st.text(st.characters(categories=("L", "N"), include_characters=" ,.-&'"), min_size=1, max_size=20).filter(
    lambda t: t == " ".join(t.split())
)


@given(st.lists(names, min_size=1, max_size=6, unique_by=str.casefold), st.booleans())
def test_a_stored_list_reads_back_as_itself(members: list[str], ordered: bool) -> None:
    assume(all(m.strip(" .,;:!?\"'“”‘’") and " or " not in m for m in members))
    assume(all(m.strip(" .").casefold() != "not answerable" for m in members))
    asked = draft("list", order_matters=ordered)
    assert score_question(given=stored(members, asked), right=members, draft=asked).ok


def test_a_cell_that_says_unanswerable_is_given_by_that_word_alone() -> None:
    assert score(given="Unanswerable", right=("UNANSWERABLE",), answer_type="str").ok
    assert not score(given="Not answerable", right=("UNANSWERABLE",), answer_type="str").ok
    assert score_question(given="UNANSWERABLE", right=["UNANSWERABLE"], draft=draft("list")).ok
    with pytest.raises(Unstorable):
        stored(["Not Answerable."], draft("str"))


def test_a_list_member_with_a_semicolon_is_refused() -> None:
    with pytest.raises(Unstorable):
        stored(("a; b", "c"), draft("list"))


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=2))
def test_the_stored_form_of_a_number_is_right(number: Decimal) -> None:
    for unit in ("", "%", "EUR"):
        asked = draft("float", unit=unit, decimals=2)
        assert score_question(given=stored((str(number),), asked), right=(str(number),), draft=asked).ok


@given(st.decimals(min_value=-1000, max_value=1000, places=2), st.decimals(min_value=-1000, max_value=1000, places=2))
def test_relaxed_is_symmetric_and_never_stricter(one: Decimal, other: Decimal) -> None:
    there = judged(str(one), str(other), "float", decimals=9)
    back = judged(str(other), str(one), "float", decimals=9)
    assert there.relaxed >= there.ok
    if not there.ok and not back.ok:
        assert there.relaxed == back.relaxed


@given(
    st.text(max_size=60), st.sampled_from(("int", "float", "str", "date", "bool", "image", "choice", "list", "none"))
)
def test_no_text_is_right_without_being_parsed(text: str, answer_type: str) -> None:
    found = score(given=text, right=("7",), answer_type=answer_type, choices=("7", "8"))  # type: ignore[arg-type]
    assert found.parsed or not (found.ok or found.relaxed)
    assert found.relaxed >= found.ok


@pytest.mark.parametrize(
    ("members", "asked", "text"),
    [
        ((), draft("none"), "Not answerable"), (("52.8",), draft("float", unit="%"), "52.8%"), (("52.8",), draft("float", unit="EUR"), "52.8"),
        (("Yes",), draft("bool"), "Yes"), (("2024-03",), draft("date"), "2024-03"), (("image 2",), draft("image"), "image 2"),
        (("1", "2"), draft("list", member_type="int", unit="%"), "1%; 2%"), (("None",), draft("str"), "None"),
    ],
)  # fmt: skip
def test_each_type_is_stored_in_one_form(members: tuple[str, ...], asked: Draft, text: str) -> None:
    assert stored(members, asked) == text


def test_choices_are_written_below_the_text_once() -> None:
    asked = with_options(draft("choice", choices=("x", "y")))
    assert asked.text == "Which?\nA. x\nB. y" == "Which?" + options(("x", "y"))
    assert with_options(asked) == asked
    assert without_options(asked) == "Which?"


def test_answers_are_the_same_within_what_the_draft_allows() -> None:
    assert same_answer(("41.2",), ("41",), draft("float", tolerance=Decimal(1)))
    assert not same_answer(("42.2",), ("41",), draft("float", tolerance=Decimal(1)))
    assert not same_answer(("41.2",), ("41",), draft("float", tolerance=Decimal(1)), slack=False)
    assert not same_answer(("41",), ("42",), draft("int"))
    assert not same_answer(("North",), ("South",), draft("str"))
    assert same_answer(("b", "a"), ("a", "b"), draft("list"))
    assert not same_answer(("b", "a"), ("a", "b"), draft("list", order_matters=True))
