"""A server on loopback that speaks Anthropic's Messages API and Message Batches API, and chat completions beside them.

It validates what it gets as the real ones do, counts tokens and caches, and misbehaves on request: `script` holds what the
next message requests meet, in order; when it is empty, `answer` speaks.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from llm_batches import Batches
from llm_rules import MODELS, MOST_BYTES, refusal, tokens

KEY = "sk-test"
FEWEST_CACHED_TOKENS = 512


@dataclass
class Say:
    """An answer of the model's."""

    text: str = "{}"
    stop_reason: str = "end_turn"
    thinking: str = ""
    stop_details: dict[str, Any] | None = None
    output_tokens: int | None = None


@dataclass
class Fail:
    """An error of the API's."""

    status: int
    type: str = "api_error"
    message: str = "said no"
    error_code: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    html: bool = False


@dataclass
class Slow:
    """Seconds before the answer."""

    seconds: float


@dataclass
class Cut:
    """The line breaks: before anything (None), or after so many bytes of the body."""

    after_bytes: int | None = None


@dataclass
class Raw:
    """A 200 with any body."""

    body: bytes
    content_type: str = "application/json"


Step = Say | Fail | Slow | Cut | Raw


@dataclass
class Seen:
    path: str
    params: Any
    headers: dict[str, str]
    at_s: float


class LlmServer:
    def __init__(self) -> None:
        self.script: list[Step] = []
        self.answer: Callable[[dict[str, Any]], Say] = lambda params: Say()
        self.headers: dict[str, str] = {}
        """Sent with every answer: rate limits."""
        self.most_at_once: int | None = None
        self.seen: list[Seen] = []
        self.billed: list[tuple[str, dict[str, Any], bool]] = []
        """Model, usage, whether in a batch: of every answer that was made, delivered or not."""
        self.at_once = self.peak = 0
        self.lock = threading.Lock()
        self.batches = Batches(self.message)
        self._cached: set[str] = set()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def start(self) -> None:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def asked(self, path: str = "/v1/messages") -> list[Seen]:
        return [s for s in self.seen if s.path == path]

    def message(self, params: dict[str, Any], said: Say, batched: bool = False) -> dict[str, Any]:
        """A message object with its usage; billed."""
        usage = self._usage(params, said, batched)
        self.billed.append((params["model"], usage, batched))
        content: list[dict[str, Any]] = []
        if said.thinking:
            content.append({"type": "thinking", "thinking": said.thinking, "signature": "c2ln"})
        content.append({"type": "text", "text": said.text})
        return {
            "id": f"msg_{len(self.billed):06d}",
            "type": "message",
            "role": "assistant",
            "model": params["model"],
            "content": content,
            "stop_reason": said.stop_reason,
            "stop_sequence": None,
            "stop_details": said.stop_details,
            "usage": usage,
        }

    def _usage(self, params: dict[str, Any], said: Say, batched: bool) -> dict[str, Any]:
        """Tokens, with the part up to the last cache mark written to the cache, or read from it."""
        system = params.get("system", [])
        marks = [i for i, b in enumerate(system) if isinstance(b, dict) and "cache_control" in b]
        prefix = "".join(b["text"] for b in system[: marks[-1] + 1]) if marks else ""
        hour = bool(marks) and system[marks[-1]]["cache_control"].get("ttl") == "1h"
        size = tokens(prefix) if tokens(prefix) >= FEWEST_CACHED_TOKENS else 0
        with self.lock:
            read = size if params["model"] + prefix in self._cached else 0
            self._cached |= {params["model"] + prefix} if size else set()
        written = size - read
        output = tokens(said.text) + tokens(said.thinking) if said.output_tokens is None else said.output_tokens
        return {
            "input_tokens": tokens(params) - size,
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": written,
            "cache_creation": {
                "ephemeral_5m_input_tokens": 0 if hour else written,
                "ephemeral_1h_input_tokens": written if hour else 0,
            },
            "output_tokens": min(output, params["max_tokens"]),
            "service_tier": "batch" if batched else "standard",
        }


@contextmanager
def serving() -> Iterator[LlmServer]:
    server = LlmServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _handler(server: LlmServer) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        owner = server

    return Handler


