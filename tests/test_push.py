"""Publishing a run, by the hub's own client, to a server of ours that speaks what an upload needs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import cosyn_multi
from export_runs import image_set, make_run
from hub_server import Hub, hub

from cosyn_multi.reviews import Reviews, ref_of
from cosyn_multi.shards.read import open_run
from cosyn_multi.shards.verify import Fault, verify

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # in the hub's own client


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a verdict and a ledger, which are nobody else's business."""
    out = make_run(tmp_path_factory.mktemp("runs") / "shop", [image_set(i) for i in range(5)])
    reviews = Reviews(out)
    reviews.judge("Ada", ref_of(next(iter(open_run(out))), 1), "right")
    reviews.close()
    (out / "ledger.sqlite").write_bytes(b"paid for")
    return out


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub, which the client finds in the place of the real one, and a token for it."""
    from huggingface_hub import constants

    with hub() as state:
        monkeypatch.setattr(constants, "ENDPOINT", state.url)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setenv("HF_TOKEN", state.token)
        yield state


def test_a_pushed_run_can_be_fetched_and_proves_itself(
    run: Path, there: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told, _ = cosyn_multi(capsys, "push", run, "--repo", "you/shop", "--private")
    assert code == 0 and f"published: {there.url}/datasets/you/shop" in told
    assert there.repos["you/shop"]["type"] == "dataset" and there.repos["you/shop"]["visibility"] == "private"
    assert not [p for p in there.committed if "reviews" in p or "ledger" in p or "work" in p]
    assert b'load_dataset("you/shop", "table", split="train")' in there.committed["README.md"]
    for path, data in there.committed.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    assert len(open_run(tmp_path)) == 5
    assert [f for f in verify(open_run(tmp_path)) if isinstance(f, Fault)] == []


def test_pushing_again_sends_no_shard_twice(run: Path, there: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    for commits in (1, 2):
        code, _, said = cosyn_multi(capsys, "push", run, "--repo", "you/shop")
        assert code == 0, said
        assert there.commits == commits
    there.refuse["/lfs/"] = 500
    assert len(there.stored) == len([p for p in there.committed if p.endswith((".parquet", ".png"))])


def test_a_dry_run_lists_what_would_go_and_needs_no_token(
    run: Path, there: Hub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HF_TOKEN")
    code, told, _ = cosyn_multi(capsys, "push", run, "--repo", "you/shop", "--dry-run")
    assert code == 0 and "data/table/train-00000.parquet" in told and "a dry run, nothing was sent" in told
    assert not there.repos and not there.stored


@pytest.mark.parametrize("repo", ["shop", "you/shop/more", "you/sh op", "you/..", "-you/shop", "you/" + "a" * 100, ""])
def test_a_name_that_no_repository_can_have_is_refused_before_anything_is_sent(
    repo: str, run: Path, there: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, said = cosyn_multi(capsys, "push", run, "--repo", repo)
    assert code == 2 and "no repository can have that name" in said and len(said.splitlines()) == 1
    assert not there.repos


def test_missing_and_bad_tokens_say_what_to_do(
    run: Path, there: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from huggingface_hub import constants

    monkeypatch.setenv("HF_TOKEN", "hf_bad")
    code, _, said = cosyn_multi(capsys, "push", run, "--repo", "you/shop")
    assert code == 2 and "refuses the token (401: Invalid credentials" in said and len(said.splitlines()) == 1
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "none"))
    monkeypatch.setattr(constants, "HF_STORED_TOKENS_PATH", str(tmp_path / "nothing"))
    code, _, said = cosyn_multi(capsys, "push", run, "--repo", "you/shop")
    assert code == 2 and "set HF_TOKEN, or log in" in said and not there.repos


def test_a_hub_that_refuses_or_is_not_there_is_one_line_and_no_commit(
    run: Path, there: Hub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from huggingface_hub import constants

    there.refuse["/commit/"] = 413
    code, _, said = cosyn_multi(capsys, "push", run, "--repo", "you/shop")
    assert code == 2 and "the hub refuses (413" in said and len(said.splitlines()) == 1 and there.commits == 0
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    code, _, said = cosyn_multi(capsys, "push", run, "--repo", "you/shop")
    assert code == 2 and "can't be reached" in said and len(said.splitlines()) == 1


def test_a_run_that_is_not_finished_is_not_published(
    there: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    half = make_run(tmp_path / "half", [image_set(i) for i in range(3)])
    next(half.rglob("*.parquet")).unlink()
    code, _, said = cosyn_multi(capsys, "push", half, "--repo", "you/shop")
    assert code == 2 and "isn't finished" in said and not there.repos
    assert json.loads((half / "manifest.json").read_text())
