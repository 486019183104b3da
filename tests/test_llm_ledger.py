"""The ledger and the desk: each answer is paid once, on disk before it is used, and there after a crash."""

import multiprocessing
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from llm_worlds import GOOD, SHARED, Basket, close_desks, desk, request

from cosyn_multi.errors import RunError
from cosyn_multi.llm.errors import ProviderError, Unanswered
from cosyn_multi.llm.function import FunctionProvider
from cosyn_multi.llm.ledger import Ledger
from cosyn_multi.llm.request import Block, Message, Reply, Request, Usage
from cosyn_multi.model import Reject


@pytest.fixture(autouse=True)
def closing() -> Iterator[None]:
    yield
    close_desks()


class Counting:
    """A provider that writes a line per call into a file, so that calls of several processes add up."""

    name = "counting"

    def close(self) -> None:
        pass

    def __init__(self, file: Path, seconds: float = 0.0) -> None:
        self.file, self.seconds = file, seconds

    def complete(self, request: Request) -> Reply:
        with self.file.open("a") as out:
            out.write(request.messages[0].text + "\n")
        time.sleep(self.seconds)
        return Reply(text=GOOD, stop="end", usage=Usage(input=10, output=5))


def calls(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def test_the_same_request_is_asked_once_also_after_a_restart(tmp_path: Path) -> None:
    provider = Counting(tmp_path / "calls")
    first = desk(tmp_path, provider).ask(request())
    again = desk(tmp_path, provider).ask(request())
    assert first.text == again.text == GOOD
    assert len(calls(provider.file)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"messages": (Message(role="user", text="another"),)},
        {"model": "claude-haiku-5-5"},
        {"max_tokens": 2000},
        {"system": (Block(text="other"),)},
        {"answer_schema": None},
        {"effort": "low"},
        {"temperature": 0.5},
        {"sample": 1},
    ],
)
def test_whatever_shapes_the_answer_makes_another_request(changes: dict[str, Any]) -> None:
    assert request(**changes).digest != request().digest


def test_stage_and_cache_marks_shape_no_answer() -> None:
    unmarked = tuple(Block(text=b.text) for b in request().system)
    assert request(stage="plan").digest == request().digest == request(system=unmarked).digest


def test_two_processes_that_ask_the_same_at_once_pay_once(tmp_path: Path) -> None:
    file = tmp_path / "calls"
    Ledger(tmp_path / "ledger.sqlite").close()
    desk(tmp_path).budget.begin()
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_ask, args=(tmp_path, Counting(file, 0.3), ("same",))) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [w.exitcode for w in workers] == [0] * 4
    assert calls(file) == ["same"]


