"""Message Batches: half the price, answers within a day. Few large batches; a later visit brings the answers in.

What is written down before a batch is made lets a killed process find it again. What did not succeed is sent again, only
that, at most `rounds` times.
"""

import time
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import batches
from .anthropic import connect, failure, params, reply_of
from .base import Tally
from .batches import UNPAID, Batch, Lot
from .budget import Budget, reached
from .errors import ENDS_THE_RUN, ProviderError, ProviderRefused, down, end_of_run
from .ledger import Ledger, keep_answer, keep_rejection
from .prices import Prices
from .request import Request
from .wire import Wire, kind_of_type

if TYPE_CHECKING:
    from sqlite3 import Connection

MOST_ITEMS = 10_000
MOST_BYTES = 128_000_000
"""The API takes 100,000 requests or 256 MB; a JSON body is up to twice its texts."""
AT_ONCE = 200
"""Answers per transaction."""
ASK_AGAIN = 5
SKEW_S = 600
"""How far the provider's clock may be from ours."""


class BatchCarrier:
    name = "batch"

    def __init__(
        self, prices: Prices, *, base_url: str | None = None, timeout_s: float = 600, retries: int = 2,
        rounds: int = 3, most_items: int = MOST_ITEMS,
    ) -> None:  # fmt: skip
        self.client = client = connect(base_url=base_url, timeout_s=timeout_s, retries=retries, wire=Wire())
        self.api = client.messages.batches
        self.once = client.with_options(max_retries=0).messages.batches  # a batch that is made twice is paid twice
        self.prices, self.rounds, self.most_items = prices, rounds, most_items

    def close(self) -> None:
        self.client.close()

    def visit(self, ledger: Ledger, budget: Budget) -> Tally:
        """Bring in what has ended, send what waits.

        Raises: ProviderRefused and ProviderDown (what came in is kept), BudgetReached (nothing is out and nothing fits).
        """
        import anthropic

        visit = _Visit(self, ledger, budget)
        try:
            visit.find_again()
            visit.bring_in()
            visit.give_up()
            visit.send()
        except anthropic.APIError as error:
            found = failure(error)
            if found.kind in ENDS_THE_RUN:
                raise end_of_run(self.name, found) from error
            if not visit.answered + visit.failed:
                raise down(self.name, found) from error
            visit.notes.append(f"{found.kind}: {found.detail}; what came in is kept, run again later")
        return visit.tally()


