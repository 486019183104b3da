"""The dataset card: what people read before they train, and what `datasets` reads."""

import io
from pathlib import Path

import pytest
from export_runs import image_set, make_run
from PIL import Image

from cosyn_multi.shards.card import HEIGHT_PX
from cosyn_multi.shards.finish import finish
from cosyn_multi.shards.folder import RunFolder
from cosyn_multi.shards.read import open_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sets = [image_set(0, store="A|B *stars* <b>", images=3), *(image_set(i) for i in range(1, 6))]
    return make_run(tmp_path_factory.mktemp("runs") / "shop & sons", sets)


def test_the_card_tells_what_people_ask_first(run: Path) -> None:
    text = (run / "README.md").read_text()
    for heading in (
        "Examples",
        "How it was made",
        "What it holds",
        "How to load it",
        "Known limits",
        "Licence and citation",
    ):
        assert f"\n## {heading}\n" in text
    questions = sum(len(s.questions) for s in open_run(run))
    assert f"6 sets of 2 to 5 related charts, tables and documents (13 images) with {questions} questions" in text
    kinds = [
        line.split(" | ")
        for line in text.splitlines()
        if line.startswith(("| aggregate", "| extremum", "| compare_pair"))
    ]
    assert {k.strip("| "): int(n.rstrip(" |")) for k, n in kinds}["aggregate"] == 6
    assert "| robust: comparison_flips | 6 |" in text and "| balanced: direct_cap |" in text
    assert "$" not in text and str(run.parent) not in text


def test_examples_show_the_pictures_side_by_side(run: Path) -> None:
    with Image.open(run / "card/table.png") as opened:
        made = open_run(run).get("3-000000")
        widths = [round(p.rendering.width * HEIGHT_PX / p.rendering.height) for p in made.pictures]
        assert opened.size == (sum(widths) + 12 * 2, HEIGHT_PX)
    text = (run / "README.md").read_text()
    assert "![The images of the set](card/table.png)" in text
    assert r"A\|B \*stars\* \<b\>" in text, "a name can't break the page"


def test_datasets_loads_the_run_from_the_cards_configs(run: Path, tmp_path: Path) -> None:
    import datasets

    rows = datasets.load_dataset(str(run), "table", split="train", cache_dir=str(tmp_path))
    assert len(rows) == 6 and [len(r["images"]) for r in rows] == [3, 2, 2, 2, 2, 2]


def test_a_card_made_again_is_the_same_and_a_damaged_shard_only_costs_its_example(run: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / run.name
    shutil.copytree(run, copy)
    before = {p.name: p.read_bytes() for p in (copy / "README.md", copy / "card/table.png")}
    folder = RunFolder(copy)
    finish(folder, folder.recipe(), {})
    assert {p.name: p.read_bytes() for p in (copy / "README.md", copy / "card/table.png")} == before
    shard = copy / "data/table/train-00000.parquet"
    shard.write_bytes(io.BytesIO(shard.read_bytes()).read(1000))
    finish(folder, folder.recipe(), {})
    text = (copy / "README.md").read_text()
    assert "## Examples" not in text and "## How to load it" in text
