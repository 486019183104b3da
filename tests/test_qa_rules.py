"""What the rules say of questions, and when two people's answers are the same: both sides of every edge."""

import pytest

from cosyn_multi.qa.agreement import agreement
from cosyn_multi.qa.comparing import compare, form_of
from cosyn_multi.qa.looks import Look, Verdict
from cosyn_multi.qa.questions import Written
from cosyn_multi.qa.rules import Pair, faults


def found(question: str, answer: str, images: int = 3) -> set[str]:
    return set(faults(Pair(question=question, answer=answer, images=images, language="en")))


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        ("How many people are in images 1 and 2 together?", "7", "counting"),
        ("How many red cars are in image 1 and image 2?", "7", "counting"),
        ("How many EUR more does a rose cost in image 2 than in image 1?", "2 EUR", ""),
        ("How many more euros does a baguette cost in image 2 than in image 1?", "0.40 EUR", ""),
        ("How many days lie between the two invoices?", "12 days", ""),
        ("Count the red cars in all images.", "4", "counting"),
        ("What is the invoice number in image 2?", "A-17", ""),
        ("What is the number of trees in image 1 and image 2?", "9", "counting"),
        ("Who is the man in image 2?", "A politician", "identity"),
        ("Who is shown in image 1 and image 3?", "A singer", "identity"),
        ("Who is the supplier that both invoices name?", "Miller Ltd", ""),
        ("Who is the player with more goals in image 2 than in image 1?", "Adams", ""),
        ("Who is that on the left of image 1 and image 2?", "Ann", "identity"),
        ("Name the person in image 1.", "Ann", "identity"),
        ("Which image shows the dearer ticket?", "Monday", "unfit"),
        ("Which image shows the dearer ticket?", "image 2", ""),
        ("When was the later of the two contracts signed?", "by the tenant", "unfit"),
        ("When was the later of the two contracts signed?", "2024-03-31", ""),
        ("Is the total of image 2 higher than that of image 1?", "12 EUR", "unfit"),
        ("Is the total of image 2 higher than that of image 1?", "Yes, by 3 EUR, since the second one adds the delivery.", ""),
        ("Is the rose or the tulip dearer?", "tulip", ""),
        ("By how much is image 2 dearer than image 1?", "a lot", "unfit"),
        ("Which shop is dearer?", "I don't know", "unfit"),
        ("Which shop is dearer?", "Not answerable", ""),
        ("Is image 4 dearer than image 1?", "Yes", "no_such_image"),
        ("Is image 3 dearer than image 1?", "Yes", ""),
        ("Which of the shops in image 1 and image 2 sells rye bread for less?", "The shops in image 1 and image 2 sells rye bread for less", "repeats"),
        ("Which of the shops in image 1 and image 2 sells rye bread for less?", "The bakery in image 1 sells it for 40 cents less.", ""),
        ("What follows the word Answer: in image 1 and image 2?", "a blank", "mark"),
        ("Welche der beiden Rechnungen ist höher, und um wie viel?", "Die zweite", "language"),
        ("What does the Müller GmbH charge for Weizenmehl in image 2?", "3 EUR", ""),
    ],
)  # fmt: skip
def test_a_fault_is_named_and_its_neighbour_is_left_alone(question: str, answer: str, reason: str) -> None:
    assert found(question, answer) == ({reason} if reason else set())


@pytest.mark.parametrize(
    ("given", "against", "verdict"),
    [
        ("1240", "1,240 EUR", "same"),
        ("1,241 EUR", "1,240 EUR", "other"),
        ("2.51 EUR", "2.50 EUR", "same"),
        ("2.60 EUR", "2.50 EUR", "other"),
        ("about 1,240 euros or so", "1,240 EUR", "undecided"),
        ("2023", "2024", "other"),
        ("image 2", "Image 2", "same"),
        ("the second image", "image 2", "same"),
        ("image 1", "image 2", "other"),
        ("yes", "Yes.", "same"),
        ("no", "Yes", "other"),
        ("not answerable", "Not answerable", "same"),
        ("Rye bread", "rye bread", "same"),
        ("baguette", "Rye bread", "other"),
        ("tulip; rose", "rose; tulip", "same"),
        ("tulip", "rose; tulip", "other"),
        ("3; 4", "3; 4.5", "other"),
        ("31 March 2024", "2024-03-31", "same"),
        ("Image 2 is dearer, since both of its prices are higher.", "Image 2, because everything in it costs more than in image 1.", "undecided"),
        ("image 2", "Image 2, because everything in it costs more than in image 1.", "undecided"),
    ],
)  # fmt: skip
def test_two_answers_are_compared_after_the_first_ones_form(given: str, against: str, verdict: str) -> None:
    assert compare(given=given, against=against) == verdict


def test_an_explanation_has_no_form_and_a_short_text_has_one() -> None:
    assert form_of("It is the bakery, as its bread became dearer in May.") is None
    assert form_of("the bakery in May") is not None


def test_agreement_counts_per_person_and_overall_with_its_interval() -> None:
    def look(question: int, person: str, verdict: Verdict) -> Look:
        return Look(question=question, person=person, given="x", against="x", verdict=verdict, by="scoring", at="")

    def by(number: int, writer: str) -> Written:
        return Written(
            id=number, set_id="s", writer=writer, question="q", answer="a", revision=1, state="submitted", seconds=1,
            second=True, begun_at="", submitted_at="",
        )  # fmt: skip

    looks = [
        look(1, "Bo", "same"),
        look(2, "Bo", "same"),
        look(3, "Cy", "other"),
        look(4, "Cy", "undecided"),
        look(9, "Cy", "same"),
    ]
    counted = agreement(looks, [by(1, "Anna"), by(2, "Anna"), by(3, "Bo"), by(4, "Anna")])
    assert counted.overall.line == "3 compared, 2 the same: 66.7 % (9.4-99.2); 1 not compared yet"
    assert counted.writers["Anna"].same == 2
    assert counted.seconds["Cy"].line == "1 compared, 0 the same: 0.0 % (0.0-97.5); 1 not compared yet"
