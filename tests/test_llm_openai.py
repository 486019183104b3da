"""Servers that speak chat completions: the real SDK, an extra, against ours."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from llm_server import Cut, Fail, LlmServer, Raw, Say, serving
from llm_worlds import GOOD, Basket, close_desks, opened, request

from cosyn_multi.errors import SetupError
from cosyn_multi.llm.desk import Desk
from cosyn_multi.llm.errors import Kind, ProviderError, ProviderRefused
from cosyn_multi.llm.office import LlmOptions, open_desk
from cosyn_multi.llm.openai import params
from cosyn_multi.model import Reject

pytest.importorskip("openai")


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with serving() as found:
        found.answer = lambda params: Say(GOOD)
        yield found
        close_desks()


def asking(server: LlmServer, folder: Path, retries: int = 1) -> Desk:
    options = LlmOptions(llm="openai", model="qwen", base_url=f"{server.url}/v1", retries=retries, timeout_s=5)
    return opened(open_desk(folder, options))


def test_a_server_at_home_answers_without_a_key_and_without_a_price(server: LlmServer, tmp_path: Path) -> None:
    at = asking(server, tmp_path)
    assert at.ask_for(request(model="qwen"), Basket) == Basket.model_validate_json(GOOD)
    (row,) = at.ledger.costs()
    assert (row.way, row.unpriced, row.dollars) == ("openai", 1, 0)
    assert row.usage.input > 0 and row.usage.output > 0


def test_schema_limits_and_temperature_go_out_in_the_apis_words(server: LlmServer, tmp_path: Path) -> None:
    asked = request(model="qwen", temperature=0.3)
    asking(server, tmp_path).ask(asked)
    sent = server.seen[0].params
    assert sent["response_format"]["json_schema"] == {"name": "world", "strict": True, "schema": asked.answer_schema}
    assert (sent["max_tokens"], sent["temperature"]) == (1000, 0.3)
    assert [m["role"] for m in sent["messages"]] == ["system", "user"]
    assert "max_completion_tokens" in params(asked, own_server=False), "OpenAI's own name for it"


@pytest.mark.parametrize(
    ("say", "reason"),
    [(Say("I can't.", "refusal"), "refused"), (Say(GOOD[:30], "max_tokens"), "cut_off"), (Say(""), "empty")],
)
def test_an_answer_of_no_use_has_the_same_reasons(server: LlmServer, tmp_path: Path, say: Say, reason: str) -> None:
    server.script = [say]
    found = asking(server, tmp_path).ask_for(request(model="qwen"), Basket)
    assert isinstance(found, Reject) and found.reason == reason


@pytest.mark.parametrize(
    ("fail", "kind"),
    [
        (Fail(401, "invalid_request_error", "Incorrect API key provided"), "auth"),
        (Fail(429, "insufficient_quota", "You exceeded your current quota", error_code="insufficient_quota"), "quota"),
        (Fail(404, "invalid_request_error", "The model does not exist"), "not_found"),
    ],
)
def test_what_waiting_does_not_mend_ends_the_run(server: LlmServer, tmp_path: Path, fail: Fail, kind: Kind) -> None:
    server.script = [fail] * 4
    with pytest.raises(ProviderRefused, match=f"openai: {kind}: "):
        asking(server, tmp_path, retries=3).ask(request(model="qwen"))
    assert len(server.seen) == 1


def test_what_may_pass_is_asked_again(server: LlmServer, tmp_path: Path) -> None:
    server.script = [Fail(503), Fail(429, "rate_limit_error", headers={"retry-after": "0.1"})]
    assert asking(server, tmp_path, retries=3).ask(request(model="qwen")).text == GOOD
    assert len(server.seen) == 3


@pytest.mark.parametrize("body", [b"{}", b'{"choices": []}', b"nothing"])
def test_a_body_that_is_no_completion_is_malformed(server: LlmServer, tmp_path: Path, body: bytes) -> None:
    server.script = [Raw(body)]
    with pytest.raises(ProviderError) as caught:
        asking(server, tmp_path, retries=0).ask(request(model="qwen"))
    assert caught.value.kind == "malformed"


def test_a_cut_line_is_asked_again(server: LlmServer, tmp_path: Path) -> None:
    server.script = [Cut(20)]
    assert asking(server, tmp_path).ask(request(model="qwen")).text == GOOD


def test_openai_itself_wants_a_key(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="OPENAI_API_KEY: not set"):
        open_desk(tmp_path, LlmOptions(llm="openai", model="gpt"))


def test_without_the_package_one_line_says_how_to_get_it(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['openai'] = None\n"
        "from pathlib import Path\n"
        "from cosyn_multi.errors import SetupError\n"
        "from cosyn_multi.llm.office import LlmOptions, open_desk\n"
        "try: open_desk(Path(sys.argv[1]), LlmOptions(llm='openai', model='qwen', base_url='http://127.0.0.1:9/v1'))\n"
        "except SetupError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "--llm openai: needs a package more: pip install 'cosyn-multi[openai]'\n"
