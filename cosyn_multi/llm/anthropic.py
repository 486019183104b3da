"""Anthropic's Messages API through its SDK, which is loaded when the first request is asked."""

from typing import TYPE_CHECKING, Any

from cosyn_multi.errors import ConfigError, SetupError

from .errors import ProviderError
from .pace import Pace
from .request import Message, Reply, Request, Stop, Usage
from .wire import CONNECT_S, Wire, body, host_of, kind_of, late, seconds, unreached

if TYPE_CHECKING:
    import anthropic

STOPS: dict[str, Stop] = {
    "end_turn": "end",
    "stop_sequence": "end",
    "max_tokens": "max_tokens",
    "refusal": "refusal",
    "model_context_window_exceeded": "context",
}


class AnthropicProvider:
    """Asks and waits. Retries, back-off and `retry-after` are the SDK's."""

    name = "anthropic"

    def __init__(
        self, *, base_url: str | None = None, timeout_s: float = 600, retries: int = 2, pace: Pace | None = None
    ) -> None:
        self.wire = Wire(pace)
        self.client = connect(base_url=base_url, timeout_s=timeout_s, retries=retries, wire=self.wire)

    def close(self) -> None:
        self.client.close()

    def complete(self, request: Request) -> Reply:
        import anthropic

        self.wire.start()
        try:
            message = self.client.messages.create(**params(request))
        except anthropic.APIError as error:
            raise failure(error, self.wire.lost(answered=False)) from error
        except ValueError as error:  # a body that calls itself JSON and isn't
            raise ProviderError("malformed", f"no JSON in the answer: {error}", lost_attempts=1) from error
        reply = reply_of(message, self.wire.lost(answered=True))
        if reply is None:
            raise ProviderError("malformed", f"not a message: {str(message)[:200]}", lost_attempts=1)
        return reply


def connect(*, base_url: str | None, timeout_s: float, retries: int, wire: Wire) -> "anthropic.Anthropic":
    """A client. Nothing is sent yet. Raises: SetupError without any credentials."""
    import anthropic

    limits = anthropic.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s))
    http = anthropic.DefaultHttpxClient(event_hooks=wire.hooks, timeout=limits)
    try:
        client = anthropic.Anthropic(base_url=base_url, timeout=limits, max_retries=retries, http_client=http)
    except anthropic.AnthropicError as error:  # its profile on disk can't be read
        raise SetupError(f"ANTHROPIC_API_KEY: not set, and no profile instead: {error}") from error
    if not (client.api_key or client.auth_token or client.credentials):
        raise SetupError("ANTHROPIC_API_KEY: not set; export it, or use --llm files, or --author offline")
    return client


def params(request: Request, ttl: str = "5m") -> dict[str, Any]:
    """A request in the API's words; the last shared block carries the cache mark.

    Raises: ConfigError for a temperature: the API refuses it since its version 2026-10-21.
    """
    if request.temperature is not None:
        raise ConfigError("temperature: Anthropic's API takes none; leave it out (effort is what can be set)")
    shared = [i for i, block in enumerate(request.system) if block.shared]
    system: list[dict[str, Any]] = [{"type": "text", "text": block.text} for block in request.system]
    if shared:
        system[shared[-1]]["cache_control"] = {"type": "ephemeral", "ttl": ttl}
    output: dict[str, Any] = {}
    if request.answer_schema is not None:
        output["format"] = {"type": "json_schema", "schema": request.answer_schema}
    if request.effort is not None:
        output["effort"] = request.effort
    return {
        "model": request.model,
        "max_tokens": request.max_tokens,
        "messages": [{"role": m.role, "content": _content(m)} for m in request.messages],
        **({"system": system} if system else {}),
        **({"output_config": output} if output else {}),
    }


def _content(message: Message) -> str | list[dict[str, Any]]:
    shown: list[dict[str, Any]] = [
        {"type": "image", "source": {"type": "base64", "media_type": image.media_type, "data": image.data}}
        for image in message.images
    ]
    return [*shown, {"type": "text", "text": message.text}] if shown else message.text


def reply_of(message: object, lost_attempts: int = 0) -> Reply | None:
    """A message of the SDK's as a reply; None if it isn't one: the SDK doesn't check what it is given."""
    content, usage = getattr(message, "content", None), getattr(message, "usage", None)
    if not isinstance(content, list) or usage is None:
        return None
    texts = [block.text for block in content if getattr(block, "type", "") == "text"]  # thinking is no part of it
    details = getattr(message, "stop_details", None)
    explained = [str(v) for v in (getattr(details, "category", None), getattr(details, "explanation", None)) if v]
    return Reply(
        text="".join(texts),
        stop=STOPS.get(str(getattr(message, "stop_reason", "")), "other"),
        usage=_usage(usage),
        model=str(getattr(message, "model", "")),
        detail=": ".join(explained),
        lost_attempts=lost_attempts,
    )


def _usage(usage: Any) -> Usage:
    written = getattr(usage, "cache_creation_input_tokens", None) or 0
    split = getattr(usage, "cache_creation", None)
    hour = (getattr(split, "ephemeral_1h_input_tokens", None) or 0) if split else 0
    return Usage(
        input=getattr(usage, "input_tokens", None) or 0,
        output=getattr(usage, "output_tokens", None) or 0,
        cache_read=getattr(usage, "cache_read_input_tokens", None) or 0,
        cache_write_5m=max(0, written - hour),
        cache_write_1h=hour,
    )


def failure(error: "anthropic.APIError", lost_attempts: int = 0) -> ProviderError:
    """The SDK's exception in our words."""
    import anthropic

    if isinstance(error, anthropic.APIStatusError):
        kind = kind_of(error.status_code, body(error.response))
        detail = error.api_message or f"status {error.status_code}"
        return ProviderError(kind, detail, seconds(error.response.headers), lost_attempts)
    if isinstance(error, anthropic.APITimeoutError):
        return ProviderError(late(error), f"{host_of(error)}: no answer in time", lost_attempts=lost_attempts)
    if isinstance(error, anthropic.APIConnectionError):
        return ProviderError("connection", unreached(error), lost_attempts=lost_attempts)
    return ProviderError("malformed", error.message, lost_attempts=max(1, lost_attempts))
