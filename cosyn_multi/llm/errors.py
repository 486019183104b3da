"""What can go wrong with an answer. A vendor's exception ends here; further in, only the kind counts.

ProviderError      one request failed; `kind` says how, `transient` whether asking again later may help
Unanswered         no answer yet: it waits for a carrier, or a replay hasn't got it
BudgetReached      a PlannedStop: the next request might pass the budget
ProviderDown       a RunError: the provider answers nobody, for longer than the run waits
ProviderRefused    a RunError: dead key, empty balance, unknown model, a request that no one can send: ends the run
"""

from typing import Any, Literal

from cosyn_multi.errors import PlannedStop, RunError, Waiting

Kind = Literal[
    "rate_limit", "overloaded", "server", "timeout", "connection",
    "auth", "permission", "quota", "not_found", "invalid", "too_large",
    "refused", "malformed", "carrier", "gave_up",
]  # fmt: skip
TRANSIENT: frozenset[Kind] = frozenset({"rate_limit", "overloaded", "server", "timeout", "connection"})
"""Nothing else is ever asked again by itself."""
ENDS_THE_RUN: frozenset[Kind] = frozenset({"auth", "permission", "quota", "not_found", "invalid"})
"""The next request would fail the same way."""
MENDS: dict[Kind, str] = {
    "auth": "set a key that works",
    "permission": "use a key that may use this model",
    "quota": "top up the balance or raise the limit",
    "not_found": "check --model and --base-url",
    "invalid": "no retry mends that: try another --model, or report it",
    "connection": "check the network and --base-url",
    "rate_limit": "wait, or ask the provider for higher limits",
    "overloaded": "see the provider's status page, and try later",
    "server": "see the provider's status page, and try later",
    "timeout": "see the provider's status page, and try later",
}


class ProviderError(Exception):
    """One request failed. `retry_after_s`: how long the provider asks to wait, if it says so."""

    def __init__(
        self, kind: Kind, detail: str = "", retry_after_s: float | None = None, lost_attempts: int = 0
    ) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind: Kind = kind
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.lost_attempts = lost_attempts

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.kind, self.detail, self.retry_after_s, self.lost_attempts)

    @property
    def transient(self) -> bool:
        return self.kind in TRANSIENT


class Unanswered(Waiting):
    """A request has no answer yet. The set that needs it waits; the same command goes on later."""


class BudgetReached(PlannedStop):
    """The next request might pass the budget. All answers are kept."""


class ProviderDown(RunError):
    """The provider answers nobody. All answers are kept."""


class ProviderRefused(RunError):
    """The provider will not answer any request like this one. All answers are kept."""


def end_of_run(provider: str, error: ProviderError) -> ProviderRefused:
    """The one line that ends a run."""
    return ProviderRefused(_line(provider, error, ""))


def down(provider: str, error: ProviderError, silent_s: float = 0.0) -> ProviderDown:
    """The one line that ends a run in an outage. silent_s: for how long nobody was answered."""
    lasting = f", and no answer for {silent_s / 60:.0f} minutes" if silent_s >= 90 else ""
    return ProviderDown(_line(provider, error, lasting))


def _line(provider: str, error: ProviderError, lasting: str) -> str:
    detail = " ".join(error.detail.split()).rstrip(".")[:300]
    told = f"{provider}: {error.kind}: {detail}{lasting}; {MENDS[error.kind]}"
    return f"{told}. All answers are kept; the same command goes on"
