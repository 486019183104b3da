"""Whole runs of the LLM author: by files, replayed, cut off, over the wire, in batches, within a budget."""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from llm_server import KEY, Fail, LlmServer, Say, Slow, serving
from recorded import RECIPE, SETS, respond, say, waiting
from test_llm_budget import billed

from cosyn_multi import generate, open_run
from cosyn_multi.assets import find_templates
from cosyn_multi.authors.base import Brief
from cosyn_multi.authors.offline.author import OfflineAuthor
from cosyn_multi.cli.estimate import command as estimate
from cosyn_multi.compose import compose
from cosyn_multi.engines.base import Event
from cosyn_multi.errors import RunError
from cosyn_multi.harvest import harvest
from cosyn_multi.llm.ledger import Ledger
from cosyn_multi.llm.report import report
from cosyn_multi.renderers.studio import Studio
from cosyn_multi.sandbox import make_cage
from cosyn_multi.shards.verify import verify

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def make(out: Path, sets: int = len(SETS), **more: Any) -> list[str]:
    """One invocation; what it said."""
    said: list[str] = []

    def told(event: Event) -> None:
        if event.said or event.warning:
            said.append(event.said or event.warning)

    generate(out, sets, workers=2, report=told, **{**RECIPE, "shard_size": 4, "llm": "files", **more})
    return said


def data(run: Path) -> dict[str, str]:
    """Digest of every shard file."""
    return {
        f.relative_to(run).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest()
        for f in sorted(run.rglob("*.parquet"))
    }


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recorded sets, made over the wire by one invocation."""
    out = tmp_path_factory.mktemp("llm") / "run"
    with pytest.MonkeyPatch.context() as patch, serving() as server:
        patch.setenv("ANTHROPIC_API_KEY", KEY)
        server.answer = say
        make(out, llm="anthropic", base_url=server.url, budget=5.0)
        asked = [json.dumps(s.params) for s in server.asked()]
        assert len(set(asked)) == len(asked), "nothing is asked twice"
    return out


def test_the_recorded_sets_go_through_the_whole_flow(finished: Path) -> None:
    run = open_run(finished)
    made = list(run)
    assert len(made) == len(SETS)
    assert {p.renderer for m in made for p in m.pictures} == {"html", "pdf", "matplotlib", "plotly"}
    assert all(p.origin == f"model {RECIPE['model']}" for m in made for p in m.pictures)
    for one in made:
        assert len(one.questions) == 4
        assert one.provenance.model == RECIPE["model"]
        assert one.provenance.prompts
        for question in one.questions:
            assert {w.name for w in question.draft.witnesses} == {"claimed", "second_call"}
    assert not [f for f in verify(run) if not isinstance(f, str)]
    assert not (finished / "work").exists()


def test_what_was_wrong_on_purpose_was_refused_with_its_reason(finished: Path) -> None:
    reasons = {(r.stage, r.reason) for r in open_run(finished).rejects()}
    assert reasons >= {
        ("code", "typed_value"), ("view", "not_drawn"), ("runs", "integer_division"), ("runs", "several_rows"),
        ("runs", "not_a_select"), ("agrees", "witness_differs"), ("ask", "unknown_kind"), ("ask", "answer_mark"),
        ("ask", "wrong_language"), ("ask", "injected"), ("ask", "too_few_images"), ("ask", "wrong_answer_type"),
        ("ask", "wrong_images"), ("ask", "no_answer_slot"), ("derive", "not_derived"),
        ("needs_every_image", "image_not_needed"), ("code", "syntax"), ("view", "low_contrast"),
        ("runs", "no_such_column"), ("runs", "limit_tie"), ("robust", "number_drifts"), ("not_leaked", "in_question"),
        ("not_leaked", "equal_choices"), ("unambiguous", "bare_difference"), ("unambiguous", "direction"),
        ("unambiguous", "page_vs_image"),
    }  # fmt: skip


def test_a_replay_gives_the_same_bytes_asks_nobody_and_says_what_it_lacks(finished: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    again.mkdir()
    shutil.copy(finished / "ledger.sqlite", again / "ledger.sqlite")
    said = make(again, len(SETS) + 1, replay=True, llm="anthropic")
    assert said[-1] == "1 sets need answers that the ledger does not have"
    assert data(again) == data(finished)


def test_a_set_is_made_by_files_in_as_many_rounds_as_it_has_stages(tmp_path: Path) -> None:
    out = tmp_path / "run"
    said = make(out, 1)
    assert said[-1] == "1 sets wait for answers; the same command goes on once they are there"
    line = json.loads((out / "requests" / "plan.jsonl").read_text(encoding="utf-8"))
    assert set(line) == {"id", "stage", "model", "system", "messages", "schema", "max_tokens"}
    assert not list(out.rglob("*.parquet"))
    stages: list[list[str]] = []
    while asked := waiting(out):
        stages.append(sorted({r.stage for r, _ in asked.values()}))
        respond(out)
        make(out, 1)
    assert stages == [["plan"], ["repair"], ["world"], ["code"], ["ask"], ["derive"]]
    assert len(open_run(out)) == 1


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LlmServer]:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    with serving() as server:
        server.answer = say
        yield server


def command(out: Path, server: LlmServer, sets: int, *more: str) -> list[str]:
    """The command line of a run of the recorded sets."""
    return [
        sys.executable, "-m", "cosyn_multi", "generate", "--author", "llm", "--model", RECIPE["model"], "--seed", "160",
        "--images", "2-3", "--questions", "4", "--shard-size", "4", "-n", str(sets), "--workers", "2", "--out", str(out),
        "--base-url", server.url, *more,
    ]  # fmt: skip


def killed_when(command: list[str], ready: Callable[[], bool]) -> None:
    """Start a command, kill it with -9 once something is so, and wait for its workers, who go with it."""
    mark = f"KILLED_RUN={uuid.uuid4().hex}"
    env = {**os.environ, **dict([mark.split("=")])}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env) as process:
        deadline = time.monotonic() + 600
        while not ready() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        process.kill()
    while _any_with(mark.encode()) and time.monotonic() < deadline:
        time.sleep(0.1)


def _any_with(mark: bytes) -> bool:
    """Whether any process has this in its environment."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (process / "environ").read_bytes():
                return True
    return False


