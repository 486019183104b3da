"""Sets that resemble a benchmark are found whatever form it comes in, without comparing each with each."""

import base64
import csv
import io
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from commands import cosyn_multi
from export_runs import blocks, image_set, make_run
from PIL import Image

from cosyn_multi.decontaminate import Benchmarks, Likeness, contaminated, likenesses
from cosyn_multi.errors import RunError, UserError
from cosyn_multi.likeness.grams import GramIndex
from cosyn_multi.likeness.near import FARTHEST, Lookalikes
from cosyn_multi.likeness.phash import distance
from cosyn_multi.shards.read import open_run

SETS = [image_set(i) for i in range(6)]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("runs") / "shop", SETS, shard_size=6)


def jpeg(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as opened:
        out = io.BytesIO()
        opened.resize((opened.width * 2 // 3, opened.height * 2 // 3)).save(out, "JPEG", quality=60)
        return out.getvalue()


def found(run: Path, *against: Path) -> list[tuple[str, int, int]]:
    """(set, image, question) of every likeness."""
    seen = likenesses(open_run(run), Benchmarks(against))
    return [(s.set, s.image, s.question) for s in seen if isinstance(s, Likeness)]


def stolen() -> tuple[bytes, str]:
    """A picture of set 2 and a question of set 4, as a benchmark might have them."""
    asked = SETS[4].questions[0].draft.text
    return jpeg(SETS[2].pictures[1].rendering.png), f"Look closely. {asked.upper()} Answer briefly."


def test_picture_files_of_a_folder_are_compared(run: Path, tmp_path: Path) -> None:
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / "deep/er/a.jpg").write_bytes(stolen()[0])
    (tmp_path / "deep/b.png").write_bytes(blocks("another"))
    (tmp_path / "notes.txt").write_text("not read")
    assert found(run, tmp_path) == [("3-000002", 2, 0)]


def parquet(folder: Path) -> None:
    picture, question = stolen()
    rows = [
        {"images": [{"bytes": blocks(i), "path": None}], "question": f"What is shown in chart {i}?"} for i in range(40)
    ]
    rows[33] = {
        "images": [{"bytes": blocks("x"), "path": None}, {"bytes": picture, "path": None}],
        "question": question,
    }
    pq.write_table(pa.Table.from_pylist(rows), folder / "test.parquet")


def chat(folder: Path) -> None:
    picture, question = stolen()
    turn = {"role": "user", "content": [{"type": "text", "text": question}]}
    url = f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"
    rows = [{"messages": [turn, {"role": "assistant", "content": question}], "image": url}]
    (folder / "chat.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))


def sharegpt(folder: Path) -> None:
    picture, question = stolen()
    rows = [{"conversations": [{"from": "human", "value": f"<image>\n{question}"}], "image": "a.jpg"}]
    (folder / "chat.json").write_text(json.dumps(rows))
    (folder / "a.jpg").write_bytes(picture)


def tsv(folder: Path) -> None:
    picture, question = stolen()
    with (folder / "bench.tsv").open("w", newline="") as file:
        writer = csv.writer(file, delimiter="\t")
        writer.writerows([["index", "image", "question"], [1, base64.b64encode(picture).decode(), question]])


@pytest.mark.parametrize("form", [parquet, chat, sharegpt, tsv])
def test_a_benchmark_is_read_in_the_forms_they_come_in(form: object, run: Path, tmp_path: Path) -> None:
    form(tmp_path)  # type: ignore[operator]
    assert found(run, tmp_path) == [("3-000002", 2, 0), ("3-000004", 0, 1)]


def test_another_run_of_ours_is_a_benchmark_too(run: Path, tmp_path: Path) -> None:
    other = make_run(tmp_path / "other", [SETS[1].model_copy(update={"index": 0}), image_set(1, seed=9)])
    seen = {name for name, _, _ in found(run, other)}
    assert seen == {"3-000001"}


def test_the_command_lists_and_the_export_leaves_out(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = tmp_path / "bench"
    bench.mkdir()
    parquet(bench)
    code, told, _ = cosyn_multi(capsys, "decontaminate", run, "--against", bench)
    assert code == 0 and "3-000002: image 2 is like bench/test.parquet, row 33" in told
    assert "6 sets looked at, against 41 pictures and 40 questions: 2 are too like them" in told
    assert contaminated(open_run(run)) == {"3-000002", "3-000004"}
    assert str(tmp_path) not in (run / "contaminated.jsonl").read_text()
    code, told, _ = cosyn_multi(
        capsys, "export", run, "--format", "jsonl", "--out", tmp_path / "out", "--exclude-contaminated"
    )
    assert code == 0 and "left out: 2 sets too like a benchmark" in told
    ids = [json.loads(line)["id"] for line in (tmp_path / "out/train.jsonl").read_text().splitlines()]
    assert len(ids) == 4 and not {"3-000002", "3-000004"} & set(ids)
    (run / "contaminated.jsonl").unlink()


def test_a_list_of_another_state_of_the_run_is_not_believed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_run(tmp_path / "run", SETS[:2])
    with pytest.raises(RunError, match=r"contaminated.jsonl: not there; run `cosyn-multi decontaminate"):
        contaminated(open_run(run))
    (tmp_path / "a.png").write_bytes(blocks("a"))
    assert cosyn_multi(capsys, "decontaminate", run, "--against", tmp_path / "a.png")[0] == 0
    assert contaminated(open_run(run)) == frozenset()
    grown = make_run(tmp_path / "grown", SETS[:4])
    (grown / "contaminated.jsonl").write_bytes((run / "contaminated.jsonl").read_bytes())
    with pytest.raises(RunError, match="was made before the run changed"):
        contaminated(open_run(grown))
    (grown / "contaminated.jsonl").write_text("{\n")
    with pytest.raises(RunError, match="can't be read"):
        contaminated(open_run(grown))


def test_what_cannot_be_compared_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "bad.json").write_text("[{")
    pq.write_table(pa.table({"label": ["a"]}), tmp_path / "labels.parquet")
    for name, said in (
        ("none", "not there"), ("empty", "holds nothing that can be compared"), ("cut.parquet", "can't be read"),
        ("bad.json", "can't be read"), ("labels.parquet", "neither a picture nor a question"),
    ):  # fmt: skip
        with pytest.raises(UserError, match=said) as refused:
            Benchmarks([tmp_path / name])
        assert "\n" not in str(refused.value)


def test_a_broken_picture_of_a_benchmark_is_counted_and_passed_over(run: Path, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(blocks("a")[:300])
    (tmp_path / "b.jpg").write_bytes(stolen()[0])
    benchmarks = Benchmarks([tmp_path])
    assert benchmarks.undecodable == 1 and len(benchmarks.picture_places) == 1


def test_the_index_finds_all_that_is_near_and_looks_at_few() -> None:
    rng = np.random.default_rng(7)
    hashes = rng.integers(0, 2**64, (100_000, 4), dtype=np.uint64)
    index = Lookalikes(hashes)
    looked = []
    for number in range(0, 100_000, 2000):
        bits = rng.choice(256, size=number // 2000 % (FARTHEST + 1), replace=False)
        asked = hashes[number].copy()
        for bit in bits:
            asked[bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
        assert index.near(asked)[0] == (number, len(bits))
        looked.append(len(index.candidates(asked)))
        assert {e for e, _ in index.near(asked)} == set(np.flatnonzero(distance(asked, hashes) <= FARTHEST).tolist())
    assert max(looked) < 1000, "of 100,000"


def test_ngrams_find_a_question_inside_a_longer_one_and_no_stock_phrase() -> None:
    index = GramIndex()
    stock = "Give the answer in EUR, as a whole number."
    for n in range(2000):
        index.add(f"What does shop {n} in street {n * 7} pay for item {n * 3}? {stock}")
    assert index.most_like(f"What does shop 70 in street 490 pay for item 210? {stock}", 0.7) == (70, 1.0)
    assert (
        index.most_like(f"Which of the two branches sells more oak boards in the second quarter? {stock}", 0.7) is None
    )
    assert index.most_like("", 0.7) is None and GramIndex().most_like("What is it?", 0.7) is None
    short = GramIndex()
    short.add("Which month?")
    assert short.most_like("which MONTH", 1.0) == (0, 1.0)