class _Visit:
    """One visit's work and its sums."""

    def __init__(self, carrier: BatchCarrier, ledger: Ledger, budget: Budget) -> None:
        self.carrier, self.ledger, self.budget = carrier, ledger, budget
        self.outcomes: Counter[str] = Counter()
        self.notes: list[str] = []
        self.answered = self.failed = 0
        self.stop: ProviderError | None = None

    def tally(self) -> Tally:
        out = len(batches.out(self.ledger))
        return Tally(
            answered=self.answered,
            failed=self.failed,
            waiting=out,
            held=len(self.ledger.waiting_digests()) - out,
            outcomes={k: n for k, n in sorted(self.outcomes.items()) if n},
            notes=tuple(self.notes),
        )

    def find_again(self) -> None:
        """A process was killed, or the line was cut, while a batch was being made: is it there?"""
        for batch in batches.in_state(self.ledger, "sending"):
            size, known = len(batches.items(self.ledger, batch)), batches.remotes(self.ledger)
            remote = next((r for r in self._made_since(batch.at_s) if r.id not in known and _size(r) == size), None)
            if remote is None:
                batches.forget(self.ledger, batch)
            else:
                batches.sent(self.ledger, batch, remote.id, "found")
                self.notes.append(f"batch {remote.id}: found again, {size} requests")

    def _made_since(self, at_s: float) -> Iterator[Any]:
        for remote in self.carrier.api.list(limit=100):  # newest first
            if remote.created_at.timestamp() < at_s - SKEW_S:
                return
            yield remote

    def bring_in(self) -> None:
        """Answers of all batches that have ended. Raises: ProviderRefused if the account is why items failed."""
        import anthropic

        for batch in batches.in_state(self.ledger, "open", "found"):
            try:
                remote = self.carrier.api.retrieve(batch.remote or "")
            except anthropic.NotFoundError as error:
                line = f"batch {batch.remote}: not there for this key; use the key that sent it"
                raise ProviderRefused(line) from error
            if remote.processing_status != "ended":
                self.notes.append(f"batch {remote.id}: {remote.processing_status}, {_size(remote)} requests")
            else:
                self._bring_in(batch, kept=bool(remote.results_url))
        if self.stop:
            raise end_of_run(self.carrier.name, self.stop)

    def _bring_in(self, batch: Batch, kept: bool) -> None:
        """Results of one batch. `kept`: the provider still has them; it drops them after some weeks."""
        wanted = batches.items(self.ledger, batch)
        size, some_succeeded, broke = len(wanted), False, ""
        chunk: list[Any] = []
        stream = iter(self.carrier.api.results(batch.remote or "")) if kept else iter(())
        while not broke:
            try:
                item: Any = next(stream, None)
            except Exception as error:  # a cut line: httpx's errors, the SDK's, half a line of JSON
                broke = str(error) or type(error).__name__
                continue
            if item is None:
                break
            result: Any = getattr(item, "result", None)
            ended = getattr(result, "type", None)
            if ended and getattr(item, "custom_id", None) in wanted:
                chunk.append((wanted.pop(item.custom_id), result))
                some_succeeded |= ended == "succeeded"
            if len(chunk) >= AT_ONCE:
                self._keep(batch, chunk)
                chunk = []
        self._keep(batch, chunk)
        if broke:
            self.notes.append(f"batch {batch.remote}: results broke off ({broke}); run again for the rest")
        elif batch.state == "found" and kept and len(wanted) == size:
            batches.forget(self.ledger, batch)  # none of its items is ours: another batch of the same size
        else:
            self.outcomes["missing"] += batches.close(self.ledger, batch)
            self._refuse_faulty(batch, some_succeeded)

    def _keep(self, batch: Batch, chunk: list[Any]) -> None:
        with self.ledger.writing() as db:
            for request, result in chunk:
                outcome, detail = self._kept(db, request, result)
                batches.ended(db, batch, request.digest, outcome, detail)
                self.outcomes[outcome] += 1

    def _kept(self, db: "Connection", request: Request, result: Any) -> tuple[str, str]:
        """How an item ended, and why."""
        if result.type == "succeeded":
            reply = reply_of(result.message)
            if reply is None:
                return "errored", "malformed: not a message"
            price = self.carrier.prices.find(request.model)
            dollars = price.cost(reply.usage, batched=True) if price else None
            if keep_answer(db, request.digest, reply, way=self.carrier.name, dollars=dollars):
                self.answered += 1
            return "succeeded", ""
        if result.type != "errored":
            return str(result.type), ""
        said = getattr(result.error, "error", None)
        message = str(getattr(said, "message", ""))
        kind = kind_of_type(str(getattr(said, "type", "")), message)
        if kind in ENDS_THE_RUN and kind != "invalid":
            self.stop = ProviderError(kind, message)
            return UNPAID, f"{kind}: {message}"
        return "errored", f"{kind}: {message}"

    def _refuse_faulty(self, batch: Batch, some_succeeded: bool) -> None:
        """Requests that are themselves at fault are given up; where all of a batch are, so is what made them."""
        faulty = self.ledger.db.execute(
            "SELECT digest, detail FROM batch_items WHERE batch = ? AND outcome = 'errored' "
            "AND (detail LIKE 'invalid:%' OR detail LIKE 'too_large:%' OR detail LIKE 'refused:%')",
            (batch.number,),
        ).fetchall()
        if faulty and not some_succeeded and all(detail.startswith("invalid:") for _, detail in faulty):
            self.stop = ProviderError("invalid", faulty[0][1].partition(": ")[2])
            return
        with self.ledger.writing() as db:
            for digest, detail in faulty:
                kind, _, message = detail.partition(": ")
                keep_rejection(db, digest, kind, message)
        self.failed += len(faulty)

    def give_up(self) -> None:
        """Requests that were sent as often as allowed."""
        waiting = set(self.ledger.waiting_digests()) - batches.out(self.ledger)
        spent = {d: last for d, (n, last) in batches.rounds(self.ledger, waiting).items() if n >= self.carrier.rounds}
        with self.ledger.writing() as db:
            for digest, last in spent.items():
                keep_rejection(db, digest, "gave_up", f"{self.carrier.rounds} rounds, last: {last}")
        self.failed += len(spent)

    def send(self) -> None:
        """All that waits and fits into the budget, in few batches. Raises: BudgetReached."""
        out = batches.out(self.ledger)
        waiting = [r for r in self.ledger.waiting() if r.digest not in out]
        fitting = self._fitting(waiting)
        if waiting and not fitting and not out and self.budget.limit is not None:
            worst = self.carrier.prices.of(waiting[0].model).worst(waiting[0], batched=True)
            raise reached(self.budget.limit, self.budget.standing(), worst)
        for lot in _lots(fitting, self.carrier.most_items):
            self._send(lot)

    def _fitting(self, waiting: list[Request]) -> list[tuple[Request, float]]:
        room = self.budget.room()
        fitting: list[tuple[Request, float]] = []
        for request in waiting:
            price = self.carrier.prices.find(request.model) if room is None else self.carrier.prices.of(request.model)
            worst = price.worst(request, batched=True) if price else 0.0
            if room is not None:
                if worst > room:
                    break
                room -= worst
            fitting.append((request, worst))
        return fitting

    def _send(self, lot: Lot) -> None:
        import anthropic

        batch = batches.begin(self.ledger, lot)
        requests: Any = [{"custom_id": batches.custom_id(r, batch), "params": params(r, "1h")} for r in lot.requests]
        for attempt in range(ASK_AGAIN):
            try:
                remote = self.carrier.once.create(requests=requests)
                break
            except anthropic.APIStatusError as error:
                found = failure(error)
                if found.kind in ("server", "timeout"):
                    raise  # it may have been made: the next visit looks
                if found.kind not in ("rate_limit", "overloaded") or attempt == ASK_AGAIN - 1:
                    batches.forget(self.ledger, batch)
                    raise
                time.sleep(min(found.retry_after_s or 2.0**attempt, 60))
        batches.sent(self.ledger, batch, remote.id)
        self.notes.append(f"batch {remote.id}: sent, {len(lot.requests)} requests")


def _lots(fitting: list[tuple[Request, float]], most_items: int) -> Iterator[Lot]:
    chunk: list[tuple[Request, float]] = []
    size = 0
    for request, worst in fitting:
        if chunk and (len(chunk) == most_items or size + request.size_bytes > MOST_BYTES):
            yield _lot(chunk)
            chunk, size = [], 0
        chunk.append((request, worst))
        size += request.size_bytes + 1000
    if chunk:
        yield _lot(chunk)


def _lot(chunk: list[tuple[Request, float]]) -> Lot:
    return Lot(requests=tuple(r for r, _ in chunk), worst=tuple(w for _, w in chunk))


def _size(remote: Any) -> int:
    counts = remote.request_counts
    return int(counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired)
