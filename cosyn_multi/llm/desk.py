"""The desk: the one place where a model is asked. What was answered is looked up, the rest is asked once."""

import time
from typing import TypeVar, cast

from pydantic import BaseModel

from cosyn_multi.errors import UserError
from cosyn_multi.model import Reject

from .base import Provider
from .budget import Budget
from .errors import ENDS_THE_RUN, Kind, ProviderError, Unanswered, down, end_of_run
from .ledger import Ledger, keep_answer, keep_rejection, keep_request
from .outage import Outage
from .prices import Prices
from .request import Reply, Request
from .structured import Unread, read

M = TypeVar("M", bound=BaseModel)

REMEMBERED = frozenset({"too_large", "refused"})
"""Kinds of failure that asking again would only repeat."""
WAIT_S = (0.02, 0.5)
"""Shortest and longest wait between two looks for a free slot."""
OWN_FAILURES = 3
"""A request that failed so often while others were answered is itself what the provider fails over."""


class Desk:
    """Asks for one run.

    With a provider it asks and waits. Without one it answers from the ledger alone: what is missing is noted for a
    carrier (`notes`), or just missing (a replay).
    """

    def __init__(
        self, ledger: Ledger, budget: Budget, prices: Prices, provider: Provider | None = None, *,
        notes: bool = False, patience_s: float = 300.0,
    ) -> None:  # fmt: skip
        self.ledger, self.budget, self.prices = ledger, budget, prices
        self.provider, self.notes = provider, notes
        self.outage = Outage(ledger, patience_s)

    def ask(self, request: Request, set_index: int | None = None) -> Reply:
        """The answer to a request, paid at most once, on disk before it is returned.

        Raises: Unanswered, ProviderError, and what ends a run: ProviderRefused, ProviderDown, BudgetReached.
        """
        known = self._known(request.digest)
        if known:
            return known
        if self.provider is None:
            if self.notes:
                self.ledger.note(request, set_index)
            raise Unanswered(request.id)
        own = 0
        while True:
            call = self._admitted(request)
            if isinstance(call, Reply):
                return call
            try:
                return self._call(self.provider, request, set_index, call)
            except ProviderError as error:
                if not error.transient:
                    raise
                own += self._sat_out(self.provider, error)
                if own == OWN_FAILURES:
                    raise

    def _sat_out(self, provider: Provider, error: ProviderError) -> bool:
        """Pause all workers after what may pass. Returns: whether this request alone may be the reason: a limit or an
        overload never is, nor what follows another failure. Raises: ProviderDown if it has lasted too long."""
        silent_s, first = self.outage.failed()
        pause = self.outage.pause_s(error, silent_s)
        if pause is None:
            raise down(provider.name, error, silent_s) from error
        self.budget.pace.pause(pause)
        return first and error.kind not in ("rate_limit", "overloaded")

    def ask_for(self, request: Request, model: type[M], set_index: int | None = None) -> M | Reject:
        """The answer as a value of `model`, or a reject with its reason; which, is remembered.

        Raises: as `ask`, except for failures of this one request, which become rejects.
        """
        try:
            reply = self.ask(request, set_index)
        except ProviderError as error:
            if error.transient:
                raise
            return Reject(stage=request.stage, reason=error.kind, detail=error.detail, set_index=set_index)
        found = read(reply, model)
        if isinstance(found, Unread):
            self.ledger.reject(request.digest, found.reason, found.detail)
            return Reject(stage=request.stage, reason=found.reason, detail=found.detail, set_index=set_index)
        if found.repair:
            self.ledger.repaired(request.digest, found.repair)
        return found.value

    def close(self) -> None:
        """Let go of this thread's connections; the desk can't be asked again."""
        self.ledger.close()
        if self.provider:
            self.provider.close()

    def _known(self, digest: str) -> Reply | None:
        """What the ledger has. Raises: ProviderError for a request that was given up."""
        reply = self.ledger.answer(digest)
        if reply is None and (given_up := self.ledger.rejection(digest)):
            raise ProviderError(cast(Kind, given_up.reason), given_up.detail)
        return reply

    def _admitted(self, request: Request) -> int | Reply:
        """Wait for room; the number of a call, or the answer if another process asked the same meanwhile."""
        price = self.prices.find(request.model) if self.budget.limit is None else self.prices.of(request.model)
        worst = price.worst(request) if price else 0.0
        wait = WAIT_S[0]
        while (call := self.budget.admit(request.digest, worst)) is None:
            time.sleep(wait)
            wait = min(wait * 1.5, WAIT_S[1])
            if known := self._known(request.digest):
                return known
        return call

    def _call(self, provider: Provider, request: Request, set_index: int | None, call: int) -> Reply:
        # An interrupt leaves the call open on purpose: it may have been billed, and `Budget.begin` counts it so.
        start = time.monotonic()
        try:
            reply = provider.complete(request)
        except ProviderError as error:
            with self.ledger.writing() as db:
                self.budget.close(db, call, error.lost_attempts)
                if error.kind in REMEMBERED:
                    keep_request(db, request, set_index)
                    keep_rejection(db, request.digest, error.kind, error.detail)
            if error.kind in ENDS_THE_RUN:
                raise end_of_run(provider.name, error) from error
            raise
        except UserError:  # before anything was sent
            with self.ledger.writing() as db:
                self.budget.close(db, call)
            raise
        price = self.prices.find(request.model)
        with self.ledger.writing() as db:
            keep_request(db, request, set_index)
            keep_answer(
                db, request.digest, reply, way=provider.name,
                dollars=price.cost(reply.usage) if price else None, seconds=time.monotonic() - start,
            )  # fmt: skip
            self.budget.close(db, call, reply.lost_attempts)
            self.budget.pace.faster(db)
            self.outage.over(db)
        return reply
