"""The store of people's questions: holds, versions, second looks, drops; nothing that was written is lost."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from qa_runs import make_store, write

from cosyn_multi.errors import RunError, UserError
from cosyn_multi.qa.drops import Drop
from cosyn_multi.qa.questions import LONGEST_QUESTION, Changed
from cosyn_multi.qa.sets import HOLD_S
from cosyn_multi.qa.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = make_store(tmp_path, sets=4, shops=2)
    yield made
    made.close()


def test_a_set_is_held_by_one_person_until_another_asks_for_it(store: Store) -> None:
    assert store.sets.hold("set00", "Anna") == "Anna"
    assert store.sets.hold("set00", "Bo") == "Anna", "not unasked"
    assert store.sets.hold("set00", "Bo", ask=True) == "Bo"
    assert store.sets.hold("set00", "Anna") == "Bo"
    store.sets.release("set00", "Anna")
    assert store.sets.get("set00").holder == "Bo", "nobody lets go of another's hold"


def test_a_hold_that_ran_out_is_anybodys(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.sets.hold("set00", "Anna")
    later = time.time() + HOLD_S + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert store.sets.hold("set00", "Bo") == "Bo"


def test_the_next_set_is_ones_own_open_one_then_one_that_nobody_wrote_on(store: Store) -> None:
    assert store.sets.next_for("Anna") == "set00"
    store.questions.open("set00", "Anna")
    assert store.sets.next_for("Bo") == "set01", "set00 is held"
    assert store.sets.next_for("Anna") == "set00", "begun is gone on with"
    write(store, "set00", "Anna", "Which image is dearer?", "image 2")
    store.sets.release("set00", "Anna")
    assert store.sets.next_for("Anna") == "set02", "set01 is Bo's"
    store.sets.skip("set02", "Anna", "unrelated", "")
    assert store.sets.next_for("Anna") == "set03"
    store.sets.release("set03", "Anna")
    assert store.sets.next_for("Cy") == "set03", "what one skipped comes later for others"


def test_many_people_at_once_get_different_sets(tmp_path: Path) -> None:
    store = make_store(tmp_path, sets=8, shops=2)
    got: list[str | None] = []

    def take(name: str) -> None:
        own = Store(store.run)
        got.append(own.sets.next_for(name))
        own.close()

    threads = [threading.Thread(target=take, args=(f"p{n}",)) for n in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    store.close()
    assert sorted(str(g) for g in got) == [f"set0{n}" for n in range(8)]


def test_typing_is_one_version_until_something_settles_it(store: Store) -> None:
    mine = store.questions.open("set00", "Anna")
    for text in ("W", "Wh", "Which is dearer?"):
        mine = store.questions.keep(mine.id, "Anna", text, "", mine.revision, 0)
    store.questions.settle(mine.id)
    mine = store.questions.keep(mine.id, "Anna", "Which image is dearer?", "", mine.revision, 0)
    mine = store.questions.take(mine.id, "Anna", "image 1")
    store.questions.keep(mine.id, "Anna", "Which image is dearer?", "image 2", mine.revision, 0)
    said = [(v.field, v.text, v.origin) for v in store.questions.versions(mine.id)]
    assert said == [
        ("question", "Which is dearer?", "typed"), ("question", "Which image is dearer?", "typed"),
        ("answer", "image 1", "model"), ("answer", "image 2", "typed"),
    ]  # fmt: skip


def test_a_window_that_missed_a_change_is_told_and_overwrites_nothing(store: Store) -> None:
    mine = store.questions.open("set00", "Anna")
    store.questions.keep(mine.id, "Anna", "first window", "", mine.revision, 0)
    with pytest.raises(Changed) as told:
        store.questions.keep(mine.id, "Anna", "second window", "", mine.revision, 0)
    assert told.value.now.question == store.questions.get(mine.id).question == "first window"


def test_time_counts_no_more_than_passed(store: Store) -> None:
    mine = store.questions.open("set00", "Anna")
    mine = store.questions.keep(mine.id, "Anna", "a", "", mine.revision, 5000.0)
    assert mine.seconds < 30


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        ("", "x", "the question is empty"),
        ("x", " \n", "the answer is empty"),
        ("", "", "the question and the answer are empty"),
    ],
)
def test_what_is_empty_is_not_submitted(store: Store, question: str, answer: str, said: str) -> None:
    mine = store.questions.open("set00", "Anna")
    store.questions.keep(mine.id, "Anna", question, answer, mine.revision, 0)
    with pytest.raises(UserError, match=said):
        store.questions.submit(mine.id, "Anna", False)


def test_only_its_writer_changes_a_question_and_not_after_it_was_answered_again(store: Store) -> None:
    number = write(store, "set00", "Anna", "Which image is dearer?", "image 2", second=True)
    with pytest.raises(UserError, match="submitted already"):
        store.questions.keep(number, "Anna", "Other", "", 99, 0)
    with pytest.raises(UserError, match="only its writer"):
        store.questions.reopen(number, "Bo")
    store.questions.open("set00", "Anna")
    assert store.questions.reopen(number, "Anna").state == "open", "an empty one that was opened meanwhile gives way"
    store.questions.submit(number, "Anna", True)
    begun = store.questions.open("set00", "Anna")
    store.questions.keep(begun.id, "Anna", "Another?", "", begun.revision, 0)
    with pytest.raises(UserError, match="another question open on this set"):
        store.questions.reopen(number, "Anna")
    assert store.looks.next_for("Bo") == number
    store.looks.answer(number, "Bo", "image 1", "image 2", "other")
    with pytest.raises(UserError, match="another person has answered it"):
        store.questions.reopen(number, "Anna")
    with pytest.raises(UserError, match="600 is the most"):
        mine = store.questions.open("set01", "Anna")
        store.questions.keep(mine.id, "Anna", "x" * (LONGEST_QUESTION + 1), "", 0, 0)


def test_a_second_look_is_never_by_the_writer_and_only_one(store: Store) -> None:
    number = write(store, "set00", "Anna", "Which image is dearer?", "image 2", second=True)
    write(store, "set01", "Anna", "Which image is cheaper?", "image 1")
    assert store.looks.next_for("Anna") is None
    assert store.looks.next_for("Bo") == number
    assert store.looks.next_for("Cy") is None, "Bo answers it"
    assert store.looks.next_for("Bo") == number, "a reload gives the same"
    with pytest.raises(UserError, match="somebody else"):
        store.looks.answer(number, "Cy", "image 1", "image 2", "other")
    store.looks.answer(number, "Bo", "image 2", "image 2", "same")
    store.looks.answer(number, "Bo", "image 1", "image 2", "other")
    look = store.looks.of(number)
    assert look is not None
    assert (look.given, look.verdict) == ("image 2", "same"), "the first answer stands"
    assert store.looks.wanted() == 0


def test_what_was_taken_back_stays_when_the_filter_runs_again(store: Store) -> None:
    number = write(store, "set00", "Anna", "How many?", "3")
    drop = Drop(question=number, reason="counting", detail="d", judge="rules")
    store.drops.replace([number], [drop], "rules")
    assert store.drops.out() == {number}
    store.drops.take_back(number, "Bo")
    store.drops.replace([number], [drop], "rules")
    assert store.drops.out() == set()
    store.drops.replace([number], [drop.model_copy(update={"reason": "unfit"})], "rules")
    assert store.drops.out() == {number}, "another reason is another matter"


def test_sets_with_work_on_them_outlive_new_ones(store: Store) -> None:
    write(store, "set00", "Anna", "Which image is dearer?", "image 2")
    store.sets.hold("set01", "Bo")
    digests = [p.sha256 for p in store.pictures.all()]
    assert store.sets.replace([("new0", digests[:2], [0.5])]) == (1, 2)
    assert {g.id for g in store.sets.all()} == {"new0", "set00", "set01"}


def test_a_file_of_a_newer_program_and_a_folder_without_one_are_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="give the folder that `qa start --out` made"):
        Store(tmp_path)
    with sqlite3.connect(store.database.path) as other:
        other.execute("PRAGMA user_version = 9")
    other.close()
    with pytest.raises(RunError, match="of version 9"):
        Store(store.run)
