"""What both vendors' HTTP has in common: hooks on each attempt, below the SDK's retries.

The SDKs retry by themselves (429, 5xx, cut connections) and obey `retry-after`. The hooks see every attempt: a 429 slows
all workers of the run, a limit that is used up pauses them, and what no waiting mends is marked, so that it isn't retried.
"""

import json
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .errors import Kind
from .pace import Pace

if TYPE_CHECKING:
    import httpx2

CONNECT_S = 20.0
"""Longest wait for a connection: an answer takes minutes, a handshake doesn't."""
LONGEST_WAIT_S = 300.0
"""A provider that asks for a longer wait is not waited for: the request fails, and the run may go on later."""
SPENT_CODES = frozenset({
    "enforced_spend_limit_reached", "contract_spend_limit_reached", "linked_organization_spend_limit_reached",
    "linked_organization_billing_unavailable", "insufficient_quota", "billing_hard_limit_reached",
})  # fmt: skip
SPENT_WORDS = ("credit balance is too low", "specified api usage limits", "exceeded your current quota")
"""An empty prepaid balance and a spend limit of one's own come as a plain 400: only the words tell."""
TOO_LONG_WORDS = ("prompt is too long", "maximum context length", "context_length_exceeded", "exceed context limit")


class Wire:
    """Counts the attempts of this thread's request, and tells the pace what the provider says."""

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace
        self._local = threading.local()

    @property
    def hooks(self) -> dict[str, list[Any]]:
        return {"request": [self._sent], "response": [self._came]}

    def start(self) -> None:
        """Before a request: no attempts yet."""
        self._local.attempts = self._local.refusals = 0

    def lost(self, answered: bool) -> int:
        """Attempts that ended neither with an answer nor with an error from the provider: they may have been billed."""
        attempts: int = self._local.attempts - self._local.refusals - int(answered)
        return max(0, attempts)

    def _sent(self, request: "httpx2.Request") -> None:
        request.extensions = {**request.extensions, "trace": self._traced}

    def _traced(self, event: str, info: Mapping[str, Any]) -> None:
        """An attempt counts from when the whole request is out: what never got there can't be billed."""
        if event.endswith("send_request_body.complete"):
            self._local.attempts = getattr(self._local, "attempts", 0) + 1

    def _came(self, response: "httpx2.Response") -> None:
        if response.status_code < 400:
            if self._pace:
                self._pace.heed(response.headers)
            return
        response.read()
        self._local.refusals = getattr(self._local, "refusals", 0) + 1
        wait_s = seconds(response.headers)
        if kind_of(response.status_code, body(response)) == "quota" or (wait_s or 0) > LONGEST_WAIT_S:
            response.headers["x-should-retry"] = "false"  # the SDKs obey this header
        elif self._pace and response.status_code in (429, 529):
            self._pace.slower(wait_s)


def body(response: "httpx2.Response") -> Mapping[str, Any]:
    """The body as a JSON object; empty if it is none."""
    try:
        found = json.loads(response.content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def late(error: Any) -> Kind:
    """The kind of an SDK's timeout: a host that takes no connection is not one whose answer is late."""
    import httpx2

    return "connection" if isinstance(error.__cause__, httpx2.ConnectTimeout) else "timeout"


def unreached(error: Any) -> str:
    """Why no connection came about or held, and to which host: of an SDK's connection error."""
    cause = error.__cause__ or error
    return f"{host_of(error)}: {str(cause) or type(cause).__name__}"


def host_of(error: Any) -> str:
    """Where an SDK's request went, with the port if it is no usual one."""
    url = error.request.url
    return f"{url.host}:{url.port}" if url.port else str(url.host)


def seconds(headers: Mapping[str, str]) -> float | None:
    """The wait that `retry-after` asks for, in seconds, if it says a number."""
    try:
        return float(headers["retry-after"])
    except (KeyError, ValueError):
        return None


def kind_of(status: int, said: Mapping[str, Any]) -> Kind:
    """The kind of a failure, from the status and the provider's JSON. Both vendors put an `error` object in it."""
    error = said.get("error")
    error = error if isinstance(error, Mapping) else said
    details = error.get("details")
    code = str((details.get("error_code") if isinstance(details, Mapping) else None) or error.get("code") or "")
    words = str(error.get("message", "")).lower()
    if status == 402 or code in SPENT_CODES or any(w in words for w in SPENT_WORDS):
        return "quota"
    if status == 413 or (status == 400 and any(w in words or w == code for w in TOO_LONG_WORDS)):
        return "too_large"
    if status == 400 and code == "content_filter":
        return "refused"
    by_status: dict[int, Kind] = {
        401: "auth", 403: "permission", 404: "not_found", 408: "timeout", 429: "rate_limit", 504: "timeout", 529: "overloaded",
    }  # fmt: skip
    return by_status.get(status, "invalid" if status < 500 else "server")


def kind_of_type(error_type: str, message: str) -> Kind:
    """The kind of an error without a status: an item of a batch."""
    statuses = {
        "invalid_request_error": 400, "authentication_error": 401, "billing_error": 402, "permission_error": 403,
        "not_found_error": 404, "request_too_large": 413, "rate_limit_error": 429, "timeout_error": 504,
        "overloaded_error": 529,
    }  # fmt: skip
    return kind_of(statuses.get(error_type, 500), {"error": {"message": message}})