def test_many_processes_write_one_ledger(tmp_path: Path) -> None:
    file = tmp_path / "calls"
    desk(tmp_path).budget.begin()
    context = multiprocessing.get_context("fork")
    texts = tuple(f"basket {i}" for i in range(25))
    workers = [context.Process(target=_ask, args=(tmp_path, Counting(file), texts)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(calls(file)) == sorted(texts)
    assert sum(row.requests for row in desk(tmp_path).ledger.costs()) == 25


def _ask(folder: Path, provider: Counting, texts: tuple[str, ...]) -> None:
    at = desk(folder, provider)
    for text in texts:
        assert at.ask(request(text)).text == GOOD


def test_a_killed_process_loses_no_answer_that_it_had(tmp_path: Path) -> None:
    file = tmp_path / "calls"
    desk(tmp_path).budget.begin()
    worker = multiprocessing.get_context("fork").Process(
        target=_ask, args=(tmp_path, Counting(file, 0.05), tuple(f"basket {i}" for i in range(100)))
    )
    worker.start()
    while len(calls(file)) < 6:
        time.sleep(0.01)
    assert worker.pid
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    begun = len(calls(file))
    at = desk(tmp_path, Counting(file))
    at.budget.begin()
    kept = sum(row.requests for row in at.ledger.costs())
    assert begun - 1 <= kept <= begun, "at most the one in flight is asked again"
    _ask(tmp_path, Counting(file), tuple(f"basket {i}" for i in range(begun)))
    assert len(calls(file)) == begun + (begun - kept)


def test_a_process_that_died_blocks_nobody_and_its_call_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "calls"
    desk(tmp_path).budget.begin()
    worker = multiprocessing.get_context("fork").Process(target=_ask, args=(tmp_path, Counting(file, 60), ("same",)))
    worker.start()
    while not calls(file):
        time.sleep(0.01)
    worker.kill()
    worker.join()
    at = desk(tmp_path, Counting(file))
    assert at.ask(request("same")).text == GOOD
    at.budget.begin()
    standing = at.budget.standing()
    assert standing.lost_calls == 1 and standing.lost > 0 and standing.in_flight == 0


def test_a_replay_never_calls_out(tmp_path: Path) -> None:
    desk(tmp_path, FunctionProvider(lambda r: GOOD)).ask(request())
    replay = desk(tmp_path)
    assert replay.ask(request()).text == GOOD
    with pytest.raises(Unanswered):
        replay.ask(request("never asked"))
    assert replay.ledger.waiting() == [], "a replay notes nothing either"


def test_a_carried_request_is_noted_once_in_the_order_of_sets(tmp_path: Path) -> None:
    at = desk(tmp_path, notes=True)
    for text, index in (("b", 2), ("a", 1), ("b", 2)):
        with pytest.raises(Unanswered):
            at.ask(request(text), set_index=index)
    assert [r.messages[0].text for r in at.ledger.waiting()] == ["a", "b"]
    assert at.ledger.waiting()[0] == request("a")


def test_what_requests_share_is_stored_once(tmp_path: Path) -> None:
    at = desk(tmp_path, FunctionProvider(lambda r: GOOD))
    for i in range(5):
        at.ask(request(f"basket {i}"))
    raw = sqlite3.connect(tmp_path / "ledger.sqlite")
    bodies = "".join(row[0] for row in raw.execute("SELECT body FROM requests"))
    assert SHARED not in bodies and raw.execute("SELECT count(*) FROM texts").fetchone() == (2,)
    raw.close()
    assert at.ledger.requests() == [request(f"basket {i}") for i in range(5)]


def test_a_rejected_answer_is_remembered_with_its_reason_and_not_paid_again(tmp_path: Path) -> None:
    asked: list[str] = []

    def malformed(r: Request) -> str:
        asked.append(r.id)
        return "I'd rather not write JSON."

    for _ in range(3):
        found = desk(tmp_path, FunctionProvider(malformed)).ask_for(request(), Basket, set_index=7)
        assert isinstance(found, Reject)
        assert (found.stage, found.reason, found.set_index) == ("world", "malformed", 7)
    assert len(asked) == 1
    assert desk(tmp_path).ledger.counts("rejections") == {"malformed": 1}


def test_a_request_that_is_too_large_is_not_tried_twice(tmp_path: Path) -> None:
    asked: list[str] = []

    def too_large(r: Request) -> str:
        asked.append(r.id)
        raise ProviderError("too_large", "prompt is too long")

    at = desk(tmp_path, FunctionProvider(too_large))
    for _ in range(2):
        found = at.ask_for(request(), Basket)
        assert isinstance(found, Reject) and found.reason == "too_large"
    assert len(asked) == 1


def test_a_passing_failure_is_waited_out_and_is_no_reject(tmp_path: Path) -> None:
    said: list[Reply | ProviderError] = [ProviderError("overloaded", "busy"), Reply(text=GOOD, stop="end")]

    def function(r: Request) -> Reply:
        one = said.pop(0)
        if isinstance(one, ProviderError):
            raise one
        return one

    at = desk(tmp_path, FunctionProvider(function))
    assert isinstance(at.ask_for(request(), Basket), Basket)
    assert not said and at.ledger.rejection(request().digest) is None


def test_a_file_that_is_no_ledger_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_text("not a database, but a letter to my aunt about the weather\n" * 50)
    with pytest.raises(RunError, match=r"can't be opened as a ledger"):
        Ledger(tmp_path / "ledger.sqlite")


def test_a_ledger_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    Ledger(tmp_path / "ledger.sqlite").close()
    raw = sqlite3.connect(tmp_path / "ledger.sqlite")
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(RunError, match="version 99"):
        Ledger(tmp_path / "ledger.sqlite")
