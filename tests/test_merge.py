"""Runs joined into one: proved by `verify`, with ids unique, provenance kept and the caps held over the whole."""

import json
from collections import Counter
from pathlib import Path

import pytest
from commands import cosyn_multi
from export_runs import ENVIRONMENT, image_set, make_run

from cosyn_multi.checks.balanced import balance
from cosyn_multi.config import make_recipe
from cosyn_multi.errors import RunError
from cosyn_multi.merge import merge
from cosyn_multi.model import ImageSet
from cosyn_multi.shards.folder import RunFolder
from cosyn_multi.shards.read import open_run
from cosyn_multi.shards.rows import row_of
from cosyn_multi.shards.verify import Fault, verify


def two_runs(tmp_path: Path, *, again: int = 0) -> tuple[Path, Path]:
    """Runs of 6 and 5 sets; the last `again` sets of the second have ids of the first, but other pictures."""
    one = make_run(tmp_path / "one", [image_set(i) for i in range(6)])
    sets = [
        image_set(i, seed=3 if i >= 5 - again else 8, store=f"branch {i}", bags=range(200 + i, 206 + i))
        for i in range(5)
    ]
    sets = [
        s
        if s.id.startswith("8")
        else s.model_copy(
            update={"pictures": image_set(s.index, seed=8, bags=range(200 + s.index, 206 + s.index)).pictures}
        )
        for s in sets
    ]
    return one, make_run(tmp_path / "two", sets, seed=8)


def faults(run: Path) -> list[Fault]:
    return [f for f in verify(open_run(run)) if isinstance(f, Fault)]


def test_a_merged_run_proves_itself_and_keeps_each_sets_provenance(tmp_path: Path) -> None:
    one, two = two_runs(tmp_path)
    whole = merge([one, two], tmp_path / "whole")
    assert faults(tmp_path / "whole") == []
    made = {s.id: s for s in whole}
    assert sorted(made) == sorted(s.id for run in (one, two) for s in open_run(run))
    for run in (one, two):
        for before in open_run(run):
            assert made[before.id].provenance == before.provenance
    assert sorted(s.index for s in whole) == list(range(11))
    told = json.loads((tmp_path / "whole/manifest/merged.json").read_text())
    assert [(t["name"], t["sets"], t["first_set"], t["recipe"]["seed"]) for t in told] == [
        ("one", 6, 0, 3),
        ("two", 5, 6, 8),
    ]
    assert "# whole" in (tmp_path / "whole/README.md").read_text()


def test_the_same_id_in_two_runs_becomes_two_ids(tmp_path: Path) -> None:
    one, two = two_runs(tmp_path, again=2)
    whole = merge([one, two], tmp_path / "whole")
    ids = [s.id for s in whole]
    assert len(set(ids)) == len(ids) == 11 and {"3-000003", "r2-3-000003", "r2-3-000004"} <= set(ids)
    assert faults(tmp_path / "whole") == []
    renamed = whole.get("r2-3-000004")
    assert row_of(renamed)["images"][0]["path"] == "r2-3-000004-1.png"


def test_a_set_that_stands_in_both_runs_comes_once(tmp_path: Path) -> None:
    one, _ = two_runs(tmp_path)
    same = make_run(tmp_path / "same", [image_set(i) for i in range(4)])
    whole = merge([one, same], tmp_path / "whole")
    assert len(whole) == 6 and faults(tmp_path / "whole") == []
    reasons = Counter(r.reason for r in whole.rejects())
    assert reasons["picture_of_another_set"] == 4
    assert sum(r.yields["dropped_sets"] for r in whole.records) == 4


def test_what_each_run_dropped_is_kept_under_its_new_index(tmp_path: Path) -> None:
    one, two = two_runs(tmp_path)
    whole = merge([one, two], tmp_path / "whole")
    flips = [r.set_index for r in whole.rejects() if r.reason == "comparison_flips"]
    assert flips == list(range(11))
    assert sum(r.yields["drafts"] for r in whole.records) == 11 * 6