def test_kill_9_in_the_middle_loses_no_answer_but_those_in_flight(server: LlmServer, tmp_path: Path) -> None:
    out = tmp_path / "run"

    def slowly(params: dict[str, Any]) -> Say:
        time.sleep(0.3)
        return say(params)

    server.answer = slowly
    counted: list[int] = []

    def seven() -> bool:
        counted.append(len(server.billed))
        return counted[-1] >= 7

    killed_when(command(out, server, 2), seven)
    billed = counted[-1]
    assert billed >= 7
    ledger = Ledger(out / "ledger.sqlite")
    kept = sum(row.requests for row in ledger.costs())
    ledger.close()
    assert billed - 2 <= kept <= len(server.billed), "at most one answer per worker was on its way"
    server.answer = say
    make(out, 2, llm="anthropic", base_url=server.url)
    assert len(open_run(out)) == 2
    asked = [json.dumps(s.params) for s in server.asked()]
    assert len(asked) - len(set(asked)) <= 2


def test_a_budget_is_a_planned_stop_and_the_run_goes_on_with_a_larger_one(server: LlmServer, tmp_path: Path) -> None:
    out = tmp_path / "run"
    ended = subprocess.run(command(out, server, 1, "--budget", "0.13"), capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.search(r"(?m)^--budget 0\.13: reached: .*raise --budget, and the same command goes on$", ended.stdout)
    spent = report(out)["totals"]["dollars"]
    assert 0 < spent <= 0.13
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["cost_usd"] == pytest.approx(spent)
    before = len(server.asked())
    make(out, 1, llm="anthropic", base_url=server.url, budget=2)
    assert len(open_run(out)) == 1
    asked = [json.dumps(s.params) for s in server.asked()]
    assert len(set(asked)) == len(asked) > before


def test_an_outage_and_a_dead_key_end_the_run_with_one_line_and_all_answers_are_kept(
    server: LlmServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "run"
    server.script = [*[Slow(0)] * 3, *[Fail(529, "overloaded_error", "Overloaded")] * 100]
    with pytest.raises(RunError, match=r"^anthropic: overloaded: Overloaded; see the provider's status page"):
        make(out, 2, llm="anthropic", base_url=server.url, patience_s=0)
    assert report(out)["totals"]["requests"] == 3
    server.script = []
    before = len(server.asked())
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-dead")
    with pytest.raises(RunError, match=r"anthropic: auth: .*set a key that works"):
        make(out, 2, llm="anthropic", base_url=server.url)
    assert report(out)["totals"]["requests"] == 3
    assert len(server.asked()) - before <= 2
    assert not list(out.rglob("*.parquet"))


def without(ledger: Path, stages: tuple[str, ...]) -> None:
    """Take the last stages out of a ledger, as if they were still to be asked."""
    with closing(sqlite3.connect(ledger)) as db, db:
        last = f"SELECT digest FROM requests WHERE stage IN ({', '.join('?' * len(stages))})"
        for table in ("answers", "rejections", "repairs", "requests"):
            db.execute(f"DELETE FROM {table} WHERE digest IN ({last})", stages)


def test_batches_carry_a_run_to_its_shard_and_a_kill_in_between_costs_nothing(
    server: LlmServer, finished: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    out.mkdir()
    shutil.copy(finished / "ledger.sqlite", out / "ledger.sqlite")
    without(out / "ledger.sqlite", ("ask", "derive"))
    killed_when(command(out, server, 1, "--llm", "batch"), lambda: bool(server.batches.made))
    waits = "1 sets wait for answers; the same command goes on once they are there"
    while make(out, 1, llm="batch", base_url=server.url)[-1] == waits:
        assert len(server.batches.made) < 3, "two stages, a batch each"
        server.batches.finish(lambda number, params: say(params))
    assert len(open_run(out)) == 1
    sent = [json.dumps(r["params"]) for b in server.batches.made for r in b.requests]
    assert len(set(sent)) == len(sent) == 2, "nothing is asked twice"
    assert not server.asked()
    rows = [a for a in report(out)["answers"] if a["way"] == "batch"]
    assert {r["stage"] for r in rows} == {"ask", "derive"}
    assert sum(r["dollars"] for r in rows) == pytest.approx(billed(server), abs=0.001)
    assert {batched for _, _, batched in server.billed} == {True}, "half the price"


def test_a_server_that_speaks_chat_completions_serves_as_well(server: LlmServer, tmp_path: Path) -> None:
    out = tmp_path / "run"
    make(out, 1, llm="openai", base_url=f"{server.url}/v1", model="my-own-model")
    assert len(open_run(out)) == 1
    assert {s.path for s in server.seen} == {"/v1/chat/completions"}


def test_harvested_code_draws_for_the_offline_author(finished: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    found = list(harvest(open_run(finished), library))
    assert len(found) == 28
    assert len([f for f in found if not f.alike]) >= 24
    assert all(f.alike for f in harvest(open_run(finished), library)), "a second harvest finds all of it there"
    templates, broken = find_templates(library)
    assert not broken
    names = {f.name for f in found if not f.alike}
    assert names <= set(templates)
    author = OfflineAuthor([t for t in templates.values() if t.name in names or t.artifact != "chart"])
    studio = Studio(make_cage(False))
    try:
        outcomes = [
            compose(Brief(seed=3, index=i, scenarios=("product_comparison",)), author, studio) for i in range(4)
        ]
    finally:
        studio.close()
    drawn = [p for o in outcomes if o.image_set for p in o.image_set.pictures if p.template in names]
    assert drawn
    assert {p.origin for p in drawn} == {"workspace"}


def test_an_estimate_takes_a_runs_own_tokens_and_yields(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for run in (None, finished):
        estimate(
            n=1000, model="claude-sonnet-5-5", author="llm", images="2-3", questions=4, code_share=1.0, thinking=0.5,
            run=run, prices=None, as_json=True,
        )  # fmt: skip
        told = json.loads(capsys.readouterr().out)
        assert {s["stage"] for s in told["stages"]} == {"plan", "world", "code", "repair", "ask", "derive"}
        assert 0 < told["dollars"]["batch"] < told["dollars"]["realtime"] < 500
        assert told["dollars per 1,000 questions"]["batch"] > 0
    assert told["questions"] == 4000
    assert told["from"] == "this run's ledger and yields"