class _Handler(BaseHTTPRequestHandler):
    owner: LlmServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._seen(None)
        if fail := self._unauthorised():
            return self._fail(fail)
        found = self.owner.batches.get(urlsplit(self.path).path, self.owner.url)
        return self._fail(_not_found(self.path)) if found is None else self._send(200, found[0], found[1])

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        if len(raw) > MOST_BYTES and self.path != "/v1/messages/batches":
            return self._fail(Fail(413, "request_too_large", "Request exceeds the maximum size"))
        try:
            params = json.loads(raw) if raw else {}
        except ValueError:
            return self._fail(_invalid("The request body is not valid JSON"))
        self._seen(params)
        if self.path == "/v1/chat/completions":
            return self._completion(params)
        if fail := self._unauthorised():
            return self._fail(fail)
        if self.path == "/v1/messages":
            return self._message(params)
        if self.path == "/v1/messages/batches":
            if self.owner.script and isinstance(self.owner.script[0], Fail | Cut):
                step = self.owner.script.pop(0)
                if isinstance(step, Fail):
                    return self._fail(step)
                self.owner.batches.create(params)
                return self._cut(b"", 0)
            made = self.owner.batches.create(params)
            return self._fail(_invalid(made)) if isinstance(made, str) else self._json(made)
        done = self.owner.batches.cancel(self.path)
        return self._json(done) if done else self._fail(_not_found(self.path))

    def _message(self, params: Any) -> None:
        with self.owner.lock:
            self.owner.at_once += 1
            self.owner.peak = max(self.owner.peak, self.owner.at_once)
            crowded = self.owner.most_at_once is not None and self.owner.at_once > self.owner.most_at_once
            step = self.owner.script.pop(0) if self.owner.script else None
        try:
            if crowded:
                return self._fail(Fail(429, "rate_limit_error", "too many at once", headers={"retry-after": "0.2"}))
            if why := refusal(params):
                return self._fail(_invalid(why))
            if params["model"] not in MODELS:
                return self._fail(Fail(404, "not_found_error", f"model: {params['model']}"))
            return self._step(params, step)
        finally:
            with self.owner.lock:
                self.owner.at_once -= 1

    def _step(self, params: dict[str, Any], step: Step | None) -> None:
        if isinstance(step, Fail):
            return self._fail(step)
        if isinstance(step, Raw):
            return self._send(200, step.body, step.content_type)
        if isinstance(step, Slow):
            time.sleep(step.seconds)
        said = step if isinstance(step, Say) else self.owner.answer(params)
        message = json.dumps(self.owner.message(params, said)).encode()
        if isinstance(step, Cut):
            return self._cut(message, step.after_bytes)
        return self._send(200, message)

    def _completion(self, params: dict[str, Any]) -> None:
        """OpenAI's chat completions, as vLLM and its like serve them; no key asked."""
        step = self.owner.script.pop(0) if self.owner.script else None
        if isinstance(step, Fail):
            return self._fail(step)
        if isinstance(step, Raw):
            return self._send(200, step.body, step.content_type)
        said = step if isinstance(step, Say) else self.owner.answer(params)
        prompt, output = tokens(params["messages"]), tokens(said.text)
        usage = {"prompt_tokens": prompt, "completion_tokens": output, "total_tokens": prompt + output}
        refused = said.stop_reason == "refusal"
        message = {
            "role": "assistant",
            "content": None if refused else said.text,
            "refusal": said.text if refused else None,
        }
        choice = {
            "index": 0,
            "message": message,
            "finish_reason": "length" if said.stop_reason == "max_tokens" else "stop",
        }
        body = {"id": "c1", "object": "chat.completion", "created": 1, "model": params["model"]}
        whole = json.dumps({**body, "choices": [choice], "usage": usage}).encode()
        return self._cut(whole, step.after_bytes) if isinstance(step, Cut) else self._send(200, whole)

    def _unauthorised(self) -> Fail | None:
        if not self.headers.get("anthropic-version"):
            return _invalid("anthropic-version: header is required")
        key = self.headers.get("x-api-key") or self.headers.get("authorization", "").removeprefix("Bearer ")
        return None if key == KEY else Fail(401, "authentication_error", "invalid x-api-key")

    def _seen(self, params: Any) -> None:
        headers = {k.lower(): v for k, v in self.headers.items()}
        self.owner.seen.append(Seen(urlsplit(self.path).path, params, headers, time.monotonic()))

    def _fail(self, fail: Fail) -> None:
        if fail.html:
            return self._send(fail.status, b"<html><body>error</body></html>", "text/html", fail.headers)
        error: dict[str, Any] = {"type": fail.type, "message": fail.message}
        if fail.error_code:
            error |= {"details": {"error_code": fail.error_code}, "code": fail.error_code}
        body = {"type": "error", "error": error, "request_id": "req_1"}
        return self._send(fail.status, json.dumps(body).encode(), headers=fail.headers)

    def _json(self, body: Any) -> None:
        self._send(200, json.dumps(body).encode())

    def _send(
        self, status: int, body: bytes, kind: str = "application/json", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        all_headers = {"content-type": kind, "content-length": str(len(body)), "request-id": "req_1"}
        for name, value in {**all_headers, **self.owner.headers, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body)

    def _cut(self, body: bytes, after_bytes: int | None) -> None:
        """Promise the whole, send a part, and hang up."""
        self.close_connection = True
        if after_bytes:
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:after_bytes])
            self.wfile.flush()
        self.connection.close()


def _invalid(message: str) -> Fail:
    return Fail(400, "invalid_request_error", message)


def _not_found(path: str) -> Fail:
    return Fail(404, "not_found_error", f"{path}: Not Found")
