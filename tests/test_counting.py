"""Counting texts by their digests gives what counting the texts gives."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest
from export_runs import image_set, make_run

from cosyn_multi.shards import counting
from cosyn_multi.shards.counting import Commonest, Distinct, hashed
from cosyn_multi.shards.read import open_run
from cosyn_multi.shards.stats import stats


def test_different_texts_are_counted_however_often_they_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "AT_ONCE", 7)
    rng = Random(1)
    texts = [str(rng.randrange(300)) for _ in range(1000)]
    distinct = Distinct()
    assert len(distinct) == 0
    for number, text in enumerate(texts, 1):
        distinct.add(text)
        if number % 250 == 0:
            assert len(distinct) == len(set(texts[:number]))


def test_the_commonest_text_is_found_and_of_several_the_first() -> None:
    commonest = Commonest()
    texts = ["9", "Yes", "No", "No", "Yes", "4"]
    for text in texts:
        commonest.add(text)
    assert commonest.found() == (hashed("Yes"), 2)
    assert Counter(texts).most_common(1) == [("Yes", 2)]
    assert len(commonest) == 6


def test_stats_names_the_commonest_answer_of_each_kind(tmp_path: Path) -> None:
    run = open_run(make_run(tmp_path / "run", [image_set(i) for i in range(7)], shard_size=3))
    answers: dict[str, Counter[str]] = {}
    for made in run:
        for question in made.questions:
            answers.setdefault(question.draft.kind, Counter())[question.text_answer] += 1
    expected = {
        kind: {"answer": counted.most_common(1)[0][0], "share": round(max(counted.values()) / counted.total(), 3)}
        for kind, counted in sorted(answers.items())
    }
    assert stats(run)["answer_balance"]["most_common_per_kind"] == expected
