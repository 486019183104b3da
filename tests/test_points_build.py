"""From annotations to Parquet: the steps, alone and together, bad input, a model's judgement."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import points_made
import pyarrow.parquet as pq
import pytest
from llm_server import KEY, LlmServer, Say, serving

from cosyn_multi.errors import ConfigError, RunError
from cosyn_multi.gather.downloads import Fetched
from cosyn_multi.llm.office import LlmOptions
from cosyn_multi.points.annotations import Annotation, Refused, read_annotations
from cosyn_multi.points.assemble import AssembleOptions, assemble
from cosyn_multi.points.build import build, normalise, options_of
from cosyn_multi.points.canonical import canonical, medoid
from cosyn_multi.points.cluster import ClusterOptions
from cosyn_multi.points.folder import PointsFolder
from cosyn_multi.points.images import ImageStore
from cosyn_multi.points.training import rows_of

MADE = points_made.annotations(400)
GOOD = {
    "image_url": "https://images.example/a.png",
    "image_sha256": "aa",
    "points": [{"x": 1.0, "y": 2.0}],
    "count": 1,
    "label": "car",
}


def say(line: str) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("points")
    rows = points_made.write_rows(folder / "rows.jsonl", MADE)
    build(folder / "run", [rows], ClusterOptions(seed=3), None, AssembleOptions(), say)
    return folder / "run"


@pytest.fixture
def run(whole: Path, tmp_path: Path) -> PointsFolder:
    shutil.copytree(whole, tmp_path / "run")
    return PointsFolder(tmp_path / "run")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LlmServer]:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    with serving() as found:
        yield found


def all_rows(run: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(sorted((run / "data").glob("*.parquet"))[0]).to_pylist()
    return found


def test_the_public_columns_come_first_and_lists_are_aligned(whole: Path) -> None:
    names = pq.read_schema(whole / "data" / "train-00000.parquet").names
    assert names[:6] == ["image_urls", "image_sha256s", "points", "counts", "labels", "collection_method"]
    assert names[6:] == ["id", "normalized_labels", "canonical_label", "label_accepted", "similarity", "provenance"]
    rows = all_rows(whole)
    assert len(rows) > 50
    for row in rows:
        size = len(row["labels"])
        assert 2 <= size <= 5
        assert {
            len(row[c])
            for c in ("image_urls", "image_sha256s", "points", "counts", "collection_method", "normalized_labels")
        } == {size}
        assert row["counts"] == [len(p) for p in row["points"]]
        assert len(set(row["image_sha256s"])) == size
        assert len(row["similarity"]) == size * (size - 1) // 2
        assert row["canonical_label"] in row["normalized_labels"]
        assert row["label_accepted"] == [None] * size
        assert json.loads(row["provenance"])["canonical_by"] == "medoid"


def test_an_image_annotated_with_the_label_and_no_points_joins_as_one_without_the_thing(tmp_path: Path) -> None:
    rows = [GOOD | {"image_sha256": f"{i:02d}", "label": ("car", "cars")[i % 2]} for i in range(3)]
    rows += [GOOD | {"image_sha256": "none", "label": "the car", "points": [], "count": 0}]
    rows += [GOOD | {"image_sha256": "other", "label": "red car", "points": [], "count": 0}]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(r) for r in rows) + "\n")
    build(tmp_path / "run", [file], ClusterOptions(), None, AssembleOptions(), say)
    absent = [
        row["image_sha256s"][i] for row in all_rows(tmp_path / "run") for i, n in enumerate(row["counts"]) if n == 0
    ]
    assert absent == ["none"]


def test_no_set_is_without_any_point(whole: Path) -> None:
    assert not [r for r in all_rows(whole) if not any(r["counts"])]


def test_rows_in_another_order_and_another_form_make_the_same_sets(whole: Path, tmp_path: Path) -> None:
    import pyarrow as pa

    shuffled = [m.row for m in Random(4).sample(MADE, len(MADE))]
    pq.write_table(pa.Table.from_pylist(shuffled), tmp_path / "rows.parquet")
    build(tmp_path / "again", [tmp_path / "rows.parquet"], ClusterOptions(seed=3), None, AssembleOptions(), say)
    file = "data/train-00000.parquet"
    assert (tmp_path / "again" / file).read_bytes() == (whole / file).read_bytes()


def test_a_step_that_runs_again_writes_the_same_and_takes_away_what_rests_on_it(run: PointsFolder, whole: Path) -> None:
    normalise(run, say)
    assert not (run.path / "canonical.jsonl").exists()
    with pytest.raises(RunError, match="points canonical"):
        assemble(run, AssembleOptions(), say)
    canonical(run, options_of(run), None, say)
    assemble(run, AssembleOptions(), say)
    file = "data/train-00000.parquet"
    assert (run.path / file).read_bytes() == (whole / file).read_bytes()


def test_more_sets_than_there_are_is_told_and_nothing_is_copied(tmp_path: Path) -> None:
    rows = points_made.write_rows(tmp_path / "rows.jsonl", MADE[:60])
    told: list[str] = []
    build(tmp_path / "run", [rows], ClusterOptions(sets=500), None, AssembleOptions(), told.append)
    assert [line for line in told if "-n 500: only" in line]
    ids = [r["id"] for r in all_rows(tmp_path / "run")]
    assert len(set(ids)) == len(ids) < 500


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"points": [{"x": 101.0, "y": 2.0}]}, "point_outside"),
        ({"points": [{"x": -3, "y": 2.0}]}, "point_outside"),
        ({"points": [{"x": None, "y": 2.0}]}, "bad_points"),
        ({"points": [{"x": float("nan"), "y": 2.0}]}, "bad_points"),
        ({"points": "here"}, "bad_points"),
        ({"count": 3}, "count_differs"),
        ({"label": "  "}, "empty_label"),
        ({"label": "?!"}, "empty_label"),
        ({"label": None}, "empty_label"),
        ({"label": "x" * 301}, "long_label"),
        ({"label": "the Answer: 4"}, "reserved_text"),
        ({"image_url": "", "image_sha256": None}, "no_image"),
        ({"image_path": "not/there.png"}, "unreadable_image"),
    ],
)
def test_a_row_that_is_wrong_is_left_out_with_its_reason(change: dict[str, Any], reason: str, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(r) for r in (GOOD, GOOD | change, GOOD)) + "\n{broken\n")
    found = list(read_annotations([file]))
    assert [type(f) for f in found] == [Annotation, Refused, Refused, Refused]
    assert [f.reason for f in found[1:] if isinstance(f, Refused)] == [reason, "twice", "bad_row"]
    assert all(isinstance(f, Refused) and f.detail and f.where.startswith("rows.jsonl:") for f in found[1:])


def test_a_point_at_the_very_edge_is_moved_onto_it(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(GOOD | {"points": [{"x": 100.4, "y": -0.1}]}) + "\n")
    (found,) = read_annotations([file])
    assert isinstance(found, Annotation)
    assert found.points == ((100.0, 0.0),)


@pytest.mark.parametrize("missing", ["points", "label", "image_url"])
def test_a_missing_column_is_one_clear_line(missing: str, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(
        json.dumps({k: v for k, v in GOOD.items() if k != missing and not (missing == "image_url" and "image" in k)})
        + "\n"
    )
    with pytest.raises(ConfigError, match=f"no column {missing}"):
        list(read_annotations([file]))


def test_what_is_left_out_is_counted_and_an_image_under_two_addresses_is_one(tmp_path: Path) -> None:
    rows = [GOOD | {"image_url": f"https://images.example/{i}.png"} for i in range(3)] + [GOOD | {"count": 2}]
    rows += [GOOD | {"image_sha256": "bb", "label": "cars"}]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(r) for r in rows) + "\n")
    told: list[str] = []
    build(tmp_path / "run", [file], ClusterOptions(), None, AssembleOptions(), told.append)
    numbers = PointsFolder(tmp_path / "run").numbers()
    assert numbers["read"]["left_out"] == {"count_differs": 1, "twice": 2}
    assert numbers["read"]["annotations"] + 3 == len(rows)
    assert len((tmp_path / "run" / "rejects" / "read.jsonl").read_text().splitlines()) == 3
    (row,) = all_rows(tmp_path / "run")
    assert sorted(row["image_sha256s"]) == ["aa", "bb"]


def test_an_unknown_embedder_is_told_before_anything_is_written(tmp_path: Path) -> None:
    rows = points_made.write_rows(tmp_path / "rows.jsonl", MADE[:9])
    with pytest.raises(ConfigError, match="Did you mean 'word'"):
        build(tmp_path / "run", [rows], ClusterOptions(word="words"), None, AssembleOptions(), say)
    assert not (tmp_path / "run").exists()


def test_pictures_that_rows_bring_are_kept_and_embedded(tmp_path: Path) -> None:
    rows = []
    for i in range(4):
        points = [{"x": 20.0 + i, "y": 30.0}]
        (tmp_path / f"{i}.png").write_bytes(points_made.picture(points, i))
        rows.append({"image_path": f"{i}.png", "points": points, "label": ("car", "cars")[i % 2]})
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(r) for r in rows) + "\n")
    build(tmp_path / "run", [file], ClusterOptions(), None, AssembleOptions(embed_images=True), say)
    for row in all_rows(tmp_path / "run"):
        assert [i["bytes"][:4] for i in row["images"]] == [b"\x89PNG"] * len(row["labels"])
    assert next(rows_of(tmp_path / "run"))["id"]


def test_embedding_pictures_that_were_never_fetched_says_what_to_do(run: PointsFolder) -> None:
    with pytest.raises(RunError, match="points fetch"):
        assemble(run, AssembleOptions(embed_images=True), say)
    assert all_rows(run.path)  # what was there is still there


def test_dead_images_leave_their_sets_and_the_numbers_say_so(run: PointsFolder, whole: Path) -> None:
    before = all_rows(whole)
    store = ImageStore(run.path)
    pair = next(r for r in before if len(r["labels"]) == 2)
    for url in {*pair["image_urls"][:1], *[r["image_urls"][0] for r in before if len(r["labels"]) > 3][:5]}:
        store.note(Fetched(url, "dead", detail="status 404"))
    store.close()
    told: list[str] = []
    assemble(run, AssembleOptions(), told.append)
    numbers = run.numbers()["assemble"]
    assert numbers["lost"] >= 1
    assert numbers["shortened"] >= 1
    assert numbers["sets"] + numbers["lost"] + numbers["dropped"].get("under_two_images", 0) == len(before)
    assert [line for line in told if "shortened" in line]
    for row in all_rows(run.path):
        size = len(row["labels"])
        assert size >= 2
        assert len(row["similarity"]) == size * (size - 1) // 2


def test_the_medoid_is_nearest_to_all_and_the_one_written_most_among_equals() -> None:
    assert medoid(["car", "auto", "bus"], [0.9, 0.5, 0.4]) == "car"
    assert medoid(["cab", "car", "car"], [0.9, 0.9, 1.0]) == "car"


def judging(params: dict[str, Any]) -> Say:
    """Names the first label in upper case, and takes all but the last one where there are three or more."""
    labels = [line.partition(". ")[2] for line in params["messages"][0]["content"].splitlines()] if isinstance(params["messages"][0]["content"], str) else [
        line.partition(". ")[2] for line in params["messages"][0]["content"][0]["text"].splitlines()]  # fmt: skip
    belongs = list(range(1, len(labels) + (0 if len(labels) >= 3 else 1)))
    return Say(json.dumps({"canonical": labels[0].upper().strip("."), "belongs": belongs}))


def options(server: LlmServer, **more: Any) -> LlmOptions:
    return LlmOptions(llm="anthropic", model="claude-fable-5-2", base_url=server.url, timeout_s=30, **more)


@pytest.mark.slow
def test_a_model_names_sets_and_sends_images_away_and_is_paid_once(run: PointsFolder, server: LlmServer) -> None:
    server.answer = judging
    sets = list(run.read_lines(run.path / "sets.jsonl"))[:12]
    run.write_lines(run.path / "sets.jsonl", sets)
    canonical(run, options_of(run), options(server), say)
    asked = len(server.asked())
    assert 0 < asked <= 12
    named = list(run.read_lines(run.path / "canonical.jsonl"))
    dropped = list(run.read_lines(run.path / "rejects" / "canonical.jsonl"))
    assert len(named) + len(dropped) == 12
    assert [r for r in named if False in r["accepted"]]
    assemble(run, AssembleOptions(), say)
    for row in all_rows(run.path):
        assert all(row["label_accepted"])
        assert json.loads(row["provenance"])["canonical_by"] == "model claude-fable-5-2"
    canonical(run, options_of(run), options(server, replay=True), say)
    assert list(run.read_lines(run.path / "canonical.jsonl")) == named
    assert len(server.asked()) == asked


def test_an_answer_that_makes_no_sense_drops_the_set_with_a_reason(run: PointsFolder, server: LlmServer) -> None:
    run.write_lines(run.path / "sets.jsonl", list(run.read_lines(run.path / "sets.jsonl"))[:3])
    server.script = [
        Say('{"canonical": "x", "belongs": [99]}'), Say("no idea"), Say('{"canonical": "Answer: car", "belongs": [1, 2]}'),
    ]  # fmt: skip
    canonical(run, options_of(run), options(server, at_once=1), say)
    reasons = [r["reason"] for r in run.read_lines(run.path / "rejects" / "canonical.jsonl")]
    assert sorted(reasons) == ["malformed", "off_schema", "off_schema"]


def test_with_files_sets_wait_until_the_answers_are_there(run: PointsFolder) -> None:
    run.write_lines(run.path / "sets.jsonl", list(run.read_lines(run.path / "sets.jsonl"))[:4])
    told: list[str] = []
    asked = LlmOptions(llm="files", model="by-hand")
    canonical(run, options_of(run), asked, told.append)
    assert [line for line in told if "wait for an answer" in line]
    requests = [json.loads(line) for line in (run.path / "requests" / "canonical.jsonl").read_text().splitlines()]
    answers = [{"id": r["id"], "text": json.dumps({"canonical": "thing", "belongs": [1, 2]})} for r in requests]
    (run.path / "responses" / "a.jsonl").write_text("\n".join(json.dumps(a) for a in answers) + "\n")
    canonical(run, options_of(run), asked, say)
    named = list(run.read_lines(run.path / "canonical.jsonl"))
    dropped = list(run.read_lines(run.path / "rejects" / "canonical.jsonl"))
    assert len(named) + len(dropped) == 4
