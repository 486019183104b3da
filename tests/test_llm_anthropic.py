"""The Anthropic provider: the real SDK against a server that behaves, and one that doesn't."""

import multiprocessing
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from llm_server import KEY, Cut, Fail, LlmServer, Raw, Say, Slow, serving
from llm_worlds import GOOD, MODEL, Basket, close_desks, desk, opened, request

from cosyn_multi.errors import ConfigError, RunError, SetupError, UserError
from cosyn_multi.llm import outage
from cosyn_multi.llm.anthropic import AnthropicProvider
from cosyn_multi.llm.desk import Desk
from cosyn_multi.llm.errors import ProviderDown, ProviderError, ProviderRefused
from cosyn_multi.llm.function import FunctionProvider
from cosyn_multi.llm.office import LlmOptions, open_desk
from cosyn_multi.llm.request import Request
from cosyn_multi.model import Reject


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[LlmServer]:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_CONFIG_DIR", str(tmp_path / "nobody"))
    with serving() as found:
        found.answer = lambda params: Say(GOOD)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", found.url)
        yield found
        close_desks()


def asking(
    folder: Path, *, retries: int = 2, timeout_s: float = 5, budget: float | None = None, patience_s: float = 0
) -> Desk:
    options = LlmOptions(model=MODEL, retries=retries, timeout_s=timeout_s, budget=budget, patience_s=patience_s)
    found = opened(open_desk(folder, options))
    found.budget.begin()
    return found


def test_an_answer_comes_as_a_value_with_its_tokens_and_price(server: LlmServer, tmp_path: Path) -> None:
    at = asking(tmp_path)
    assert at.ask_for(request(), Basket) == Basket.model_validate_json(GOOD)
    (row,) = at.ledger.costs()
    model, billed, batched = server.billed[0]
    assert (row.model, row.way, batched) == (model, "anthropic", False)
    assert (row.usage.input, row.usage.output) == (billed["input_tokens"], billed["output_tokens"])
    assert row.dollars > 0


def test_the_shared_part_is_marked_and_read_from_the_cache_by_the_second(server: LlmServer, tmp_path: Path) -> None:
    at = asking(tmp_path)
    at.ask(request("first"))
    at.ask(request("second"))
    system = server.asked()[0].params["system"]
    assert [b.get("cache_control") for b in system] == [{"type": "ephemeral", "ttl": "5m"}, None]
    (row,) = at.ledger.costs()
    assert row.usage.cache_write_5m == row.usage.cache_read > 500


def test_the_schema_goes_out_as_the_sdks_structured_output(server: LlmServer, tmp_path: Path) -> None:
    asking(tmp_path).ask(request(effort="low"))
    sent = server.asked()[0].params
    assert sent["output_config"]["format"]["schema"] == request().answer_schema
    assert sent["output_config"]["effort"] == "low"
    assert "temperature" not in sent


def test_thinking_is_no_part_of_the_answer(server: LlmServer, tmp_path: Path) -> None:
    server.script = [Say(GOOD, thinking="pears are cheap " * 50)]
    at = asking(tmp_path)
    assert at.ask(request()).text == GOOD
    assert at.ledger.costs()[0].usage.output > 150


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 521, 522, 523, 524, 529])
def test_what_may_pass_is_asked_again(server: LlmServer, tmp_path: Path, status: int) -> None:
    server.script = [
        Fail(status, "overloaded_error" if status == 529 else "api_error", html=status >= 520 and status < 529)
    ]
    assert asking(tmp_path).ask(request()).text == GOOD
    assert len(server.asked()) == 2


@pytest.mark.slow
def test_a_429_is_asked_again_after_the_seven_seconds_that_it_names(server: LlmServer, tmp_path: Path) -> None:
    server.script = [Fail(429, "rate_limit_error", "slow down", headers={"retry-after": "7"})]
    assert asking(tmp_path).ask(request()).text == GOOD
    first, second = server.asked()
    assert 7 <= second.at_s - first.at_s < 9


