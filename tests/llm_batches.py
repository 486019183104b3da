"""The Message Batches API of the loopback server: batches are made, end when the test says so, and give results once."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from llm_rules import CUSTOM_ID, MODELS, refusal

if TYPE_CHECKING:
    from llm_server import Say

End = Any
"""How an item ends: a `Say`; 'expired' or 'canceled'; (error type, message); or None: its line is not there."""


@dataclass
class _Batch:
    id: str
    requests: list[dict[str, Any]]
    created: datetime
    status: str = "in_progress"
    results: list[dict[str, Any]] = field(default_factory=list)
    archived: bool = False


class Batches:
    def __init__(self, message: "Callable[[dict[str, Any], Say, bool], dict[str, Any]]") -> None:
        self._message = message
        self.made: list[_Batch] = []
        self.cut_results_after: int | None = None
        """Bytes of the next results file before the line breaks."""
        self.odd_lines: list[Any] = []
        """Lines that stand in every results file, and are no results."""

    def create(self, params: Any) -> dict[str, Any] | str:
        """A batch, or why not. Parameters of the single requests are looked at later, as the real one does."""
        requests = params.get("requests")
        if not isinstance(requests, list) or not requests:
            return "requests: List should have at least 1 item"
        if len(requests) > 100_000:
            return "requests: List should have at most 100000 items"
        ids = [r.get("custom_id", "") for r in requests]
        for i, custom_id in enumerate(ids):
            if len(custom_id) > 64:
                return f"requests.{i}.custom_id: String should have at most 64 characters"
            if not CUSTOM_ID.fullmatch(custom_id):
                return f"requests.{i}.custom_id: String should match pattern '^[a-zA-Z0-9_-]{{1,64}}$'"
        if len(set(ids)) < len(ids):
            return "requests: custom_id must be unique"
        self.made.append(_Batch(f"msgbatch_{len(self.made) + 1:04d}", requests, datetime.now(UTC)))
        return self._object(self.made[-1], "")

    def finish(self, end: Callable[[int, dict[str, Any]], End]) -> None:
        """Every batch in progress ends; `end` says how each item does, by its number and parameters."""
        for batch in self.made:
            if batch.status != "ended":
                found = [
                    (r["custom_id"], self._result(r["params"], end(i, r["params"])))
                    for i, r in enumerate(batch.requests)
                ]
                batch.results = [{"custom_id": c, "result": r} for c, r in reversed(found) if r is not None]
                batch.status = "ended"

    def _result(self, params: dict[str, Any], end: End) -> dict[str, Any] | None:
        if end is None:
            return None
        if isinstance(end, str):
            return {"type": end}
        why = refusal(params)
        if not why and params["model"] not in MODELS:
            end = ("not_found_error", f"model: {params['model']}")
        if why:
            end = ("invalid_request_error", why)
        if isinstance(end, tuple):
            error = {"type": end[0], "message": end[1]}
            return {"type": "errored", "error": {"type": "error", "error": error, "request_id": None}}
        return {"type": "succeeded", "message": self._message(params, end, True)}

    def get(self, path: str, url: str) -> tuple[bytes, str] | None:
        """Body and content type of a GET, or None for what isn't there."""
        parts = path.removeprefix("/v1/messages/batches").strip("/").split("/")
        if parts == [""]:
            data = [self._object(b, url) for b in reversed(self.made)]
            page = {"data": data, "has_more": False, "first_id": None, "last_id": None}
            return json.dumps(page).encode(), "application/json"
        batch = next((b for b in self.made if b.id == parts[0]), None)
        if batch is None:
            return None
        if len(parts) == 1:
            return json.dumps(self._object(batch, url)).encode(), "application/json"
        if parts[1] != "results" or batch.status != "ended" or batch.archived:
            return None
        body = "".join(json.dumps(r) + "\n" for r in [*self.odd_lines, *batch.results]).encode()
        cut, self.cut_results_after = self.cut_results_after, None
        return body[:cut] if cut is not None else body, "application/x-jsonl"

    def cancel(self, path: str) -> dict[str, Any] | None:
        batch = next((b for b in self.made if path == f"/v1/messages/batches/{b.id}/cancel"), None)
        if batch is None:
            return None
        batch.status = "canceling"
        return self._object(batch, "")

    def _object(self, batch: _Batch, url: str) -> dict[str, Any]:
        ended = batch.status == "ended"
        counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
        if ended:
            for item in batch.results:
                counts[item["result"]["type"]] += 1
            counts["errored"] += len(batch.requests) - len(batch.results)
        else:
            counts["processing"] = len(batch.requests)
        results = f"{url}/v1/messages/batches/{batch.id}/results" if ended and not batch.archived else None
        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": batch.status,
            "request_counts": counts,
            "created_at": batch.created.isoformat(),
            "expires_at": (batch.created + timedelta(hours=24)).isoformat(),
            "ended_at": batch.created.isoformat() if ended else None,
            "archived_at": batch.created.isoformat() if batch.archived else None,
            "cancel_initiated_at": batch.created.isoformat() if batch.status == "canceling" else None,
            "results_url": results,
        }
