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


def test_other_cells_or_another_answer_of_another_kind_may_stay() -> None:
    other_cells = asked("aggregate", "And of the second?", "12", "image1:items[1].amount", "image2:items[1].amount")
    other_question = asked("compare_pair", "Which is higher?", "5", "image1:items[0].amount", "image2:items[0].amount")
    assert repeats(other_cells, [FIRST]) is None
    assert repeats(other_question, [FIRST]) is None
