"""What a cluster would do: arithmetic that can be done in one's head, and figures that are really measured."""

import json
import tempfile
from pathlib import Path

import pytest
from test_cli import cosyn, one_line

from cosyn_multi.planning import Pace, Sizes, grown, last_that_pays, stops
from cosyn_multi.planning.growth import contention, per_worker
from cosyn_multi.planning.pace import kept_at, measure

SIZES = Sizes(bytes=1000, sets=0.9, images=2.7, questions=9)


def pace(one: float = 1, two: float = 2, start_s: float = 0, close_s: float = 0, head_bytes_s: float = 1e9) -> Pace:
    return Pace(
        one=one, two=two, start_s=start_s, close_s=close_s, head_bytes_s=head_bytes_s, sizes=SIZES, tried=2, cores=2, load=0
    )  # fmt: skip


def test_workers_that_do_not_meet_make_a_node_as_fast_as_it_has_cores() -> None:
    assert contention(pace(one=1, two=2)) == 0
    assert per_worker(pace(), 8) == 1
    assert grown(pace(), 3600, 1, cores=4, nodes=1, by_head=False).hours == pytest.approx(0.25)


def test_two_workers_that_are_as_fast_as_one_mean_that_more_cores_bring_nothing() -> None:
    shared = pace(one=1, two=1)
    assert contention(shared) == 1
    assert 8 * per_worker(shared, 8) == pytest.approx(1)
    assert grown(shared, 3600, 1, cores=8, nodes=2, by_head=False).hours == pytest.approx(0.5)


def test_two_workers_faster_than_twice_one_are_not_believed() -> None:
    assert contention(pace(one=1, two=2.4)) == 0


def test_start_and_closing_count_once_per_worker_and_once_per_set() -> None:
    slow = pace(start_s=100, close_s=1)
    assert grown(slow, 20, 10, cores=2, nodes=1, by_head=False).hours * 3600 == pytest.approx(100 + 10 * 2)


def test_it_stops_growing_when_each_worker_has_one_shard() -> None:
    rows = stops(pace(), sets=1024, shard_size=64, cores=4, nodes=3, by_head=False)
    assert last_that_pays(rows).workers == 16
    assert rows[-1].limit == "16 whole shards for 32 workers"
    assert [r.nodes for r in rows] == [1, 2, 3, 4, 8]
    assert rows[0].limit == "workers"


def test_a_head_that_writes_all_is_as_fast_as_it_writes() -> None:
    slow = pace(head_bytes_s=2000)
    row = grown(slow, 1000, 10, cores=10, nodes=10, by_head=True)
    assert row.limit == "the head, which writes all"
    assert row.hours * 3600 == pytest.approx(1000 / 2 + 10)
    assert grown(slow, 1000, 10, cores=10, nodes=10, by_head=False).limit == "workers"


def test_figures_that_were_taken_on_a_busy_machine_say_so() -> None:
    assert "other work" not in pace().how
    assert "--again" in pace().model_copy(update={"load": 3.0}).how


def test_the_command_uses_what_is_kept_and_adds_the_dollars_of_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept = kept_at()
    kept.parent.mkdir()
    kept.write_text(pace().model_dump_json())
    options = ["--nodes", "16", "--cores", "8", "--author", "llm", "--model", "claude-haiku-5-5", "--json"]
    told = json.loads(cosyn("plan", "-n", "188000", *options, env={"TMPDIR": str(tmp_path)}).stdout)
    assert told["hours"] == pytest.approx(188000 / 128 / 3600, rel=0.2)
    assert told["bytes"] == 188_000_000
    assert told["dollars for answers"]["batch"] < told["dollars for answers"]["realtime"]
    assert told["stops growing"] == 128
    printed = cosyn("plan", "-n", "1000", env={"TMPDIR": str(tmp_path)}).stdout
    assert "limited by" in printed and "none" in printed


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--author", "lm"], "Did you mean 'llm'?"),
        (["--author", "llm"], "--model: missing"),
        (["--from", "nowhere"], "no run here"),
    ],
)
def test_a_plan_that_cannot_be_made_is_one_line(options: list[str], said: str) -> None:
    assert said in one_line(cosyn("plan", "-n", "10", *options))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_measurement_times_real_runs(tmp_path: Path) -> None:
    found = measure(tmp_path, sets=2)
    assert found.one > 0 and found.two > 0 and found.start_s > 0 and found.close_s > 0
    assert found.sizes.images >= 2 and found.sizes.bytes > 1000
