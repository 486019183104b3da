"""The Ray engine on a real cluster of this machine: the same bytes, whatever is killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ray_cluster import QUIET
from test_cli import cosyn, one_line
from test_run import digests

from cosyn_multi import generate
from cosyn_multi.engines.base import Event
from cosyn_multi.errors import RunError

SETS = 4
SMALL: dict[str, Any] = {
    "seed": 5, "shard_size": 1, "images": (2, 2), "questions": 4, "artifacts": ["doc"], "sets": SETS,
}  # fmt: skip


@pytest.fixture(scope="module")
def cluster() -> Iterator[dict[str, Any]]:
    """Tests take it apart, node by node, in the order in which they stand here."""
    kept = dict(os.environ)
    os.environ.update(QUIET | {"RAY_gcs_rpc_server_reconnect_timeout_s": "5"})
    script = str(Path(__file__).parent / "ray_cluster.py")
    command = [sys.executable, script, "2"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin and process.stdout
    try:
        yield json.loads(next(line for line in process.stdout if line.startswith("{")))
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(timeout=60)
        os.environ.clear()
        os.environ.update(kept)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Digests of the run as the local engine makes it."""
    out = tmp_path_factory.mktemp("local") / "run"
    generate(out, workers=1, **SMALL)
    return digests(out)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_four_workers_on_two_nodes_make_the_same_bytes(
    cluster: dict[str, Any], alone: dict[str, str], tmp_path: Path
) -> None:
    generate(tmp_path / "run", engine="ray", ray_address=cluster["address"], workers=4, **SMALL)
    assert digests(tmp_path / "run") == alone
    assert not (tmp_path / "run" / "work").exists()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_sets_are_reported_while_their_shard_is_open_and_each_once(cluster: dict[str, Any], tmp_path: Path) -> None:
    record = tmp_path / "run" / "manifest" / "shard-00000.json"
    open_at: list[int] = []
    made: list[int] = []

    def note(event: Event) -> None:
        if event.made is not None:
            made.append(event.made.index)
            if not record.exists():
                open_at.append(event.made.index)

    options = SMALL | {"shard_size": 6, "sets": 6}
    generate(tmp_path / "run", engine="ray", ray_address=cluster["address"], workers=1, report=note, **options)
    assert open_at and sorted(made) == list(range(6))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_a_killed_node_was_at_is_made_on_the_other_one(
    cluster: dict[str, Any], alone: dict[str, str], tmp_path: Path
) -> None:
    events: list[Event] = []

    def kill_a_node(event: Event) -> None:
        if not events:
            for pid in cluster["nodes"][0]:
                os.kill(pid, signal.SIGKILL)
        events.append(event)

    generate(
        tmp_path / "run", engine="ray", ray_address=cluster["address"], workers=2, report=kill_a_node, **SMALL
    )  # fmt: skip
    assert [e.warning for e in events if "its worker was lost" in e.warning]
    assert digests(tmp_path / "run") == alone


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_head_that_goes_away_is_one_line_and_a_ray_of_this_machine_goes_on(
    cluster: dict[str, Any], alone: dict[str, str], tmp_path: Path
) -> None:
    def kill_the_head(event: Event) -> None:
        if event.closed is not None:
            for pid in cluster["head"]:
                os.kill(pid, signal.SIGKILL)
            cluster["head"] = []

    with pytest.raises(RunError, match="went away; closed shards are kept") as raised:
        generate(
            tmp_path / "run", engine="ray", ray_address=cluster["address"], workers=1, report=kill_the_head, **SMALL
        )
    log = Path(str(raised.value).rpartition("words: ")[2].rstrip(")"))
    assert "GCS" in log.read_text()
    log.unlink()
    assert list((tmp_path / "run" / "manifest").glob("shard-*.json"))
    generate(tmp_path / "run", engine="ray", workers=1, **SMALL)
    assert digests(tmp_path / "run") == alone


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--engine", "rye"], "Did you mean 'ray'?"),
        (["--ray-address", "auto"], "add --engine ray"),
        (["--engine", "ray", "--ray-address", "127.0.0.1:9"], "no Ray cluster there"),
        (["--engine", "ray", "--ray-address", "somewhere"], "write auto or host:port"),
        (["--engine", "ray", "--author", "llm", "--model", "claude-haiku-5-5"], "--engine local"),
    ],
)
def test_an_engine_that_cannot_work_is_one_line_and_leaves_nothing(
    options: list[str], said: str, tmp_path: Path
) -> None:
    done = cosyn("generate", "--out", str(tmp_path / "run"), "-n", "2", *options)
    assert said in one_line(done)
    assert not (tmp_path / "run" / "run.toml").exists()


def test_without_ray_it_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['ray'] = None\n"
        "from cosyn_multi.cli import main\n"
        f"sys.argv = ['cosyn-multi', 'generate', '--engine', 'ray', '-n', '2', '--out', {str(tmp_path / 'run')!r}]\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "pip install 'cosyn-multi[ray]'" in one_line(done)
