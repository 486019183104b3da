"""The main job from end to end, with real renderers: determinism, resume, workers that die, what a shard holds."""

import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from cosyn_multi import generate, open_run
from cosyn_multi.config import Runtime, make_recipe
from cosyn_multi.engines.base import Event
from cosyn_multi.errors import RunError
from cosyn_multi.model import SetOutcome
from cosyn_multi.pipeline import run
from cosyn_multi.shards.close import close_shard
from cosyn_multi.shards.folder import RunFolder
from cosyn_multi.shards.pending import store_outcome
from cosyn_multi.shards.rows import image_set_of, row_of
from cosyn_multi.shards.verify import Fault, verify

SETS = 5
RECIPE = {"seed": 5, "shard_size": 3, "images": (2, 3)}


def command(out: Path, sets: int = SETS, workers: int = 1) -> list[str]:
    return [
        sys.executable, "-m", "cosyn_multi", "generate", "--out", str(out), "-n", str(sets),
        "--seed", str(RECIPE["seed"]), "--shard-size", str(RECIPE["shard_size"]), "--images", "2-3", "--workers", str(workers),
    ]  # fmt: skip


def digests(run: Path) -> dict[str, str]:
    """Digest of every file that a trainer reads or that proves the run."""
    kept = [*run.glob("data/**/*.parquet"), *run.glob("manifest/*"), run / "rejects.jsonl", run / "manifest.json"]
    return {str(p.relative_to(run)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(kept)}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run by one worker, from Python."""
    out = tmp_path_factory.mktemp("runs") / "undisturbed"
    generate(out, SETS, workers=1, **RECIPE)  # type: ignore[arg-type]
    return out


def test_every_answer_of_a_run_is_derived_again_from_its_shards(undisturbed: Path) -> None:
    found = list(verify(open_run(undisturbed)))
    assert [f for f in found if isinstance(f, Fault)] == []
    assert len(found) == len(open_run(undisturbed)) > 0


def test_several_processes_verify_what_one_does(
    undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "copy"
    shutil.copytree(undisturbed, out)
    changed = next(out.glob("data/*/*.parquet"))
    changed.write_bytes(changed.read_bytes()[:-45])
    alone = list(verify(open_run(out)))
    assert {type(found) for found in alone} == {Fault, str}
    monkeypatch.setattr("cosyn_multi.shards.verify.WORTH_A_WORKER", 1)
    assert list(verify(open_run(out), workers=2)) == alone


def test_sets_have_two_to_five_different_images_and_cross_image_questions(undisturbed: Path) -> None:
    for made in open_run(undisturbed):
        assert 2 <= len(made.pictures) <= 5
        assert len({p.rendering.png for p in made.pictures}) == len(made.pictures)
        assert len(made.questions) >= 3
        for question in made.questions:
            assert len(question.draft.images) >= (1 if question.draft.kind == "direct_lookup" else 2)
            assert "Answer:" not in question.draft.text + question.explanation + question.text_answer


def test_rows_and_sets_turn_into_each_other_without_loss(undisturbed: Path) -> None:
    for made in open_run(undisturbed):
        assert image_set_of(row_of(made)) == made


def test_two_workers_write_the_same_bytes_as_one(undisturbed: Path, tmp_path: Path) -> None:
    out = tmp_path / "undisturbed"
    generate(out, SETS, workers=2, **RECIPE)  # type: ignore[arg-type]
    assert digests(out) == digests(undisturbed)


@pytest.mark.slow
def test_a_run_killed_at_random_moments_and_resumed_is_the_same(undisturbed: Path, tmp_path: Path) -> None:
    out = tmp_path / "undisturbed"
    moments = random.Random(3)
    kills = 0
    while kills < 5:
        process = subprocess.Popen(command(out), stdout=subprocess.DEVNULL, start_new_session=True)
        try:
            process.wait(timeout=moments.uniform(1.0, 9.0))
            break
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            kills += 1
            _wait_for(lambda: not _children_of(out))
    assert kills >= 3, "the run ended before it was killed often enough to tell anything"
    subprocess.run(command(out), check=True, stdout=subprocess.DEVNULL)
    assert digests(out) == digests(undisturbed)
    assert not (out / "work").exists()


def _children_of(out: Path) -> list[str]:
    """Worker processes that still belong to a killed run: they notice that their parent is gone."""
    found = subprocess.run(["ps", "-eo", "ppid,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in found.splitlines() if "spawn_main" in line and line.split()[0] == "1"]


def _wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert condition()


@pytest.mark.slow
def test_a_run_that_died_before_its_first_set_goes_on_and_a_killed_worker_is_replaced(
    undisturbed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "undisturbed"
    (out / "manifest").mkdir(parents=True)
    shutil.copy(undisturbed / "run.toml", out)
    (out / ".run.toml.3.tmp").write_text("seed =")
    (out / "work").mkdir()
    (out / "work" / "set-0000001.json").write_text("{half a set")
    killed: list[int] = []

    def kill_once(event: Event) -> None:
        if event.made is not None and not killed:
            pids = subprocess.run(["pgrep", "-f", "spawn_main", "-P", str(os.getpid())], capture_output=True, text=True)
            killed.append(int(pids.stdout.split()[0]))
            os.killpg(killed[0], signal.SIGKILL)

    generate(out, SETS, workers=1, report=kill_once, **RECIPE)  # type: ignore[arg-type]
    assert killed
    assert digests(out) == digests(undisturbed)


def test_a_set_that_the_machine_failed_to_make_is_tried_again_and_n_may_grow(undisturbed: Path, tmp_path: Path) -> None:
    out = tmp_path / "undisturbed"
    with pytest.raises(RunError, match="the same command tries them again"):
        run(make_recipe(**RECIPE), Runtime(out=out, sets=1, workers=1, set_timeout_s=0.001), lambda event: None)
    assert any(r.reason == "timed_out" for r in open_run(out).rejects())
    assert any("the machine failed" in f.what for f in verify(open_run(out)) if isinstance(f, Fault))
    generate(out, 3, workers=1, **RECIPE)  # type: ignore[arg-type]
    first = (out / "manifest" / "shard-00000.json").stat().st_mtime_ns
    generate(out, SETS, workers=1, **RECIPE)  # type: ignore[arg-type]
    assert digests(out) == digests(undisturbed)
    assert (out / "manifest" / "shard-00000.json").stat().st_mtime_ns == first
    with pytest.raises(RunError, match="may grow, not shrink"):
        generate(out, 2, workers=1, **RECIPE)  # type: ignore[arg-type]


def test_a_set_with_a_picture_of_an_earlier_one_is_dropped(undisturbed: Path, tmp_path: Path) -> None:
    made = next(iter(open_run(undisturbed)))
    folder = RunFolder(tmp_path)
    for index in (0, 1):
        copy = made.model_copy(update={"index": index, "id": f"5-{index:06d}"})
        store_outcome(folder, SetOutcome(index=index, image_set=copy))
    record = close_shard(folder, make_recipe(**RECIPE), 0, range(2))
    assert record.yields["sets"] == 1
    assert "picture_of_another_set" in folder.rejects_file(0).read_text()


def test_another_recipe_in_the_same_folder_is_refused_with_the_difference(undisturbed: Path) -> None:
    before = digests(undisturbed)
    with pytest.raises(RunError, match="seed: 5 there, 6 asked for"):
        generate(undisturbed, SETS, **RECIPE | {"seed": 6})  # type: ignore[arg-type]
    assert digests(undisturbed) == before


def test_another_environment_is_refused_on_resume_and_verifies_all_the_same(undisturbed: Path) -> None:
    file = undisturbed / "manifest" / "environment.json"
    kept = file.read_text()
    file.write_text(json.dumps(json.loads(kept) | {"browser": "Chromium 1"}))
    try:
        with pytest.raises(RunError, match="browser: Chromium 1 there"):
            generate(undisturbed, SETS, **RECIPE)  # type: ignore[arg-type]
        assert not [f for f in verify(open_run(undisturbed)) if isinstance(f, Fault)]
    finally:
        file.write_text(kept)


def test_pngs_decode_and_no_column_holds_a_path_of_this_machine(undisturbed: Path) -> None:
    opened = open_run(undisturbed)
    for file in opened.files():
        for row in opened.rows(file):
            for image in row["images"]:
                with Image.open(io.BytesIO(image["bytes"])) as picture:
                    picture.load()
            texts = json.dumps({k: v for k, v in row.items() if k != "images"}, default=str)
            for place in (str(Path.home()), str(undisturbed), str(Path(__file__).parent.parent)):
                assert place not in texts


def test_a_tampered_answer_and_a_cut_picture_are_found_and_named(undisturbed: Path, tmp_path: Path) -> None:
    from cosyn_multi.shards.verify import faults_of_row

    opened = open_run(undisturbed)
    row = next(opened.rows(next(opened.files())))
    assert list(faults_of_row(row)) == []
    questions = json.loads(row["questions"])
    questions[0]["text_answer"] += "1"
    questions[0]["answer"] = [a + "1" for a in questions[0]["answer"]] or ["1"]
    pairs = row["qa_pairs"] | {"answer": [questions[0]["text_answer"], *row["qa_pairs"]["answer"][1:]]}
    tampered = row | {"questions": json.dumps(questions), "qa_pairs": pairs}
    assert any("question 0" in f for f in faults_of_row(tampered))
    cut = row | {"images": [{**i, "bytes": i["bytes"][:-45]} if k == 1 else i for k, i in enumerate(row["images"])]}
    assert any("image 2 can't be decoded" in f for f in faults_of_row(cut))
    empty = row | {"images": [{**i, "bytes": b""} if k == 0 else i for k, i in enumerate(row["images"])]}
    assert any("image 1 can't be decoded" in f for f in faults_of_row(empty))


def test_a_run_that_lacks_a_shard_or_holds_a_stray_file_does_not_verify(undisturbed: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy"
    shutil.copytree(undisturbed, out)
    assert not [f for f in verify(open_run(out)) if isinstance(f, Fault)]
    stray = out / "data" / "doc" / "train-00099.parquet"
    stray.parent.mkdir(exist_ok=True)
    shutil.copy(next(out.glob("data/*/*.parquet")), stray)
    rejects = next(out.glob("manifest/rejects-*.jsonl"))
    rejects.write_text(rejects.read_text() + "{}\n")
    (out / "manifest" / "shard-00001.json").unlink()
    said = [f"{f.where}: {f.what}" for f in verify(open_run(out)) if isinstance(f, Fault)]
    for part in (
        "2 of 5 sets are in no closed shard",
        "would read it",
        "rejects-",
        "manifest.json: sums up other shards",
    ):
        assert any(part in line for line in said), (part, said)


def test_a_lost_file_is_made_again_by_the_same_command(undisturbed: Path, tmp_path: Path) -> None:
    out = tmp_path / "undisturbed"
    shutil.copytree(undisturbed, out)
    next(out.glob("data/*/train-00001.parquet")).unlink()
    (out / "data" / ".train-00000.parquet.17.tmp").write_bytes(b"half")
    generate(out, SETS, workers=1, **RECIPE)  # type: ignore[arg-type]
    assert digests(out) == digests(undisturbed)
    assert not list(out.rglob("*.tmp"))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_datasets_loads_every_config_with_decoded_pictures(undisturbed: Path, tmp_path: Path) -> None:
    import datasets

    configs = {p.parent.name for p in undisturbed.glob("data/*/*.parquet")}
    rows = 0
    for config in sorted(configs):
        loaded = datasets.load_dataset(str(undisturbed), config, split="train", cache_dir=str(tmp_path))
        rows += len(loaded)
        for row in loaded:
            assert all(isinstance(i, Image.Image) for i in row["images"])
            assert row["metadata"]["num_images"] == len(row["images"])
            pairs = row["qa_pairs"]
            assert len(pairs["question"]) == len(pairs["answer"]) == len(pairs["explanation"]) > 0
    assert rows == len(open_run(undisturbed))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_run_made_anew_under_an_old_name_does_not_load_from_the_old_cache(tmp_path: Path) -> None:
    import datasets

    ids = []
    for seed in (1, 2):
        out = tmp_path / str(seed) / "same_name"
        generate(out, 1, workers=1, seed=seed, images=(2, 2), questions=4, artifacts=["doc"])
        ids += datasets.load_dataset(str(out), "doc", split="train", cache_dir=str(tmp_path / "cache"))["id"]
    assert ids == ["1-000000", "2-000000"]
