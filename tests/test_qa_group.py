"""Sets of more captions than are compared pair by pair."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest

from cosyn_multi.gather.embed import Vectors, unit
from cosyn_multi.gather.neighbours import FLAT_BELOW
from cosyn_multi.qa.grouping import FLOOR, MOST_SETS, group, shape_of
from cosyn_multi.qa.store import Store

TOPICS, WIDTH = 300, 48


class Topics:
    """Captions of one topic point nearly the same way, those of two topics hardly."""

    name = "topics"

    def __call__(self, texts: Sequence[str]) -> Vectors:
        centres = np.random.default_rng(1).normal(size=(TOPICS, WIDTH))
        noise = np.random.default_rng(2).normal(size=(len(texts), WIDTH))
        return unit(centres[[int(t.split()[1]) for t in texts]] + 0.3 * noise)


def make(run: Path, captions: list[str]) -> Store:
    store = Store(run, make=True)
    digests = [hashlib.sha256(c.encode()).hexdigest() for c in captions]
    with store.database.writing() as db:
        images = [(d, place, "", f"images/{d}.png", 9, 9) for place, d in enumerate(digests)]
        db.executemany("INSERT INTO images VALUES (?, ?, ?, ?, ?, ?)", images)
        db.executemany("INSERT INTO captions VALUES (?, ?, 'file')", list(zip(digests, captions, strict=True)))
    return store


@pytest.mark.slow
def test_thousands_of_captions_make_the_same_sets_in_whatever_order_they_come(tmp_path: Path) -> None:
    captions = [f"topic {n % TOPICS} picture {n}" for n in range(FLAT_BELOW + 600)]
    topic = {hashlib.sha256(c.encode()).hexdigest(): c.split()[1] for c in captions}
    found = []
    for name, order in (("one", captions), ("two", Random(5).sample(captions, len(captions)))):
        store = make(tmp_path / name, order)
        formed = group(store, Topics(), shape_of(None, MOST_SETS, FLOOR), 7)
        assert (formed.alone, round(formed.mean, 1)) == (0, 2.7)
        members = "SELECT set_id, number, sha256 FROM members ORDER BY set_id, number"
        found.append([tuple(row) for row in store.database.all(members)])
        store.close()
    assert found[0] == found[1]
    by_set: dict[str, set[str]] = {}
    for set_id, _, digest in found[0]:
        by_set.setdefault(set_id, set()).add(topic[digest])
    assert sum(len(topics) == 1 for topics in by_set.values()) > 0.99 * len(by_set)