@pytest.mark.parametrize(
    ("fail", "kind"),
    [
        (Fail(400, "invalid_request_error", "messages: Field required"), "invalid"),
        (Fail(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API."), "quota"),
        (Fail(400, "invalid_request_error", "You have reached your specified API usage limits."), "quota"),
        (Fail(401, "authentication_error", "invalid x-api-key"), "auth"),
        (Fail(402, "billing_error", "check your payment details"), "quota"),
        (Fail(403, "permission_error", "not for this key"), "permission"),
        (Fail(404, "not_found_error", "model: claude-nonesuch"), "not_found"),
        (Fail(429, "rate_limit_error", "monthly cap", error_code="enforced_spend_limit_reached"), "quota"),
    ],
)
def test_what_waiting_does_not_mend_ends_the_run_at_once_in_one_line(
    server: LlmServer, tmp_path: Path, fail: Fail, kind: str
) -> None:
    at = asking(tmp_path, retries=5)
    at.ask(request("paid before"))
    server.script = [fail] * 6
    with pytest.raises(ProviderRefused) as caught:
        at.ask(request())
    assert isinstance(caught.value, UserError)
    line = str(caught.value)
    assert f"anthropic: {kind}: {fail.message.rstrip('.')}" in line and "\n" not in line and "answers are kept" in line
    assert len(server.asked()) == 2, "not asked again"
    assert at.ask(request("paid before")).text == GOOD


def test_a_wait_of_an_hour_is_not_sat_out(server: LlmServer, tmp_path: Path) -> None:
    server.script = [Fail(429, "rate_limit_error", "come back later", headers={"retry-after": "3600"})]
    with pytest.raises(ProviderDown, match="anthropic: rate_limit: come back later; wait, or ask"):
        asking(tmp_path).ask(request())
    assert len(server.asked()) == 1


@pytest.mark.parametrize("fail", [Fail(529, "overloaded_error", "Overloaded"), Fail(500), Fail(524, html=True)])
def test_an_outage_that_lasts_ends_the_run_with_one_line(server: LlmServer, tmp_path: Path, fail: Fail) -> None:
    server.script = [fail] * 3
    at = asking(tmp_path, retries=1)
    with pytest.raises(
        ProviderDown, match=r"^anthropic: (overloaded|server): .*status page.*All answers are kept"
    ) as caught:
        at.ask(request())
    assert isinstance(caught.value, RunError) and "\n" not in str(caught.value)
    assert at.budget.standing().total == 0, "errors are not billed"
    assert len(server.asked()) == 2


def test_a_short_outage_is_sat_out(server: LlmServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "SHORTEST_PAUSE_S", 0.05)
    monkeypatch.setattr(outage, "LONGEST_PAUSE_S", 0.05)
    server.script = [Fail(529, "overloaded_error", "Overloaded")] * 5
    assert asking(tmp_path, retries=0, patience_s=60).ask(request()).text == GOOD
    assert len(server.asked()) == 6


def test_a_request_over_which_the_provider_fails_alone_is_not_asked_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "SHORTEST_PAUSE_S", 0.01)
    failed: list[Request] = []

    def function(asked: Request) -> str:
        if asked.messages[0].text != "fatal":
            return GOOD
        failed.append(asked)
        at.ask(request(f"another {len(failed)}"))
        raise ProviderError("server", "fell over")

    at = desk(tmp_path, FunctionProvider(function))
    at.budget.begin()
    with pytest.raises(ProviderError, match="fell over"):
        at.ask(request("fatal"))
    assert len(failed) == 3
    close_desks()


@pytest.mark.parametrize(
    ("fail", "reason"),
    [
        (Fail(413, "request_too_large", "Request exceeds the maximum size"), "too_large"),
        (Fail(400, "invalid_request_error", "prompt is too long: 1200000 tokens > 1000000 maximum"), "too_large"),
    ],
)
def test_a_request_that_is_too_large_is_a_reject_and_the_run_goes_on(
    server: LlmServer, tmp_path: Path, fail: Fail, reason: str
) -> None:
    server.script = [fail]
    at = asking(tmp_path)
    found = at.ask_for(request(), Basket)
    assert isinstance(found, Reject) and found.reason == reason
    assert isinstance(at.ask_for(request("smaller"), Basket), Basket)


@pytest.mark.parametrize(
    ("say", "reason"),
    [
        (Say("", "refusal", stop_details={"type": "refusal", "category": "bio", "explanation": "no"}), "refused"),
        (Say(GOOD[:40], "max_tokens"), "cut_off"),
        (Say(GOOD[:40], "model_context_window_exceeded"), "cut_off"),
        (Say(""), "empty"),
        (Say("Sure! Here you go."), "malformed"),
        (Say('{"title": 4}'), "off_schema"),
        (Say(GOOD, "pause_turn"), "malformed"),
    ],
)
def test_an_answer_of_no_use_is_paid_counted_and_never_asked_again(
    server: LlmServer, tmp_path: Path, say: Say, reason: str
) -> None:
    server.script = [say]
    at = asking(tmp_path)
    for _ in range(2):
        found = at.ask_for(request(), Basket)
        assert isinstance(found, Reject) and found.reason == reason
    assert len(server.asked()) == 1
    assert at.ledger.counts("rejections") == {reason: 1}
    assert at.budget.standing().spent > 0


@pytest.mark.parametrize("step", [Cut(), Cut(30)])
def test_a_cut_line_is_asked_again_and_may_have_been_billed(server: LlmServer, tmp_path: Path, step: Cut) -> None:
    server.script = [step]
    at = asking(tmp_path)
    assert at.ask(request()).text == GOOD
    standing = at.budget.standing()
    assert standing.lost_calls == 1 and standing.in_flight == 0
    assert standing.lost >= standing.spent, "at its worst"


def test_an_answer_that_comes_too_late_is_a_timeout(server: LlmServer, tmp_path: Path) -> None:
    server.script = [Slow(1.5)]
    with pytest.raises(ProviderDown, match=r"anthropic: timeout: 127\.0\.0\.1:\d+: no answer in time") as caught:
        asking(tmp_path, retries=0, timeout_s=0.3).ask(request())
    assert isinstance(caught.value.__cause__, ProviderError) and caught.value.__cause__.lost_attempts == 1


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://no-such-host.invalid"])
def test_a_server_that_is_not_there_ends_the_run_at_once_and_costs_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", address)
    at = asking(tmp_path, retries=0, patience_s=600)
    host = re.escape(address.removeprefix("http://"))
    with pytest.raises(ProviderDown, match=rf"anthropic: connection: {host}: .*check the network and --base-url"):
        at.ask(request())
    assert at.budget.standing().total == 0
    close_desks()


@pytest.mark.parametrize(
    "raw",
    [
        Raw(b'{"id": "msg_1", "type": "mess'),
        Raw(b"<html>a proxy says hello</html>", "text/html"),
        Raw(b'{"hello": "world"}'),
        Raw(b"[]"),
        Raw(b""),
    ],
)
def test_a_body_that_is_no_message_is_malformed(server: LlmServer, tmp_path: Path, raw: Raw) -> None:
    server.script = [raw]
    with pytest.raises(ProviderError) as caught:
        asking(tmp_path, retries=0).ask(request())
    assert caught.value.kind == "malformed"


def test_kill_9_in_the_middle_loses_no_answer(server: LlmServer, tmp_path: Path) -> None:
    server.script = [Slow(0.03)] * 200
    asking(tmp_path).close()
    worker = multiprocessing.get_context("fork").Process(target=_ask_all, args=(tmp_path, 40))
    worker.start()
    while len(server.billed) < 8:
        time.sleep(0.005)
    worker.kill()
    worker.join()
    at = asking(tmp_path, budget=10)
    kept = sum(row.requests for row in at.ledger.costs())
    assert kept >= len(server.billed) - 1
    assert at.budget.standing().lost_calls <= 1, "the one in flight is counted at its worst"
    _ask_all(tmp_path, 40)
    assert len(server.billed) - 40 <= 1, "at most the one in flight was paid twice"
    assert sum(row.requests for row in at.ledger.costs()) == 40


def _ask_all(folder: Path, count: int) -> None:
    at = open_desk(folder, LlmOptions(model=MODEL))
    for i in range(count):
        assert at.ask(request(f"basket {i}")).text == GOOD
    at.close()


def test_half_a_surrogate_pair_does_not_lose_a_paid_answer(server: LlmServer, tmp_path: Path) -> None:
    server.script = [Say("\ud83d and half a pear")]
    at = asking(tmp_path)
    assert at.ask(request()).text == "\ufffd and half a pear"
    assert at.ask(request()).text == "\ufffd and half a pear"
    assert len(server.asked()) == 1


def test_haste_is_punished_once_for_all_workers(server: LlmServer, tmp_path: Path) -> None:
    at = asking(tmp_path)
    assert at.budget.pace.slots == 8
    server.script = [Fail(429, "rate_limit_error", "slow down", headers={"retry-after": "0.4"})]
    start = time.monotonic()
    at.ask(request())
    assert at.budget.pace.slots == 4
    other = asking_again(tmp_path)
    other.ask(request("another worker's"))
    assert time.monotonic() - start > 0.4
    for i in range(25):
        other.ask(request(f"basket {i}"))
    assert at.budget.pace.slots > 6, "and forgiven"


def asking_again(folder: Path) -> Desk:
    """Another worker's desk on the same ledger."""
    return opened(open_desk(folder, LlmOptions(model=MODEL)))


def test_a_limit_that_is_used_up_makes_all_pause_while_it_refills(server: LlmServer, tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    at = asking(tmp_path)
    reset = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    server.headers = {"anthropic-ratelimit-tokens-remaining": "0", "anthropic-ratelimit-tokens-reset": reset}
    at.ask(request("last of the minute"))
    server.headers = {}
    start = time.monotonic()
    at.ask(request())
    assert 0.4 < time.monotonic() - start < 2.5


def test_threads_keep_within_what_the_server_takes_at_once(server: LlmServer, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    server.most_at_once = 2
    server.script = [Slow(0.05)] * 40
    at = opened(open_desk(tmp_path, LlmOptions(model=MODEL, retries=10, at_once=6)))
    at.budget.begin()
    with ThreadPoolExecutor(6) as pool:
        texts = list(pool.map(lambda i: at.ask(request(f"basket {i}")).text, range(24)))
    assert texts == [GOOD] * 24
    assert sum(row.requests for row in at.ledger.costs()) == 24 == len(server.billed)


@pytest.mark.parametrize("profiles", ["nobody", ""])
def test_without_a_key_one_line_says_so_before_anything_is_sent(
    server: LlmServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, profiles: str
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.delenv("ANTHROPIC_AUTH_TOKEN", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ANTHROPIC_CONFIG_DIR", str(tmp_path / profiles) if profiles else "")
    with pytest.raises(SetupError, match="ANTHROPIC_API_KEY: not set") as caught:
        asking(tmp_path)
    assert "\n" not in str(caught.value) and not server.seen


def test_a_temperature_is_refused_before_the_api_does(server: LlmServer, tmp_path: Path) -> None:
    at = asking(tmp_path)
    with pytest.raises(ConfigError, match="temperature"):
        at.ask(request(temperature=0.2))
    assert not server.seen and at.budget.standing().total == 0


def test_the_sdk_is_loaded_by_the_first_use_only() -> None:
    code = (
        "import sys, cosyn_multi.llm.office, cosyn_multi.llm.report, cosyn_multi.llm.anthropic, cosyn_multi.llm.batch;"
        "assert not {'anthropic', 'openai', 'httpx2'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_provider_can_be_used_alone(server: LlmServer) -> None:
    provider = AnthropicProvider(base_url=server.url)
    reply = provider.complete(request())
    provider.close()
    assert (reply.text, reply.stop, reply.model) == (GOOD, "end", MODEL)
