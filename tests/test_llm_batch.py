"""Message Batches: the real SDK against the server; what comes back is counted, and only what is missing is sent again."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from llm_batches import End
from llm_rules import CUSTOM_ID
from llm_server import KEY, Cut, Fail, LlmServer, Say, serving
from llm_worlds import GOOD, MODEL, Basket, close_desks, opened, request
from test_llm_budget import billed

from cosyn_multi.llm import batches
from cosyn_multi.llm.base import Tally
from cosyn_multi.llm.batch import BatchCarrier
from cosyn_multi.llm.desk import Desk
from cosyn_multi.llm.errors import BudgetReached, ProviderDown, ProviderError, ProviderRefused, Unanswered
from cosyn_multi.llm.office import LlmOptions, open_carrier, open_desk
from cosyn_multi.llm.prices import load_prices


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LlmServer]:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    with serving() as found:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", found.url)
        yield found
        close_desks()


class Run:
    """One run, visited as often as one likes; every visit is a process of its own, in effect."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.folder, self.options = folder, LlmOptions(llm="batch", model=MODEL, retries=0, **options)

    def desk(self) -> Desk:
        return opened(open_desk(self.folder, self.options))

    def want(self, count: int, **changes: Any) -> None:
        at = self.desk()
        for i in range(count):
            with pytest.raises(Unanswered):
                at.ask(request(f"basket {i}", **changes), set_index=i)

    def visit(self, most_items: int | None = None) -> Tally:
        at, carrier = self.desk(), open_carrier(self.folder, self.options)
        assert isinstance(carrier, BatchCarrier)
        carrier.most_items = most_items or carrier.most_items
        at.budget.begin()
        try:
            return carrier.visit(at.ledger, at.budget)
        finally:
            carrier.close()


def good(i: int, params: dict[str, Any]) -> End:
    return Say(GOOD)


