"""Prices and the budget: no request is sent whose worst case would pass the limit, over all processes."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from llm_server import KEY, LlmServer, Say, serving
from llm_worlds import GOOD, MODEL, close_desks, desk, opened, request

from cosyn_multi.errors import ConfigError, RunError
from cosyn_multi.llm.errors import BudgetReached
from cosyn_multi.llm.function import FunctionProvider
from cosyn_multi.llm.office import LlmOptions, open_desk
from cosyn_multi.llm.prices import load_prices
from cosyn_multi.llm.request import Block, Message, Reply, Request, Usage


@pytest.fixture(autouse=True)
def closing() -> Iterator[None]:
    yield
    close_desks()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LlmServer]:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    with serving() as found:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", found.url)
        yield found
        close_desks()


def billed(server: LlmServer) -> float:
    """What the server would charge, from its own count."""
    prices = load_prices()
    total = 0.0
    for model, usage, batched in server.billed:
        written = usage["cache_creation"]
        tokens = Usage(
            input=usage["input_tokens"],
            output=usage["output_tokens"],
            cache_read=usage["cache_read_input_tokens"],
            cache_write_5m=written["ephemeral_5m_input_tokens"],
            cache_write_1h=written["ephemeral_1h_input_tokens"],
        )
        total += prices.of(model).cost(tokens, batched=batched)
    return total


def test_an_answer_costs_what_the_table_says() -> None:
    sonnet = load_prices().of("claude-sonnet-5-5")
    usage = Usage(input=1_000, cache_read=10_000, cache_write_5m=2_000, output=3_000)
    assert sonnet.cost(usage) == pytest.approx((1_000 * 2 + 10_000 * 0.1 + 2_000 * 2.5 + 3_000 * 10) / 1e6)
    assert sonnet.cost(usage, batched=True) == pytest.approx(sonnet.cost(usage) / 2)


def test_a_long_prompt_pays_the_long_price_for_every_token() -> None:
    haiku = load_prices().of("claude-haiku-5-5")
    assert haiku.cost(Usage(input=100_000, output=1000)) == pytest.approx((100_000 * 0.1 + 1000 * 0.5) / 1e6)
    assert haiku.cost(Usage(input=60_000, cache_read=40_001)) == pytest.approx((60_000 * 0.5 + 40_001 * 0.05) / 1e6)


def test_every_price_in_the_table_is_ordered_as_prices_are() -> None:
    prices = load_prices()
    assert len(prices.date) == 10
    for name, price in prices.models.items():
        assert price.cache_read < price.input < price.cache_write_5m < price.cache_write_1h < price.output, name


def test_a_file_of_ones_own_wins_model_by_model(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'date = "2027-01-01"\n[models.mine]\ninput = 1\noutput = 2\ncache_read = 0\ncache_write_5m = 0\ncache_write_1h = 0\n'
    )
    prices = load_prices(own)
    assert prices.date == "2027-01-01" and prices.of("mine").output == 2 and prices.of(MODEL).output == 10


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("date = '2027'\n[models.mine]\ninput = 1", "models.mine.output"),
        ("date = '2027'\n[models.mine]\ninputs = 1", "models.mine"),
        ("models", "own.toml"),
    ],
)
def test_a_broken_price_file_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_prices(own)
    assert says in str(caught.value) and "\n" not in str(caught.value)


def test_a_budget_needs_a_price_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Did you mean 'claude-sonnet-5-5'"):
        open_desk(tmp_path, LlmOptions(model="claude-sonet-5-5", budget=5))


@pytest.mark.parametrize("text", ["a", "x" * 30_000, "Ünï ☃ 漢字 " * 2_000])
def test_the_worst_case_is_never_below_the_bill(text: str) -> None:
    price = load_prices().of(MODEL)
    asked = request(text)
    tokens_at_most = asked.size_bytes  # no tokenizer makes more tokens than bytes
    real = Usage(cache_write_5m=tokens_at_most, output=asked.max_tokens)
    assert price.worst(asked) >= price.cost(real)
    assert price.worst(asked, batched=True) >= price.cost(
        Usage(cache_write_1h=tokens_at_most, output=1000), batched=True
    )


def test_the_run_stops_cleanly_before_the_budget_is_passed(server: LlmServer, tmp_path: Path) -> None:
    server.answer = lambda params: Say("word " * 900, output_tokens=1000)
    at = opened(open_desk(tmp_path, LlmOptions(model=MODEL, budget=0.20)))
    at.budget.begin()
    asked = 0
    with pytest.raises(BudgetReached) as caught:
        while True:
            at.ask(request(f"basket {asked}"))
            asked += 1
    worst = load_prices().of(MODEL).worst(request("basket 00"))
    assert 0.20 - worst <= billed(server) <= 0.20
    assert at.budget.standing().spent == pytest.approx(billed(server))
    assert isinstance(caught.value, RunError) and "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"--budget 0.2: reached: {billed(server):.2f} spent")
    more = opened(open_desk(tmp_path, LlmOptions(model=MODEL, budget=0.40)))
    assert more.ask(request("basket 0")).text.startswith("word"), "all answers are kept"
    more.ask(request(f"basket {asked}"))


def test_the_budget_holds_over_processes_that_ask_at_once(server: LlmServer, tmp_path: Path) -> None:
    server.answer = lambda params: Say("word", output_tokens=1000)
    desk(tmp_path).budget.begin()
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_spend, args=(tmp_path, n, 0.30)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [w.exitcode for w in workers] == [0] * 4, "each was stopped by the budget"
    worst = load_prices().of(MODEL).worst(request("basket 0 00"))
    assert 0.30 - 4 * worst <= billed(server) <= 0.30
    assert desk(tmp_path).budget.standing().spent == pytest.approx(billed(server))


def _spend(folder: Path, worker: int, limit: float) -> None:
    at = open_desk(folder, LlmOptions(model=MODEL, budget=limit))
    for i in range(1000):
        try:
            at.ask(request(f"basket {worker} {i}"))
        except BudgetReached:
            return
    raise AssertionError("the budget was never reached")


def test_it_waits_for_what_is_in_flight_rather_than_stop_too_soon(tmp_path: Path) -> None:
    at = desk(tmp_path, FunctionProvider(lambda r: Reply(text=GOOD, stop="end", usage=Usage(output=10))), budget=0.05)
    at.budget.begin()
    first = at.budget.admit("one", 0.04)
    assert first is not None
    assert at.budget.admit("two", 0.04) is None, "the first may turn out cheap"
    with pytest.raises(BudgetReached):
        at.budget.admit("three", 0.06)
    with at.ledger.writing() as db:
        at.budget.close(db, first)
    assert at.budget.admit("two", 0.04) is not None


def test_a_budget_smaller_than_one_request_asks_nothing(tmp_path: Path) -> None:
    asked: list[Request] = []

    def function(r: Request) -> str:
        asked.append(r)
        return GOOD

    with pytest.raises(BudgetReached, match="the next request could cost"):
        desk(tmp_path, FunctionProvider(function), budget=0.0001).ask(request())
    assert not asked


def test_cost_known_before_is_measured_from_the_prompt() -> None:
    small = Request(stage="plan", model=MODEL, messages=(Message(role="user", text="x" * 100),), max_tokens=10)
    large = small.model_copy(update={"system": (Block(text="y" * 100_000),)})
    price = load_prices().of(MODEL)
    assert price.worst(large) - price.worst(small) == pytest.approx(100_000 * 2 / 1e6)
