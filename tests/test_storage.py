"""Runs in stores: the same bytes as in a folder, whole or not there, through calls that fail."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from stores import Unsteady, make_run_at, s3_server
from test_cli import cosyn, one_line

from cosyn_multi import open_run
from cosyn_multi.errors import ConfigError, RunError
from cosyn_multi.shards.lazy import LazyRun, RowGroups
from cosyn_multi.shards.verify import Fault, verify
from cosyn_multi.storage import RemotePath, is_remote, place, spelled

SETS = 6
REAL = ["-n", "2", "--seed", "5", "--shard-size", "1", "--images", "2-2", "--questions", "4", "--artifact", "doc"]


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, str]]:
    with s3_server() as environment:
        yield environment


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("local") / "run"
    make_run_at(str(out), out / "work", SETS)
    return out


@pytest.fixture
def unsteady(tmp_path: Path) -> Iterator[str]:
    """The URL of a run in a store that fails; it behaves until it is told otherwise."""
    Unsteady.behave()
    yield f"unsteady://{tmp_path}/store/run"
    Unsteady.behave()


def digests(run: str | Path) -> dict[str, str]:
    """Digest of every file of a run but its lock and unfinished work, wherever it lies."""
    root = place(run)
    files = [p for p in root.rglob("*") if p.is_file() and p.name != ".lock" and "work" not in p.parent.name]
    return {p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_what_a_user_writes_becomes_a_path_once(tmp_path: Path) -> None:
    assert place(tmp_path) == tmp_path
    assert place(f"file://{tmp_path}") == tmp_path
    assert not is_remote("outputs/run:1")
    assert spelled(Path("s3://bucket/run")) == "s3://bucket/run"
    remote = place(Path("memory://bucket/run"))
    assert isinstance(remote, RemotePath)
    assert str(remote / "data" / "x.parquet") == "memory:///bucket/run/data/x.parquet"
    with pytest.raises(ConfigError, match="Known: file, gs, hf, s3"):
        place("s4://bucket/run")


def test_a_run_in_a_store_has_the_bytes_of_one_in_a_folder(s3: dict[str, str], local: Path, tmp_path: Path) -> None:
    make_run_at("s3://bucket/same/run", tmp_path / "work", SETS)
    assert digests("s3://bucket/same/run") == digests(local)


def test_a_run_in_a_store_is_read_like_one_in_a_folder(s3: dict[str, str], local: Path, tmp_path: Path) -> None:
    make_run_at("s3://bucket/read/run", tmp_path / "work", SETS)
    here, there = open_run(local), open_run("s3://bucket/read/run")
    assert list(here) == list(there)
    assert list(here.rejects()) == list(there.rejects())
    assert there.get("3-000004") == here.get("3-000004")
    lazy = LazyRun(there, RowGroups())
    assert [lazy.set(i).id for i in range(len(lazy))] == [s.id for s in here]
    said = [f.what for f in verify(there) if isinstance(f, Fault)]
    assert said == [f.what for f in verify(here) if isinstance(f, Fault)]


def test_a_store_that_fails_every_tenth_call_gets_the_same_bytes(unsteady: str, local: Path, tmp_path: Path) -> None:
    Unsteady.behave(every=10, slow_s=0.002)
    make_run_at(unsteady, tmp_path / "work", SETS)
    assert list(open_run(unsteady)) == list(open_run(local))
    Unsteady.behave()
    assert digests(unsteady) == digests(local)


@pytest.mark.parametrize("calls", [9, 24, 47, 70])
def test_a_store_that_dies_shows_no_half_file_and_the_same_command_goes_on(
    calls: int, unsteady: str, local: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cosyn_multi.storage.patience.WAITS_S", (0.001,))
    Unsteady.behave(last=calls)
    with pytest.raises(RunError, match=r"the store is gone|can't be"):
        make_run_at(unsteady, tmp_path / "work", SETS)
    Unsteady.behave()
    whole = digests(local)
    shown = {name: found for name, found in digests(unsteady).items() if not name.endswith(".tmp")}
    assert {n: d for n, d in shown.items() if "shard-" in n or "data/" in n}.items() <= whole.items()
    make_run_at(unsteady, tmp_path / "work", SETS)
    assert digests(unsteady) == whole


def test_readers_trust_the_records_and_not_what_else_lies_there(unsteady: str, local: Path, tmp_path: Path) -> None:
    make_run_at(unsteady, tmp_path / "work", SETS)
    (tmp_path / "store/run/data/mixed/train-00009.parquet").write_bytes(b"half a shard")
    assert len(open_run(unsteady)) == len(open_run(local))
    assert any("is in no record" in f.what for f in verify(open_run(unsteady)) if isinstance(f, Fault))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_generate_into_a_bucket_ends_like_into_a_folder(s3: dict[str, str], tmp_path: Path) -> None:
    """Real sets by two workers; the first attempt is killed when its first shard is closed."""
    environment = {**os.environ, **s3, "TMPDIR": str(tmp_path / "scratch")}
    (tmp_path / "scratch").mkdir()
    command = [
        sys.executable,
        "-m",
        "cosyn_multi",
        "generate",
        "--out",
        "s3://bucket/real/run",
        "--workers",
        "2",
        *REAL,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if " of 2 sets" in line:
                break
        process.kill()
    assert "manifest/shard-0000" in " ".join(digests("s3://bucket/real/run"))
    assert cosyn("generate", "--out", "s3://bucket/real/run", *REAL, env=environment).returncode == 0
    assert cosyn("generate", "--out", str(tmp_path / "run"), "--workers", "1", *REAL).returncode == 0
    assert digests("s3://bucket/real/run") == digests(tmp_path / "run")
    assert "0 faults" in cosyn("verify", "s3://bucket/real/run").stdout
    assert "questions" in cosyn("stats", "s3://bucket/real/run").stdout
    shown = cosyn("show", "s3://bucket/real/run", "5-000000", "--to", str(tmp_path / "images"))
    assert "image 2" in shown.stdout and len(list((tmp_path / "images").iterdir())) == 2


@pytest.mark.parametrize(
    ("out", "lost", "said"),
    [
        ("s3://nowhere/run", (), "there is no bucket 'nowhere'"),
        ("s4://bucket/run", (), "'s4': no such kind of store"),
        ("s3://bucket/new", ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "no credentials were found"),
    ],
)
def test_a_store_that_cannot_be_used_is_one_line(
    out: str, lost: tuple[str, ...], said: str, s3: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in lost:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    before = digests("s3://bucket") if not lost else {}
    assert said in one_line(cosyn("generate", "--out", out, "-n", "2"))
    assert lost or digests("s3://bucket") == before


def test_paid_answers_are_not_kept_in_a_store(s3: dict[str, str]) -> None:
    done = cosyn("generate", "--out", "s3://bucket/llm", "-n", "2", "--author", "llm", "--model", "claude-haiku-5-5")
    assert "must lie on this machine" in one_line(done)