def tilted(seed: int) -> list[ImageSet]:
    """Three sets that answer 999, as often as a run may, and of which all say Yes."""
    return [image_set(i, seed=seed, bags=(10 + i, 20, 40, 30, 50, 849 - i)) for i in range(3)]


def test_the_caps_hold_over_the_whole_as_if_it_were_one_shard(tmp_path: Path) -> None:
    runs = [make_run(tmp_path / str(seed), tilted(seed), seed=seed) for seed in (1, 3, 5)]
    before = [s for run in runs for s in open_run(run)]
    assert Counter(q.text_answer for s in before for q in s.questions)["999"] == 9, (
        "three of each run, which is its cap"
    )
    whole = list(merge(runs, tmp_path / "whole"))
    answers = Counter((q.draft.kind, q.text_answer) for s in whole for q in s.questions)
    assert answers["aggregate", "999"] == 3
    yes, no = answers["compare_pair", "Yes"], answers["compare_pair", "No"]
    assert yes <= no + 1 and no <= yes + 1
    indexed = [s.model_copy(update={"index": n}) for n, s in enumerate(before)]
    expected, _ = balance(indexed, 0)
    texts = [[q.draft.text for q in s.questions] for s in expected]
    assert [[q.draft.text for q in s.questions] for s in whole] == [t for t in texts if t]
    assert faults(tmp_path / "whole") == []


def test_a_merged_run_can_be_merged_again_and_cannot_grow(tmp_path: Path) -> None:
    one, two = two_runs(tmp_path)
    merge([one, two], tmp_path / "whole")
    third = make_run(tmp_path / "third", [image_set(i, seed=11) for i in range(3)], seed=11)
    assert len(merge([tmp_path / "whole", third], tmp_path / "more")) == 14
    assert faults(tmp_path / "more") == []
    folder = RunFolder(tmp_path / "whole")
    with pytest.raises(RunError, match="is a merge of other runs and can't grow"):
        folder.start(folder.recipe(), 20, ENVIRONMENT)


def test_runs_of_different_authors_join_and_an_uncaged_one_leaves_its_mark(tmp_path: Path) -> None:
    one, two = two_runs(tmp_path)
    folder = RunFolder(two)
    folder.record_uncaged()
    recipe = make_recipe(**{**folder.recipe().model_dump(), "author": "llm", "model": "some-model"})
    from cosyn_multi.config import dump_config

    folder.config.write_text(dump_config(recipe, folder.sets()))
    merge([one, two], tmp_path / "whole")
    assert json.loads((tmp_path / "whole/manifest.json").read_text())["unsafe_no_sandbox"] is True
    assert RunFolder(tmp_path / "whole").recipe().author == "offline"


def test_what_cannot_be_joined_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = two_runs(tmp_path)
    open_one = make_run(tmp_path / "open", [image_set(i, seed=4) for i in range(4)], seed=4)
    (open_one / "run.toml").write_text((open_one / "run.toml").read_text().replace("sets = 4", "sets = 8"))
    cut = make_run(tmp_path / "cut", [image_set(i, seed=5) for i in range(4)], seed=5)
    (shard,) = cut.rglob("*.parquet")
    shard.write_bytes(shard.read_bytes()[: shard.stat().st_size // 2])
    (tmp_path / "there").mkdir()
    (tmp_path / "there/mine").touch()
    out = tmp_path / "whole"
    for runs, to, said in (
        ([one], out, "takes two runs or more"),
        ([one, tmp_path / "one"], out, "is given twice"),
        ([one, tmp_path], out, "no run here"),
        ([one, open_one], out, "isn't finished (4 of 8 sets are there)"),
        ([one, cut], out, "isn't finished (shard 0 lacks files or sets)"),
        ([one, two], tmp_path / "there", "is there already"),
    ):
        before = sorted(tmp_path.iterdir())
        code, _, told = cosyn_multi(capsys, "merge", *runs, "--out", to)
        assert code == 2 and said in told and len(told.splitlines()) == 1, told
        assert sorted(tmp_path.iterdir()) == before
    code, told, _ = cosyn_multi(capsys, "merge", one, two, "--out", out)
    assert code == 0 and told.startswith("11 sets, 22 images")
