"""Images that come as addresses, from a server that misbehaves."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from image_server import PICTURE, Server, serving
from qa_runs import draw
from typer.testing import CliRunner

from cosyn_multi.cli.app import app
from cosyn_multi.gather.downloads import FetchOptions
from cosyn_multi.qa.problems import Problem
from cosyn_multi.qa.start import start
from cosyn_multi.qa.store import Store

DIGEST = hashlib.sha256(PICTURE).hexdigest()
OPTIONS = FetchOptions(allow_private=True, backoff_s=0.02, tries=2, timeout_s=10, total_s=20)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


def rows(file: Path, *given: dict[str, str]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in given), encoding="utf-8")
    return file


def begin(run: Path, *sources: Path | str) -> tuple[list[Problem], list[str]]:
    said: list[str] = []
    begun = start(run, [str(s) for s in sources], None, None, None, said.append, OPTIONS)
    return begun.problems, [*said, begun.line]


def test_images_that_are_addresses_are_fetched_and_dead_ones_are_told_and_left_out(
    server: Server, tmp_path: Path
) -> None:
    given = rows(
        tmp_path / "rows.jsonl",
        {"image_url": f"{server.url}/good", "image_sha256": DIGEST, "caption": "A red dot."},
        {"image": f"{server.url}/gone", "caption": "Nothing any more."},
        {"image_url": f"{server.url}/page"},
        {"url": f"{server.url}/always_busy"},
        {"image_url": f"{server.url}/other", "image_sha256": "0" * 64},
    )
    local = draw(tmp_path / "a.png", "a")
    problems, said = begin(tmp_path / "qa", given, local)
    assert [(p.where, p.reason) for p in problems] == [
        ("rows.jsonl:2", "dead"), ("rows.jsonl:3", "no_image"), ("rows.jsonl:4", "failed"), ("rows.jsonl:5", "other_picture"),
    ]  # fmt: skip
    assert f"{server.url}/gone: status 404" in problems[0].detail
    assert "fetch: 5 addresses (1 dead, 1 failed, 1 no_image, 1 ok, 1 other_picture)" in said
    assert said[-1].endswith("2 images (2 new), 1 without a caption")
    store = Store(tmp_path / "qa")
    (picture,) = [p for p in store.pictures.all() if p.address]
    assert (picture.sha256, picture.address) == (DIGEST, f"{server.url}/good")
    assert (store.run / picture.file).read_bytes() == PICTURE
    assert store.pictures.captions()[DIGEST].text == "A red dot."
    assert store.pictures.named(f"{server.url}/good") == [DIGEST]
    store.close()


def test_starting_again_asks_only_for_what_failed_in_passing_or_was_lost(server: Server, tmp_path: Path) -> None:
    sources = [f"{server.url}/{path}" for path in ("good", "gone", "always_busy")]
    begin(tmp_path / "qa", *sources)
    before = Counter(server.seen)
    begin(tmp_path / "qa", *sources)
    assert server.seen - before == {"/always_busy": OPTIONS.tries}
    (file,) = (tmp_path / "qa" / "images").iterdir()
    file.unlink()
    _, said = begin(tmp_path / "qa", *sources)
    assert server.seen["/good"] == 2
    assert file.read_bytes() == PICTURE
    assert said[-1].endswith("1 images (0 new), 1 without a caption")


def test_private_addresses_need_the_flag(server: Server, tmp_path: Path) -> None:
    command = ["qa", "start", f"{server.url}/good", "--tries", "1", "--out", str(tmp_path / "qa")]
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code == 0, refused.output
    assert "refused: " in refused.output
    assert "--allow-private" in refused.output
    assert not server.seen
    fetched = CliRunner().invoke(app, [*command, "--allow-private"])
    assert "1 images (1 new)" in fetched.output
