"""Exports, read back by the libraries of those who train: `datasets`, `webdataset`, openai's own types."""

import base64
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from commands import cosyn_multi
from export_runs import image_set, make_run
from PIL import Image

from cosyn_multi.errors import ConfigError, RunError
from cosyn_multi.exports import FORMATS, Choice, Order, export, where
from cosyn_multi.model import ImageSet
from cosyn_multi.reviews import Reviews, ref_of
from cosyn_multi.shards.read import open_run

SETS = 6


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sets of 2 to 5 images."""
    sets = [image_set(i, images=2 + i % 4) for i in range(SETS)]
    return make_run(tmp_path_factory.mktemp("runs") / "shop", sets, shard_size=SETS)


@pytest.fixture(scope="module")
def stored(run: Path) -> dict[str, ImageSet]:
    return {made.id: made for made in open_run(run)}


def load(folder: Path, cache: Path) -> Any:
    """The folder as `datasets` loads it from its own README."""
    import datasets

    return datasets.load_dataset(str(folder), split="train", cache_dir=str(cache))


def pixels(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as opened:
        return opened.tobytes()


def spoken(made: ImageSet) -> list[tuple[str, str]]:
    return [(q.draft.text, q.text_answer) for q in made.questions]


def of_chat(turns: list[dict[str, str]], role: str, text: str) -> list[tuple[str, str]]:
    """Question and answer of each pair of turns."""
    assert [t[role] for t in turns] == [t[role] for t in turns[:2]] * (len(turns) // 2)
    return [(turns[i][text], turns[i + 1][text]) for i in range(0, len(turns), 2)]


@pytest.mark.parametrize("name", ["llava", "sharegpt"])
def test_one_image_mark_stands_for_each_picture_and_first_of_all(
    name: str, run: Path, stored: dict[str, ImageSet], tmp_path: Path
) -> None:
    export(open_run(run), Order(name, tmp_path / "out"))
    rows = load(tmp_path / "out", tmp_path / "cache")
    assert len(rows) == SETS
    for row in rows:
        made = stored[row["id"]]
        paths = row["image" if name == "llava" else "images"]
        first = row["conversations"][0]["value"]
        assert first.startswith("<image>\n" * len(made.pictures)) and first.count("<image>") == len(paths)
        assert "".join(t["value"] for t in row["conversations"][1:]).count("<image>") == 0
        assert [(tmp_path / "out" / p).read_bytes() for p in paths] == [p.rendering.png for p in made.pictures]
        pairs = of_chat(row["conversations"], "from", "value")
        assert [(q.replace("<image>\n", ""), a) for q, a in pairs] == spoken(made)


def test_llama_factory_is_told_where_the_sides_are(run: Path, tmp_path: Path) -> None:
    export(open_run(run), Order("sharegpt", tmp_path / "out"))
    (entry,) = json.loads((tmp_path / "out/dataset_info.json").read_text()).values()
    rows = json.loads((tmp_path / "out" / entry["file_name"]).read_text())
    assert {entry["columns"]["messages"], entry["columns"]["images"]} <= rows[0].keys()
    roles = {turn[entry["tags"]["role_tag"]] for row in rows for turn in row[entry["columns"]["messages"]]}
    assert roles == {entry["tags"]["user_tag"], entry["tags"]["assistant_tag"]}


def test_openai_takes_the_messages_and_the_pictures_in_them(
    run: Path, stored: dict[str, ImageSet], tmp_path: Path
) -> None:
    from openai.types.chat import ChatCompletionMessageParam
    from pydantic import TypeAdapter

    export(open_run(run), Order("openai", tmp_path / "out"))
    adapter: Any = TypeAdapter(list[ChatCompletionMessageParam])
    lines = (tmp_path / "out/train.jsonl").read_text().splitlines()
    for line, made in zip(lines, stored.values(), strict=True):
        messages = json.loads(line)["messages"]
        adapter.validate_python(messages)
        *pictures, asked = messages[0]["content"]
        urls = [p["image_url"]["url"].removeprefix("data:image/png;base64,") for p in pictures]
        assert [base64.b64decode(u) for u in urls] == [p.rendering.png for p in made.pictures]
        plain = [{"role": "user", "content": asked["text"]}, *messages[1:]]
        assert of_chat(plain, "role", "content") == spoken(made)
    assert len(load(tmp_path / "out", tmp_path / "cache")) == SETS


@pytest.mark.filterwarnings("ignore")  # its reader leaves files open
def test_webdataset_finds_all_images_of_a_set_under_one_key(
    run: Path, stored: dict[str, ImageSet], tmp_path: Path
) -> None:
    import webdataset

    export(open_run(run), Order("webdataset", tmp_path / "out"))
    tars = sorted(str(p) for p in (tmp_path / "out").glob("train-*.tar"))
    rows = list(webdataset.WebDataset(tars, shardshuffle=False).decode("pil"))
    assert [row["__key__"] for row in rows] == list(stored)
    for row in rows:
        made = stored[row["json"]["id"]]
        assert [row[f"{n}.png"].tobytes() for n in range(1, row["json"]["images"] + 1)] == [
            pixels(p.rendering.png) for p in made.pictures
        ]
        assert [(p["question"], p["answer"]) for p in row["json"]["qa_pairs"]] == spoken(made)
    loaded = load(tmp_path / "out", tmp_path / "cache")
    assert [sum(row[f"{n}.png"] is not None for n in range(1, 6)) for row in loaded] == [
        len(m.pictures) for m in stored.values()
    ]


def test_molmo2_has_its_own_columns_and_embedded_pictures(
    run: Path, stored: dict[str, ImageSet], tmp_path: Path
) -> None:
    export(open_run(run), Order("molmo2", tmp_path / "out"))
    rows = load(tmp_path / "out", tmp_path / "cache")
    assert rows.column_names == ["id", "images", "qa_pairs", "metadata", "data", "code"]
    for row in rows:
        made = stored[row["id"]]
        assert [i.tobytes() for i in row["images"]] == [pixels(p.rendering.png) for p in made.pictures]
        assert row["metadata"]["num_images"] == len(made.pictures) == len(row["code"]) == len(row["data"])
        assert list(zip(row["qa_pairs"]["question"], row["qa_pairs"]["answer"], strict=True)) == spoken(made)


def test_jsonl_keeps_kinds_and_paths(run: Path, stored: dict[str, ImageSet], tmp_path: Path) -> None:
    export(open_run(run), Order("jsonl", tmp_path / "out"))
    for row in load(tmp_path / "out", tmp_path / "cache"):
        made = stored[row["id"]]
        assert [p["kind"] for p in row["qa_pairs"]] == [q.draft.kind for q in made.questions]
        assert all((tmp_path / "out" / path).is_file() for path in row["images"])


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_one_question_a_row_carries_the_pictures_each_time(name: str, run: Path, tmp_path: Path) -> None:
    done = export(open_run(run), Order(name, tmp_path / "out", turns="one"))
    rows = load(tmp_path / "out", tmp_path / "cache")
    assert len(rows) == done.rows["train"] == done.questions["train"] == sum(len(m.questions) for m in open_run(run))
    if name in ("llava", "sharegpt"):
        assert {len(row["conversations"]) for row in rows} == {2}
        files = list((tmp_path / "out").rglob("*.png"))
        assert len(files) == sum(len(m.pictures) for m in open_run(run)), "images of a set are written once"


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_explained_answers_end_with_the_answer_and_no_text_says_the_marker(
    name: str, run: Path, tmp_path: Path
) -> None:
    export(open_run(run), Order(name, tmp_path / "out", answers="explained"))
    text = "".join(p.read_text() for p in (tmp_path / "out").rglob("*.json*"))
    if name == "molmo2":
        text = json.dumps([row["qa_pairs"] for row in load(tmp_path / "out", tmp_path / "cache")])
    assert "Answer:" not in text
    if name != "webdataset":
        assert "this gives Yes.\\nYes" in text or "this gives No.\\nNo" in text


def test_the_same_run_gives_the_same_bytes(run: Path, tmp_path: Path) -> None:
    for name in FORMATS:
        for turn in ("a", "b"):
            export(open_run(run), Order(name, tmp_path / turn / name))
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(tmp_path / "b") for p in (tmp_path / "b").rglob("*") if p.is_file())
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)


def test_questions_that_a_reviewer_refused_stay_out(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", [image_set(i) for i in range(3)])
    made = next(iter(open_run(run)))
    reviews = Reviews(run)
    reviews.judge("Ada", ref_of(made, 1), "wrong")
    reviews.judge("Ada", ref_of(made, 2), "ugly")
    reviews.close()
    done = export(open_run(run), Order("jsonl", tmp_path / "out", Choice(rejected=True)))
    asked = [
        p["question"]
        for line in (tmp_path / "out/train.jsonl").read_text().splitlines()
        for p in json.loads(line)["qa_pairs"]
    ]
    assert made.questions[0].draft.text not in asked and made.questions[1].draft.text in asked
    assert done.left_out == {"questions that a reviewer refused": 1}


def test_a_question_that_would_break_a_trainer_is_left_out_and_counted(tmp_path: Path) -> None:
    run = make_run(
        tmp_path / "run", [image_set(0), image_set(1, store="Answer: Ltd"), image_set(2, store="<image> & Sons")]
    )
    done = export(open_run(run), Order("llava", tmp_path / "out"))
    assert done.rows["train"] == 1 and done.left_out["sets without a question left"] == 2
    assert "Ltd" not in (tmp_path / "out/train.json").read_text()


def test_only_what_the_predicate_holds_for_goes_out(run: Path, tmp_path: Path) -> None:
    choice = Choice(where=where('kind != "extremum" and num_images >= 3'))
    done = export(open_run(run), Order("jsonl", tmp_path / "out", choice))
    rows = [json.loads(line) for line in (tmp_path / "out/train.jsonl").read_text().splitlines()]
    assert {len(r["images"]) for r in rows} == {3, 4, 5}
    assert "extremum" not in {p["kind"] for r in rows for p in r["qa_pairs"]} and done.left_out


def test_nothing_left_is_an_error_that_counts_and_leaves_no_folder(run: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"nothing is left to export \(.*that --where leaves out"):
        export(open_run(run), Order("jsonl", tmp_path / "out", Choice(where=where("num_images > 5"))))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore")
def test_ids_with_dots_spaces_and_umlauts_survive_a_tar(tmp_path: Path) -> None:
    import webdataset

    odd = image_set(0).model_copy(update={"id": "shop v1.2 für-000000"})
    run = make_run(tmp_path / "run", [odd, image_set(1)])
    export(open_run(run), Order("webdataset", tmp_path / "out"))
    rows = list(webdataset.WebDataset(str(tmp_path / "out/train-000000.tar"), shardshuffle=False).decode("pil"))
    assert [row["json"]["id"] for row in rows] == [odd.id, "3-000001"]
    assert len(load(tmp_path / "out", tmp_path / "cache")) == 2


def test_half_a_shard_ends_with_one_line_and_leaves_nothing(run: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(run, broken)
    (shard,) = broken.rglob("*.parquet")
    whole = shard.read_bytes()
    for cut in (whole[: len(whole) // 2], b"", whole[:-100_000] + b"\0" * 99_992 + whole[-8:]):
        shard.write_bytes(cut)
        with pytest.raises(RunError, match=r"train-00000\.parquet: can't be read"):
            export(open_run(broken), Order("jsonl", tmp_path / "out"))
        assert {p.name for p in tmp_path.iterdir()} == {"broken"}


def test_a_folder_that_is_there_is_never_touched(run: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(RunError, match="is there already; choose a new folder"):
        export(open_run(run), Order("jsonl", tmp_path / "out"))
    assert [p.name for p in tmp_path.rglob("*")] == ["out", "mine.txt"]
    with pytest.raises(RunError, match="lies in the run itself"):
        export(open_run(run), Order("jsonl", run / "data" / "export"))


def test_an_unknown_format_offers_the_nearest(run: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"--format 'lava': no such format.*Did you mean 'llava'"):
        export(open_run(run), Order("lava", tmp_path / "out"))


def test_the_command_says_one_line_and_ends_with_2(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["export", run, "--out", tmp_path / "out", "--format"]
    wrong = (
        ["nope"],
        ["llava", "--where", "kind =="],
        ["llava", "--split", "train=2"],
        ["llava", "--exclude-contaminated"],
    )
    for options in wrong:
        code, _, said = cosyn_multi(capsys, *command, *options)
        assert code == 2 and len(said.splitlines()) == 1, said
        assert said.startswith("cosyn-multi: ") and not list(tmp_path.iterdir())
    code, told, _ = cosyn_multi(capsys, *command, "llava")
    assert code == 0 and f"train: {SETS} rows" in told
