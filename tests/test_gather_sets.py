"""Soft sets, with vectors made here so that every similarity can be worked out in one's head."""

from collections import Counter
from itertools import combinations
from random import Random

import numpy as np
import pytest

from cosyn_multi.errors import ConfigError
from cosyn_multi.gather import Item, Shape, Similarity, form_sets
from cosyn_multi.gather.neighbours import nearest, recall
from cosyn_multi.gather.sets import sized
from cosyn_multi.gather.similarity import Measure


def directions(texts: dict[str, tuple[float, ...]]) -> Similarity:
    rows = np.array([texts[t] for t in sorted(texts)], dtype=np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return Similarity(sorted(texts), [Measure("made", rows, 1.0)])


WORLD = directions(
    {"car": (1, 0, 0), "red car": (0.9, 0.3, 0), "tree": (0, 1, 0), "oak": (0.05, 1, 0.1), "sea": (0, 0, 1)}
)


def items(seed: int, count: int, images: int) -> list[Item]:
    random = Random(seed)
    return [
        Item(f"k{i}", f"image{random.randrange(images)}", random.choice(["car", "red car", "tree", "oak", "sea"]))
        for i in range(count)
    ]


def test_sets_hold_two_to_five_different_images_near_each_other() -> None:
    given = items(1, 600, 200)
    formed = form_sets(given, WORLD, Shape(floor=0.8), seed=7)
    assert formed.sets
    for made in formed.sets:
        assert 2 <= len(made.members) <= 5
        assert len({given[m].image for m in made.members}) == len(made.members)
        assert len(made.similarities) == len(list(combinations(made.members, 2)))
        assert min(made.similarities) >= 0.8
        assert len({given[m].text in ("car", "red car") for m in made.members}) == 1


def test_sizes_follow_the_histogram_and_nearly_all_are_covered() -> None:
    given = items(2, 3000, 2500)
    formed = form_sets(given, WORLD, Shape(floor=0.8), seed=7)
    sizes = Counter(len(s.members) for s in formed.sets)
    mean = sum(n * c for n, c in sizes.items()) / sum(sizes.values())
    assert abs(mean - Shape().mean) < 0.1
    covered = {m for s in formed.sets for m in s.members}
    assert len(covered) >= 0.99 * len(given)
    assert len(covered) + len(formed.alone) == len(given)


def test_no_image_and_no_item_is_used_beyond_its_cap() -> None:
    given = items(3, 800, 60)
    formed = form_sets(given, WORLD, Shape(floor=0.8, per_item=2, per_image=5), seed=7)
    assert max(Counter(m for s in formed.sets for m in s.members).values()) <= 2
    assert max(Counter(given[m].image for s in formed.sets for m in s.members).values()) <= 5


def test_the_order_of_the_rows_changes_nothing_and_the_seed_does() -> None:
    given = items(4, 500, 150)
    shuffled = Random(9).sample(given, len(given))
    ids = [
        [s.id for s in form_sets(rows, WORLD, Shape(floor=0.8), seed=s).sets]
        for rows, s in ((given, 1), (shuffled, 1), (given, 2))
    ]
    assert ids[0] == ids[1]
    assert ids[0] != ids[2]


def test_one_image_twice_with_the_same_label_makes_no_set() -> None:
    twins = [Item("a", "same", "car"), Item("b", "same", "car")]
    formed = form_sets(twins, WORLD, Shape(), seed=0)
    assert formed.sets == []
    assert formed.alone == (0, 1)


def test_a_veto_keeps_near_texts_apart() -> None:
    given = items(5, 400, 300)
    formed = form_sets(given, WORLD, Shape(floor=0.8), seed=1, may_meet=lambda a, b: ("red" in a) == ("red" in b))
    assert all(len({"red" in given[m].text for m in s.members}) == 1 for s in formed.sets)


def test_a_chain_of_near_texts_is_not_one_set() -> None:
    chain = directions({"a": (1, 0), "b": (0.8, 0.6), "c": (0.28, 0.96)})  # a-b 0.8, b-c 0.8, a-c 0.28
    given = [Item(f"k{i}", f"i{i}", t) for i, t in enumerate("abc" * 5)]
    formed = form_sets(given, chain, Shape(floor=0.7), seed=1)
    assert not [s for s in formed.sets if {"a", "c"} <= {given[m].text for m in s.members}]


def test_what_no_embedder_knows_is_near_itself_only() -> None:
    unknown = directions({"car": (1, 0), "zzz": (0, 0)})
    given = [Item(f"k{i}", f"i{i}", t) for i, t in enumerate(["car", "zzz", "zzz", "car"])]
    formed = form_sets(given, unknown, Shape(floor=0.5), seed=1)
    assert sorted(tuple(sorted(s.members)) for s in formed.sets) == [(0, 3), (1, 2)]


@pytest.mark.parametrize("text", ["1:50,2:50", "2:0", "many", "2:1,6:1", ""])
def test_a_histogram_that_makes_no_sense_is_refused_by_name(text: str) -> None:
    with pytest.raises(ConfigError, match="--sizes"):
        sized(text)


def test_the_graph_finds_what_comparing_all_pairs_finds() -> None:
    rng = np.random.default_rng(3)
    centres = rng.normal(size=(300, 32))
    rows = (centres[rng.integers(0, 300, 4000)] + 0.4 * rng.normal(size=(4000, 32))).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    found = nearest(rows, 10, flat_below=100)
    again = nearest(rows, 10, flat_below=100)
    assert (found.ids == again.ids).all()
    assert recall(rows, found, np.arange(0, 4000, 20)) > 0.95
    exact = nearest(rows, 10, flat_below=10_000)
    assert recall(rows, exact, np.arange(0, 4000, 20)) > 0.999


def test_equal_rows_are_neighbours_and_zero_rows_have_none() -> None:
    rows = np.array([[1, 0], [1, 0], [0, 1], [0, 0]], dtype=np.float32)
    found = nearest(rows, 2)
    assert found.ids[0].tolist() == [1, 2]
    assert found.ids[2].tolist() == [0, 1]
    assert found.ids[3].tolist() == [-1, -1]


def test_single_words_are_near_by_meaning_and_by_letters() -> None:
    from cosyn_multi.gather import embedder

    words = ["waterfall", "waterfal", "cascada", "bicycle"]
    vectors = embedder("token")(words)
    assert vectors.shape[0] == 4
    cosines = vectors @ vectors.T
    assert cosines[0, 1] > 0.5  # a misspelling
    assert cosines[0, 2] > 0.5  # Spanish
    assert cosines[0, 3] < 0.4


@pytest.mark.slow
def test_english_words_have_static_vectors_and_others_have_none() -> None:
    from cosyn_multi.gather import word_embedder

    vectors = word_embedder()(["red car", "car", "滝"])
    assert float(vectors[0] @ vectors[1]) > 0.7
    assert not vectors[2].any()
