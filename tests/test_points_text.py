"""Points as text and back, and what a training loop draws."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cosyn_multi.pointing.text_form import NONE, STYLES, Separator, Style, thousandths
from cosyn_multi.points import PointSampler, Sampling, parse, write
from cosyn_multi.points.phrasings import phrasings

percents = st.floats(-0.5, 100.5, allow_nan=False)
sets = st.lists(st.lists(st.tuples(percents, percents), max_size=8), min_size=1, max_size=5)
labels = st.text(min_size=1, max_size=30).filter(lambda t: "Answer:" not in t)


@given(sets, labels, st.sampled_from(STYLES), st.sampled_from([";", "\t"]))
def test_what_is_written_is_read_back(images: list[Any], label: str, style: Style, separator: Separator) -> None:
    text = write(images, label, style, separator)
    found = parse(text)
    total = sum(map(len, images))
    if not total:
        assert text == NONE
        assert found.total == 0
    elif style == "count":
        assert (found.total, found.points) == (total, {})
    else:
        due = {n: tuple(sorted((thousandths(x), thousandths(y)) for x, y in p)) for n, p in enumerate(images, 1) if p}
        assert found.points == due
        assert found.label == label
        assert found.total == (None if style == "point" else total)


def test_the_form_is_the_one_of_the_public_data() -> None:
    images = [[(64.1, 11.8), (20.5, 33.0)], [], [(7.7, 90.2)]]
    assert write(images, "label") == '<points coords="1 1 205 330 2 641 118;3 3 077 902">label</points>'
    assert (
        write(images, "label", separator="\t") == '<points coords="1 1 205 330 2 641 118\t3 3 077 902">label</points>'
    )
    assert write([[(100, 0.04)]], "x") == '<points coords="1 1 1000 000">x</points>'


@pytest.mark.parametrize(
    ("percent", "written"),
    [(0, 0), (100, 1000), (99.95, 1000), (99.94, 999), (100.4, 1000), (-0.1, 0), (12.45, 124), (12.35, 124), (0.05, 0), (0.15, 2)],
)  # fmt: skip
def test_halves_go_to_even_and_what_lies_outside_is_clamped(percent: float, written: int) -> None:
    assert thousandths(percent) == written


@pytest.mark.parametrize(
    "text",
    ["", "many", '<points coords="">x</points>', '<points coords="1 1 205">x</points>', '<points coords="2 1 1 1;1 2 1 1">x</points>',
     '<points coords="1 2 205 330">x</points>', '<points coords="1 1 205 1001">x</points>', '<points coords="1 1 a b">x</points>',
     'Counting the <points coords="1 1 205 330">x</points> shows a total of 2.'],
)  # fmt: skip
def test_what_is_off_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse(text)


def row(name: str, *counts: int) -> dict[str, Any]:
    points = [[{"x": 10.0 + i, "y": 20.0 + i} for i in range(count)] for count in counts]
    return {
        "id": name,
        "points": points,
        "labels": [f"label {i}" for i in range(len(counts))],
        "canonical_label": "canon",
    }


ROWS = [row(f"s{i}", 1 + i % 3, 2, 0 if i % 4 == 0 else 1) for i in range(400)]


def test_the_same_seed_and_epoch_draw_the_same_and_another_epoch_does_not() -> None:
    first, again = PointSampler(ROWS, seed=3), PointSampler(ROWS, seed=3)
    drawn = [first[i] for i in range(len(first))]
    assert [again[i] for i in reversed(range(len(again)))] == drawn[::-1]
    again.set_epoch(1)
    assert sum(again[i] != drawn[i] for i in range(len(drawn))) > 300
    assert sum(PointSampler(ROWS, seed=4)[i] != drawn[i] for i in range(len(drawn))) > 300


def test_targets_tell_what_the_row_says_of_the_chosen_images() -> None:
    sampler = PointSampler(ROWS, seed=5)
    for i in range(len(sampler)):
        drawn = sampler[i]
        assert list(drawn.images) == sorted(set(drawn.images))
        found = parse(drawn.target)
        counts = [len(ROWS[i]["points"][k]) for k in drawn.images]
        if drawn.style != "count" and any(counts):
            assert {n: len(p) for n, p in found.points.items()} == {n: c for n, c in enumerate(counts, 1) if c}
        if found.total is not None:
            assert found.total == sum(counts)
        assert drawn.label in drawn.prompt


def test_shares_of_labels_images_styles_and_absences_are_as_asked() -> None:
    rows = [row(f"s{i}", 2, 1, 0) for i in range(3000)]
    drawn = [PointSampler(rows, seed=1, sampling=Sampling(p_original=0.3, p_negative=0.2))[i] for i in range(len(rows))]
    assert abs(sum(d.label != "canon" for d in drawn) / 3000 - 0.3) < 0.03
    assert abs(sum(d.target == NONE for d in drawn) / 3000 - 0.2) < 0.03
    whole = [d for d in drawn if d.target != NONE]
    assert 0.45 < sum(len(d.images) == 3 for d in whole) / len(whole) < 0.65  # half, and parts that would hold nothing
    assert abs(len([d for d in drawn if d.style == "point"]) / 3000 - 0.4) < 0.03


def test_absence_is_never_claimed_where_every_image_has_points() -> None:
    rows = [row(f"s{i}", 1, 1) for i in range(500)]
    sampler = PointSampler(rows, seed=2, sampling=Sampling(p_negative=1))
    assert not [i for i in range(500) if sampler[i].target == NONE]


def test_no_target_holds_more_than_sixty_points() -> None:
    rows = [row(f"s{i}", 40, 30, 61) for i in range(200)]
    sampler = PointSampler(rows, seed=2)
    for i in range(200):
        drawn = sampler[i]
        assert drawn.style == "count" or sum(map(len, parse(drawn.target).points.values())) <= 60


def test_every_style_has_twelve_wordings_with_one_place_for_the_label() -> None:
    assert set(phrasings()) == set(STYLES)
    for texts in phrasings().values():
        assert len(set(texts)) == len(texts) >= 12
        assert all(t.count("{label}") == 1 and "Answer:" not in t for t in texts)


def test_an_index_beyond_the_rows_ends_a_loop_and_odd_weights_are_refused() -> None:
    assert len(list(PointSampler(ROWS))) == len(ROWS)
    with pytest.raises(ValidationError, match="not all 0"):
        Sampling(weights={"point": 0})