def test_requests_go_out_in_one_batch_and_answers_come_in_at_half_the_price(server: LlmServer, tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.want(30)
    sent = run.visit()
    assert (sent.waiting, sent.answered, len(server.batches.made)) == (30, 0, 1)
    assert run.visit().waiting == 30, "still in progress: nothing is sent twice"
    assert len(server.batches.made) == 1
    server.batches.finish(good)
    came = run.visit()
    assert (came.answered, came.waiting, came.outcomes) == (30, 0, {"succeeded": 30})
    at = run.desk()
    assert at.ask_for(request("basket 7"), Basket) == Basket.model_validate_json(GOOD)
    assert at.budget.standing().total == pytest.approx(billed(server))
    (row,) = at.ledger.costs()
    assert row.way == "batch" and row.dollars == pytest.approx(load_prices().of(MODEL).cost(row.usage, batched=True))


def test_the_cache_of_a_batch_lives_for_an_hour(server: LlmServer, tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.want(3)
    run.visit()
    system = server.batches.made[0].requests[0]["params"]["system"]
    assert system[0]["cache_control"] == {"type": "ephemeral", "ttl": "1h"}
    server.batches.finish(good)
    run.visit()
    usage = run.desk().ledger.costs()[0].usage
    assert usage.cache_write_5m == 0 < usage.cache_write_1h and usage.cache_read == 2 * usage.cache_write_1h


def test_custom_ids_are_legal_whatever_the_run_is_called(server: LlmServer, tmp_path: Path) -> None:
    run = Run(tmp_path / ("Prüfung größer, ähnlich wie straße & söhne " * 2)[:80])
    run.want(3, stage="second_derivatio")
    run.visit()
    ids = [r["custom_id"] for r in server.batches.made[0].requests]
    assert all(CUSTOM_ID.fullmatch(i) for i in ids) and len(set(ids)) == 3


def test_of_a_mixed_batch_only_the_missing_are_sent_again_and_the_sums_add_up(
    server: LlmServer, tmp_path: Path
) -> None:
    run = Run(tmp_path)
    run.want(50)
    run.visit()

    def mixed(i: int, params: dict[str, Any]) -> End:
        if i < 30:
            return Say(GOOD)
        if i < 40:
            return ("overloaded_error", "Overloaded")
        return "expired" if i < 45 else "canceled"

    server.batches.finish(mixed)
    tally = run.visit()
    assert tally.outcomes == {"canceled": 5, "errored": 10, "expired": 5, "succeeded": 30}
    assert (tally.answered, tally.waiting, tally.failed, tally.held, tally.total) == (30, 20, 0, 0, 50)
    assert tally.line == (
        "30 answered, 20 wait, 0 given up (came back: 5 canceled, 10 errored, 5 expired, 30 succeeded)"
    )
    assert len(server.batches.made) == 2 and len(server.batches.made[1].requests) == 20
    server.batches.finish(good)
    again = run.visit()
    assert (again.answered, again.waiting, again.outcomes) == (20, 0, {"succeeded": 20})
    assert sum(row.requests for row in run.desk().ledger.costs()) == 50 == len(server.billed)


def test_an_empty_balance_in_a_batch_ends_the_run_and_the_answers_are_kept(server: LlmServer, tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.want(50)
    run.visit()

    def mixed(i: int, params: dict[str, Any]) -> End:
        if i < 30:
            return Say(GOOD)
        if i < 40:
            return ("billing_error", "Your credit balance is too low to access the Anthropic API.")
        return "expired" if i < 45 else "canceled"

    server.batches.finish(mixed)
    with pytest.raises(ProviderRefused, match="batch: quota: Your credit balance is too low") as caught:
        run.visit()
    assert "\n" not in str(caught.value) and len(server.batches.made) == 1, "nothing is sent into an empty account"
    assert sum(row.requests for row in run.desk().ledger.costs()) == 30
    topped_up = run.visit()
    assert (topped_up.waiting, len(server.batches.made[1].requests)) == (20, 20)
    server.batches.finish(good)
    assert run.visit().answered == 20


def test_what_never_succeeds_is_given_up_after_the_allowed_rounds(server: LlmServer, tmp_path: Path) -> None:
    run = Run(tmp_path, rounds=2)
    run.want(4)
    run.visit()
    sizes = []
    for _ in range(5):
        server.batches.finish(lambda i, params: Say(GOOD) if "basket 0" in str(params) else "expired")
        tally = run.visit()
        sizes.append(len(server.batches.made))
        if not tally.waiting:
            break
    assert sizes == [2, 2] and (tally.failed, tally.waiting) == (3, 0)
    with pytest.raises(ProviderError, match="gave_up: 2 rounds, last: expired"):
        run.desk().ask(request("basket 1"))
    assert run.visit().total == 0, "and not taken up again"


def test_items_that_are_not_in_the_results_are_missing_and_sent_again(server: LlmServer, tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.want(6)
    run.visit()
    server.batches.finish(lambda i, params: None if i % 2 else Say(GOOD))
    tally = run.visit()
    assert tally.outcomes == {"missing": 3, "succeeded": 3} and tally.waiting == 3


def test_lines_that_are_no_results_harm_nobody(server: LlmServer, tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.want(3)
    run.visit()
    server.batches.finish(lambda i, params: Say(GOOD) if i else None)
    first = server.batches.made[0].requests[0]["custom_id"]
    anothers = {"custom_id": "nobody's", "result": {"type": "expired"}}
    server.batches.odd_lines = [{}, {"custom_id": first}, {"custom_id": first, "result": None}, anothers]
    assert run.visit().outcomes == {"missing": 1, "succeeded": 2}


def test_results_that_the_provider_no_longer_keeps_are_asked_again(server: LlmServer, tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.want(3)
    run.visit()
    server.batches.finish(good)
    server.batches.made[0].archived = True
    assert run.visit().outcomes == {"missing": 3}
    assert len(server.batches.made) == 2


def test_a_faulty_request_is_given_up_and_its_neighbours_are_kept(server: LlmServer, tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.want(3)
    with pytest.raises(Unanswered):
        run.desk().ask(request("faulty", max_tokens=500_000))
    run.visit()
    server.batches.finish(good)
    tally = run.visit()
    assert (tally.answered, tally.failed, tally.waiting) == (3, 1, 0)
    with pytest.raises(ProviderError, match="invalid: max_tokens"):
        run.desk().ask(request("faulty", max_tokens=500_000))


def test_where_all_are_faulty_the_run_ends_and_nothing_is_given_up(server: LlmServer, tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.want(3, max_tokens=500_000)
    run.visit()
    server.batches.finish(good)
    with pytest.raises(ProviderRefused, match="batch: invalid: max_tokens"):
        run.visit()
    assert run.desk().ledger.counts("rejections") == {}


def test_a_process_killed_while_a_batch_was_made_finds_it_again(server: LlmServer, tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.want(5)
    server.script = [Cut()]  # made over there, never confirmed here: as if killed in between
    with pytest.raises(ProviderDown, match=r"batch: connection: .*the same command goes on"):
        run.visit()
    assert len(server.batches.made) == 1
    found = run.visit()
    assert len(server.batches.made) == 1 and "found again" in found.notes[0]
    server.batches.finish(good)
    assert run.visit().answered == 5
    assert len(server.billed) == 5


def test_a_batch_that_was_never_made_is_sent_by_the_next_visit(server: LlmServer, tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.want(5)
    at = run.desk()
    waiting = tuple(at.ledger.waiting())
    batches.begin(at.ledger, batches.Lot(requests=waiting, worst=(0.1,) * 5))  # killed right after
    assert run.visit().waiting == 5
    assert len(server.batches.made) == 1


def test_anothers_batch_of_the_same_size_is_not_taken_for_ours(server: LlmServer, tmp_path: Path) -> None:
    other = Run(tmp_path / "other")
    other.want(5)
    other.visit()
    run = Run(tmp_path / "ours")
    run.want(5, sample=1)
    at = run.desk()
    batches.begin(at.ledger, batches.Lot(requests=tuple(at.ledger.waiting()), worst=(0.1,) * 5))
    assert "found again" in run.visit().notes[0], "by its size and time, for want of better"
    server.batches.finish(good)
    assert run.visit().waiting == 5 and len(server.batches.made) == 2, "its results tell"
    server.batches.finish(good)
    assert run.visit().answered == 5 and other.visit().answered == 5


@pytest.mark.parametrize("cut", [0, 700, 2500])
def test_results_that_break_off_are_read_on_by_the_next_visit(server: LlmServer, tmp_path: Path, cut: int) -> None:
    run = Run(tmp_path)
    run.want(8)
    run.visit()
    server.batches.finish(good)
    server.batches.cut_results_after = cut
    first = run.visit()
    second = run.visit()
    if cut:
        assert "broke off" in first.notes[0] and len(server.batches.made) == 1
        assert first.answered + second.answered == 8
    else:
        assert first.outcomes == {"missing": 8}, "an empty file is whole, and holds nothing"
    assert sum(row.requests for row in run.desk().ledger.costs()) == (8 if cut else 0)


def test_a_batch_holds_no_more_than_it_may(server: LlmServer, tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.want(25)
    assert run.visit(most_items=10).waiting == 25
    assert [len(b.requests) for b in server.batches.made] == [10, 10, 5]


def test_a_busy_api_gets_the_batch_a_moment_later(server: LlmServer, tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.want(2)
    server.script = [
        Fail(429, "rate_limit_error", headers={"retry-after": "0.1"}),
        Fail(529, headers={"retry-after": "0.1"}),
    ]
    assert run.visit().waiting == 2
    assert Counter(s.path for s in server.seen)["/v1/messages/batches"] == 3


def test_a_dead_key_ends_the_run_and_counts_no_round(server: LlmServer, tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.want(2)
    server.script = [Fail(401, "authentication_error", "invalid x-api-key")]
    with pytest.raises(ProviderRefused, match="batch: auth: invalid x-api-key"):
        run.visit()
    assert run.visit().waiting == 2


def test_a_batch_of_another_key_is_told_in_one_line(server: LlmServer, tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.want(2)
    run.visit()
    server.batches.made.clear()
    with pytest.raises(ProviderRefused, match="use the key that sent it"):
        run.visit()


def test_a_batch_takes_no_more_than_the_budget_has_room_for(server: LlmServer, tmp_path: Path) -> None:
    worst = load_prices().of(MODEL).worst(request("basket 10"), batched=True)
    run = Run(tmp_path, budget=worst * 4.5)
    run.want(40)
    sent = run.visit()
    assert (sent.waiting, sent.held, sent.total) == (4, 36, 40)
    assert run.visit().held == 36, "what is out holds its room"
    server.batches.finish(good)
    assert run.visit().waiting > 0, "answers cost less than the worst case: there is room again"
    for _ in range(20):
        server.batches.finish(lambda i, params: Say(GOOD, output_tokens=1000))
        try:
            run.visit()
        except BudgetReached:
            break
    else:
        raise AssertionError("the budget was never reached")
    assert billed(server) <= worst * 4.5
