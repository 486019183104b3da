"""What goes out of a run and what joins runs, from stores and into them: the same bytes as from and into folders."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import cosyn_multi
from export_runs import image_set, make_run
from stores import Unsteady, s3_server

from cosyn_multi.errors import RunError
from cosyn_multi.exports import Order, export
from cosyn_multi.merge import merge
from cosyn_multi.shards.read import open_run
from cosyn_multi.shards.verify import Fault, verify
from cosyn_multi.storage import place


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, `one` and `two`."""
    root = tmp_path_factory.mktemp("runs")
    make_run(root / "one", [image_set(i) for i in range(3)], shard_size=3)
    make_run(root / "two", [image_set(i, seed=8) for i in range(2)], seed=8)
    return root


@pytest.fixture(scope="module")
def bucket(folder: Path) -> Iterator[str]:
    """A bucket that holds the same runs."""
    with s3_server():
        for name in ("one", "two"):
            store().put(str(folder / name), f"bucket/{name}", recursive=True)
        yield "s3://bucket"


def store() -> Any:
    """The server's files, as fsspec sees them."""
    import s3fs

    return s3fs.S3FileSystem()


def digests(at: str | Path) -> dict[str, str]:
    root = place(at)
    files = [p for p in root.rglob("*") if p.is_file()]
    return {p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.mark.slow
def test_a_merge_from_a_store_and_into_one_has_the_bytes_of_a_merge_of_folders(
    bucket: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    merge([folder / "one", folder / "two"], tmp_path / "whole")
    code, told, said = cosyn_multi(capsys, "merge", f"{bucket}/one", f"{bucket}/two", "--out", f"{bucket}/whole")
    assert code == 0, said
    assert f"cosyn-multi verify {bucket}/whole" in told
    assert digests(f"{bucket}/whole") == digests(tmp_path / "whole")
    assert [f for f in verify(open_run(f"{bucket}/whole")) if isinstance(f, Fault)] == []


@pytest.mark.parametrize("name", ["molmo2", "openai", "webdataset"])
def test_an_export_from_a_store_into_one_has_the_bytes_of_one_between_folders(
    name: str, bucket: str, folder: Path, tmp_path: Path
) -> None:
    export(open_run(folder / "one"), Order(name, tmp_path / name))
    export(open_run(f"{bucket}/one"), Order(name, Path(f"{bucket}/out/{name}")))
    assert digests(f"{bucket}/out/{name}") == digests(tmp_path / name)


def test_a_benchmark_may_lie_in_a_store_and_so_may_the_list_of_what_is_like_it(
    bucket: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(folder / "one", tmp_path / "one")
    (tmp_path / "asked.csv").write_bytes("\ufeffquestion\nWho?\n".encode())
    for run, against in ((tmp_path / "one", folder / "two"), (f"{bucket}/one", f"{bucket}/two")):
        code, told, _ = cosyn_multi(capsys, "decontaminate", run, "--against", against, "--share", "0.5")
        assert code == 0 and f"listed in {run}/contaminated.jsonl" in told
    listed = place(f"{bucket}/one/contaminated.jsonl").read_text(encoding="utf-8")
    assert listed == (tmp_path / "one/contaminated.jsonl").read_text(encoding="utf-8")
    store().put(str(tmp_path / "asked.csv"), "bucket/asked.csv")
    code, told, _ = cosyn_multi(capsys, "decontaminate", f"{bucket}/one", "--against", f"{bucket}/asked.csv")
    assert code == 0 and "against 0 pictures and 1 questions" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", "one", "--format", "llava", "--out", "s3://bucket/x"), "choose one of molmo2, openai, webdataset"),
        (("export", "one", "--format", "molmo2", "--out", "s3://bucket/one"), "is there already; choose a new folder"),
        (("export", "s3://bucket/one", "--format", "molmo2", "--out", "s3://bucket/one/x"), "lies in the run itself"),
        (("export", "one", "--format", "molmo2", "--out", "s3://nowhere/x"), "there is no bucket 'nowhere'"),
        (("merge", "s3://bucket/one", "s3://bucket/one/", "--out", "s3://bucket/x"), "is given twice"),
        (("merge", "one", "two", "--out", "s3://bucket/one"), "is there already; choose a new folder"),
        (("decontaminate", "one", "--against", "s3://bucket/none"), "not there"),
        (("gallery", "s3://bucket/one"), "copy it into a folder"),
        (("push", "s3://bucket/one", "--repo", "you/shop"), "copy it into a folder, and push that"),
    ],
)
def test_what_a_store_cannot_have_is_one_line_and_leaves_nothing(
    arguments: tuple[str, ...], said: str, bucket: str, folder: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(folder)
    before = store().find("bucket")
    code, _, told = cosyn_multi(capsys, *arguments)
    assert code == 2 and said in told and len(told.splitlines()) == 1
    assert store().find("bucket") == before


@pytest.mark.parametrize("calls", [4, 9])
def test_a_store_that_dies_in_the_middle_of_a_merge_shows_no_run(
    calls: int, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cosyn_multi.storage.patience.WAITS_S", (0.001,))
    url = f"unsteady://{tmp_path}/store/whole"
    Unsteady.behave(last=calls)
    with pytest.raises(RunError, match="can't be written: the store is gone; try again, or choose another place"):
        merge([folder / "one", folder / "two"], url)
    Unsteady.behave()
    with pytest.raises(RunError, match="no run here"):
        open_run(url)
