"""`repeats`: one question per fact within a set."""

from cosyn_multi.checks.repeats import repeats
from cosyn_multi.model import Draft, Question


def asked(kind: str, text: str, answer: str, *evidence: str) -> Question:
    draft = Draft(
        kind=kind, text=text, answer_type="int", program="SELECT 1", images=(1, 2), evidence=evidence, explanation=""
    )
    return Question(draft=draft, answer=(answer,), text_answer=answer, explanation="", verdicts=())


FIRST = asked("aggregate", "What is the sum?", "12", "image1:items[0].amount", "image2:items[0].amount")


def test_the_same_answer_from_the_same_cells_is_asked_once() -> None:
    again = asked("arithmetic", "Add both.", "12", "image1:items[0].amount", "image2:items[0].amount")
    assert "same answer" in (repeats(again, [FIRST]) or "")


def test_the_same_kind_over_the_same_cells_is_asked_once() -> None:
    again = asked("aggregate", "What is the mean?", "6", "image1:items[0].amount", "image2:items[0].amount")
    assert "same kind" in (repeats(again, [FIRST]) or "")


def test_a_choice_with_its_unit_says_the_same_as_the_bare_figure() -> None:
    cells = ("image1:a[0].x", "image1:a[1].x", "image2:b[0].y")
    hop = asked("sequential_hop", "Find the highest x. What is its y?", "165.0", *cells)
    assert "same answer" in (
        repeats(asked("mc_variant", "Which of these ...", "165.0 thousand GBP", *cells), [hop]) or ""
    )
    assert repeats(asked("mc_variant", "Which of these ...", "16.0 thousand GBP", *cells), [hop]) is None


def test_the_last_step_of_a_question_is_not_asked_by_itself() -> None:
    hop = asked(
        "sequential_hop",
        "Find the highest x. What is its y?",
        "40.13",
        *(f"image1:a[{i}].x" for i in range(5)),
        "image2:b[3].y",
    )
    step = asked("direct_lookup", "What is the y of Chapel?", "40.13", "image2:b[3].y")
    assert "a step of" in (repeats(step, [hop]) or "") and "a step of" in (repeats(hop, [step]) or "")
    yes = [
        asked(k, k, "Yes", *e)
        for k, e in (
            ("compare_pair", ("image1:a[0].x", "image2:b[0].y")),
            ("trend", (*(f"image{n}:a[{i}].x" for n in (1, 2) for i in range(4)), "image2:b[0].y")),
        )
    ]
    assert repeats(yes[0], [yes[1]]) is None


def test_of_kinds_that_compare_one_asks_about_the_same_cells() -> None:
    claim = asked("claim_verification", "A reader claims ...", "False", "image1:facts[0].x", "image2:facts[0].x")
    lower = asked("extremum", "Which image gives the lower x?", "image 1", "image1:facts[0].x", "image2:facts[0].x")
    assert "same kind" in (repeats(lower, [claim]) or "")


def test_other_cells_or_another_answer_of_another_kind_may_stay() -> None:
    other_cells = asked("aggregate", "And of the second?", "12", "image1:items[1].amount", "image2:items[1].amount")
    other_question = asked("compare_pair", "Which is higher?", "5", "image1:items[0].amount", "image2:items[0].amount")
    assert repeats(other_cells, [FIRST]) is None
    assert repeats(other_question, [FIRST]) is None
