"""5,000 annotations in five languages whose concepts are known: what the sets get right, and what each half alone does."""

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import points_made
import pytest

from cosyn_multi.gather import Item, Shape, Similarity, embedder, form_sets
from cosyn_multi.gather.neighbours import nearest, recall
from cosyn_multi.gather.similarity import Measure
from cosyn_multi.points.cluster import ClusterOptions
from cosyn_multi.points.heads import Heads
from cosyn_multi.points.normalise import Normaliser

OPTIONS = ClusterOptions()
FLOORS = (0.6, 0.65, 0.7, 0.75)


class Score(NamedTuple):
    """Of the pairs that sets make, the share of one concept; of the annotations, the share that stands with a true
    partner under another wording, and the share that stands in any set."""

    precision: float
    reach: float
    covered: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.reach / (self.precision + self.reach)


class Proof:
    def __init__(self) -> None:
        rows = [m for m in points_made.annotations(5000) if m.row["points"]]
        self.normalise = Normaliser(OPTIONS.vocabulary)
        forms = [self.normalise(m.row["label"]) for m in rows]
        self.items = [Item(f"k{i:05d}", m.row["image_sha256"], forms[i]) for i, m in enumerate(rows)]
        self.concepts = [m.concept for m in rows]
        self.texts = sorted(set(forms))
        heads = Heads(OPTIONS.vocabulary)
        self.whole = embedder("sentence")(self.texts)
        self.heads = embedder("token")([heads(t) for t in self.texts])

    def similarity(self, word_weight: float) -> Similarity:
        measures = [Measure("label", self.whole, 1 - word_weight), Measure("head", self.heads, word_weight)]
        return Similarity(self.texts, measures)

    def score(self, word_weight: float, floor: float) -> Score:
        shape = Shape(floor=floor)
        formed = form_sets(self.items, self.similarity(word_weight), shape, 0, self.normalise.may_meet)
        pairs = [p for s in formed.sets for p in combinations(s.members, 2)]
        true = [(a, b) for a, b in pairs if self.concepts[a] == self.concepts[b]]
        other = {m for a, b in true if self.items[a].text != self.items[b].text for m in (a, b)}
        covered = {m for s in formed.sets for m in s.members}
        n = len(self.items)
        return Score(len(true) / len(pairs), len(other) / n, len(covered) / n)

    def best(self, word_weight: float, floors: Sequence[float] = FLOORS) -> Score:
        return max((self.score(word_weight, f) for f in floors), key=lambda s: s.f1)


@pytest.fixture(scope="module")
def proof() -> Proof:
    return Proof()


@pytest.mark.slow
def test_most_pairs_are_of_one_concept_and_nearly_all_annotations_are_covered(proof: Proof) -> None:
    found = proof.score(OPTIONS.word_weight, OPTIONS.shape.floor)
    assert found.precision > 0.95
    assert found.reach > 0.7
    assert found.covered > 0.95


@pytest.mark.slow
def test_both_embeddings_together_beat_each_alone(proof: Proof) -> None:
    both, label, head = (proof.best(w) for w in (OPTIONS.word_weight, 0.0, 1.0))
    assert both.f1 > label.f1
    assert both.f1 > head.f1


@pytest.mark.slow
def test_left_and_right_red_and_blue_never_share_a_set(proof: Proof) -> None:
    similarity = proof.similarity(OPTIONS.word_weight)
    formed = form_sets(proof.items, similarity, OPTIONS.shape, 0, proof.normalise.may_meet)
    for one, other in (("left glove", "right glove"), ("red balloon", "blue balloon")):
        assert not [s for s in formed.sets if {one, other} <= {proof.concepts[m] for m in s.members}]


@pytest.mark.slow
def test_on_labels_the_graph_finds_nearly_all_true_neighbours(proof: Proof) -> None:
    sample = np.arange(0, len(proof.texts), 7)
    assert recall(proof.whole, nearest(proof.whole, 24, flat_below=10), sample) > 0.95
