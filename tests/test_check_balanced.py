"""`balanced`: what a shard as a whole must not lean towards."""

from collections import Counter
from typing import Any

import pytest
from worlds import invoice_world

from cosyn_multi.checks.balanced import balance, moved
from cosyn_multi.model import Draft, ImageSet, Plan, Provenance, Question
from cosyn_multi.scoring import with_options


def question(
    text: str, answer: str, answer_type: str = "str", kind: str = "k", choices: tuple[str, ...] = ()
) -> Question:
    asked = Draft.model_validate(
        {
            "kind": kind,
            "text": text,
            "answer_type": answer_type,
            "program": "",
            "images": (1, 2),
            "explanation": "",
            "choices": choices,
        }
    )
    return Question(draft=with_options(asked), answer=(answer,), text_answer=answer, explanation="", verdicts=())


def image_set(index: int, questions: list[Question]) -> ImageSet:
    plan = Plan(scenario="s", domain="d", persona="p", topic="t", world=invoice_world(), views=())
    return ImageSet(
        id=f"1-{index}",
        index=index,
        plan=plan,
        pictures=(),
        questions=tuple(questions),
        provenance=Provenance(seed=1, index=index, author="a"),
    )


def spread(questions: list[Question], per_set: int = 4) -> list[ImageSet]:
    return [image_set(i, questions[i * per_set : (i + 1) * per_set]) for i in range(-(-len(questions) // per_set))]


def left(sets: list[ImageSet]) -> list[Question]:
    return [q for s in sets for q in s.questions]


def test_an_even_shard_stays_whole_and_says_so() -> None:
    questions = [question(f"Question number {i} about thing {i * 7}?", f"a{i}") for i in range(12)]
    sets, rejects = balance(spread(questions), 1)
    assert rejects == []
    assert [q.draft.text for q in left(sets)] == [q.draft.text for q in questions]
    assert all(q.verdicts[-1].check == "balanced" for q in left(sets))


def test_yes_and_no_are_near_even_within_a_kind() -> None:
    questions = [question(f"Is thing {i} so?", "Yes" if i % 4 else "No", "bool") for i in range(80)]
    sets, rejects = balance(spread(questions), 1)
    counts = Counter(q.text_answer for q in left(sets))
    assert counts == {"No": 20, "Yes": 22}
    assert {r.reason for r in rejects} == {"yes_no"}
    assert len(rejects) == 38
    assert all(r.set_index is not None and r.stage == "balanced" for r in rejects)


def test_right_choices_are_dealt_evenly_and_the_text_follows() -> None:
    questions = [
        question(f"Which of these is it in case {i}?", f"x{i}", "choice", "mc", (f"p{i}", f"x{i}", f"q{i}", f"r{i}"))
        for i in range(1000)
    ]
    sets, rejects = balance(spread(questions), 1)
    positions = Counter(q.draft.choices.index(q.answer[0]) for q in left(sets))
    assert rejects == []
    assert positions == {0: 250, 1: 250, 2: 250, 3: 250}
    for q in left(sets)[:20]:
        assert q.draft.text.endswith("".join(f"\n{'ABCD'[i]}. {c}" for i, c in enumerate(q.draft.choices)))
        assert q.draft.text.count("\n") == 4


def test_moving_the_right_choice_keeps_the_others_in_order() -> None:
    found = moved(question("Which?", "x", "choice", "mc", ("a", "x", "b")), 2)
    assert found.draft.choices == ("a", "b", "x")
    assert found.draft.text == "Which?\nA. a\nB. b\nC. x"


def test_no_answer_is_given_too_often_within_a_kind() -> None:
    questions = [question(f"What is it in case {i}?", "same" if i < 30 else f"a{i}") for i in range(60)]
    sets, rejects = balance(spread(questions), 1)
    assert Counter(q.text_answer for q in left(sets))["same"] == 6
    assert {r.reason for r in rejects} == {"answer_cap"}


def test_direct_lookups_are_at_most_a_tenth() -> None:
    questions = [question(f"What is thing {i}?", f"a{i}", kind="direct_lookup" if i % 2 else "k") for i in range(100)]
    sets, rejects = balance(spread(questions), 1)
    kinds = Counter(q.draft.kind for q in left(sets))
    assert kinds["k"] == 50
    assert kinds["direct_lookup"] == 5
    assert kinds["direct_lookup"] <= kinds.total() / 10
    assert {r.reason for r in rejects} == {"direct_cap"}


@pytest.mark.parametrize(
    ("texts", "gone"),
    [
        (("What is the total of image 1?", "What is the total of  Image 1 ?"), {"repeated": 1}),
        (("What then is the overall sum due of image 1 and of image 2?",
          "What then is the overall sum due of image 2 and of image 1?"), {"near_duplicate": 1}),
        (("What is the total of image 1?", "Which sum do both invoices come to?"), {}),
    ],
)  # fmt: skip
def test_repeated_questions_go(texts: tuple[str, str], gone: dict[str, int]) -> None:
    sets, rejects = balance([image_set(0, [question(t, "5") for t in texts])], 1)
    assert Counter(r.reason for r in rejects) == gone
    assert len(left(sets)) == 2 - len(rejects)


def test_the_same_words_about_other_images_are_another_question() -> None:
    sets, rejects = balance([image_set(i, [question("What is the total of image 1?", f"{i}00")]) for i in range(3)], 1)
    assert len(left(sets)) == 3
    assert rejects == []


def mixed() -> list[ImageSet]:
    questions: list[Any] = []
    for i in range(120):
        questions.append(question(f"Is thing {i} so?", "Yes" if i % 3 else "No", "bool", "b"))
        questions.append(question(f"Where is thing {i}?", f"p{i % 7}", kind="direct_lookup" if i % 4 else "w"))
        questions.append(question(f"Which one is {i}?", f"x{i}", "choice", "mc", (f"x{i}", f"y{i}", f"z{i}")))
    return spread(questions)


def test_the_same_sets_and_seed_give_the_same_shard_in_any_order() -> None:
    one, other = balance(mixed(), 5), balance(list(reversed(mixed())), 5)
    assert one == other
    assert balance(mixed(), 6) != one


def test_what_is_left_and_what_is_gone_make_the_whole() -> None:
    sets, rejects = balance(mixed(), 5)
    assert len(left(sets)) + len(rejects) == 360
    assert len(sets) == len(mixed())
