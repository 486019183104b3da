"""Points from our own renderings: inside their boxes, counts equal to the readings, absence only where it is known."""

import json
from pathlib import Path
from typing import Any

import gallery_runs
import pyarrow.parquet as pq
import pytest

from cosyn_multi.errors import RunError
from cosyn_multi.model import Views
from cosyn_multi.pointing.text_form import parse
from cosyn_multi.points.entities import Entity, entities
from cosyn_multi.points.from_run import FromRunOptions, points_from_run
from cosyn_multi.points.sampler import PointSampler
from cosyn_multi.points.training import rows_of
from cosyn_multi.shards.read import open_run


def say(line: str) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gallery_runs.make_run(tmp_path_factory.mktemp("runs") / "run", sets=6)


@pytest.fixture(scope="module")
def out(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("points") / "points"
    points_from_run(run, folder, FromRunOptions(seed=1, per_set=8), say)
    return folder


def all_rows(folder: Path) -> list[dict[str, Any]]:
    return [r for file in sorted((folder / "data").glob("*.parquet")) for r in pq.read_table(file).to_pylist()]


def test_every_point_lies_in_the_box_of_its_reading_also_when_written_in_thousandths(run: Path, out: Path) -> None:
    sets = {s.id: s for s in open_run(run)}
    rows = all_rows(out)
    assert len(rows) >= 6
    points = 0
    for row in rows:
        told = json.loads(row["provenance"])
        made = sets[told["set"]]
        readings = {
            f"image{p.view.image}:{r.ref}": r for p in made.pictures for r in (*p.rendering.keys, *p.rendering.cells)
        }
        refs = iter(told["refs"])
        for image, placed in zip(told["images"], row["points"], strict=True):
            rendering = made.pictures[image - 1].rendering
            for point in placed:
                (box,) = readings[next(refs)].boxes
                for x, y in ((point["x"], point["y"]), (round(point["x"], 1), round(point["y"], 1))):
                    assert box.x0 < x / 100 * rendering.width < box.x1
                    assert box.y0 < y / 100 * rendering.height < box.y1
                points += 1
        assert next(refs, None) is None
        assert row["counts"] == [len(p) for p in row["points"]]
    assert points > 20


def test_pictures_are_those_of_the_run_and_rows_are_never_of_one_image(run: Path, out: Path) -> None:
    sets = {s.id: s for s in open_run(run)}
    for row in all_rows(out):
        told = json.loads(row["provenance"])
        due = [sets[told["set"]].pictures[i - 1].rendering.png for i in told["images"]]
        assert [i["bytes"] for i in row["images"]] == due
        assert 2 <= len(due) <= 5


def found_in(index: int) -> list[Entity]:
    made = gallery_runs.image_set(index)
    renderings = tuple(p.rendering for p in made.pictures)
    return list(entities(Views(world=made.plan.world, views=made.plan.views, renderings=renderings)))


def test_an_entry_is_where_its_name_is_drawn_and_known_absent_where_it_is_not() -> None:
    entries = [e for e in found_in(1) if e.kind == "entry"]
    assert entries
    made = gallery_runs.image_set(1)
    for entry in entries:
        name = entry.label.split('"')[1]
        for image, points in entry.places.items():
            drawn = [r for r in made.pictures[image - 1].rendering.cells if r.shown == name]
            assert len(points) == len(drawn)


def test_a_clipped_reading_leaves_the_question_rather_than_counting_as_absent() -> None:
    made = gallery_runs.image_set(1)
    first = made.pictures[0].rendering
    cells = tuple(c.model_copy(update={"seen": c.seen.model_copy(update={"clipped": True})}) for c in first.cells)
    renderings = (first.model_copy(update={"cells": cells}), *(p.rendering for p in made.pictures[1:]))
    for entity in entities(Views(world=made.plan.world, views=made.plan.views, renderings=renderings)):
        if entity.kind == "entry":
            name = entity.label.split('"')[1]
            assert 1 not in entity.places or name not in {c.shown for c in cells}


def test_counting_questions_answer_with_what_the_readings_count(out: Path) -> None:
    asked = [json.loads(line) for line in (out / "questions.jsonl").read_text().splitlines()]
    assert asked
    for question in asked:
        counts = [len(p) for p in question["points"]]
        if question["question"].startswith("How many images"):
            assert question["answer"] == str(sum(bool(c) for c in counts))
        else:
            assert sum(map(len, parse(question["answer"]).points.values())) == sum(counts)


def test_the_sampler_takes_these_rows_too(out: Path) -> None:
    rows = list(rows_of(out))
    sampler = PointSampler(rows, seed=2)
    assert all(parse(sampler[i].target) for i in range(len(sampler)))


def test_the_same_run_and_seed_make_the_same_bytes(run: Path, out: Path, tmp_path: Path) -> None:
    points_from_run(run, tmp_path / "again", FromRunOptions(seed=1, per_set=8), say)
    file = "data/train-00000.parquet"
    assert (tmp_path / "again" / file).read_bytes() == (out / file).read_bytes()


def test_more_rows_than_entities_is_told_and_other_folders_are_left_alone(run: Path, tmp_path: Path) -> None:
    told: list[str] = []
    points_from_run(run, tmp_path / "few", FromRunOptions(rows=3), told.append)
    assert len(all_rows(tmp_path / "few")) == 3
    points_from_run(run, tmp_path / "many", FromRunOptions(rows=10_000), told.append)
    assert [line for line in told if "-n 10,000: only" in line]
    with pytest.raises(RunError, match="choose another folder"):
        points_from_run(run, run, FromRunOptions(), say)
    with pytest.raises(RunError, match="no run here"):
        points_from_run(tmp_path, tmp_path / "x", FromRunOptions(), say)


@pytest.mark.slow
def test_the_rows_load_with_datasets_pictures_included(out: Path) -> None:
    from datasets import load_dataset

    loaded = load_dataset(
        "parquet", data_files=str(out / "data" / "*.parquet"), split="train", cache_dir=str(out.parent)
    )
    assert len(loaded) == len(all_rows(out))
    assert loaded[0]["images"][0].size[0] > 100
