"""Servers that speak OpenAI's chat completions (vLLM, Ollama, llama.cpp, OpenAI) through its SDK, an extra."""

import os
from typing import TYPE_CHECKING, Any

from cosyn_multi.errors import SetupError

from .errors import ProviderError
from .pace import Pace
from .request import Message, Reply, Request, Stop, Usage
from .wire import CONNECT_S, Wire, body, host_of, kind_of, late, seconds, unreached

if TYPE_CHECKING:
    import openai

STOPS: dict[str, Stop] = {"stop": "end", "length": "max_tokens", "content_filter": "refusal"}


class OpenAIProvider:
    """Asks and waits. Retries, back-off and `retry-after` are the SDK's."""

    name = "openai"

    def __init__(
        self, *, base_url: str | None = None, timeout_s: float = 600, retries: int = 2, pace: Pace | None = None
    ) -> None:
        self.wire = Wire(pace)
        self.own_server = bool(base_url or os.environ.get("OPENAI_BASE_URL"))
        self.client = self._connect(base_url, timeout_s, retries)

    def _connect(self, base_url: str | None, timeout_s: float, retries: int) -> "openai.OpenAI":
        try:
            import openai
        except ImportError as error:
            raise SetupError("--llm openai: needs a package more: pip install 'cosyn-multi[openai]'") from error
        key = os.environ.get("OPENAI_API_KEY")
        if not key and not self.own_server:
            raise SetupError("OPENAI_API_KEY: not set; export it, or say with --base-url where your server is")
        limits = openai.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s))
        http = openai.DefaultHttpxClient(event_hooks=self.wire.hooks, timeout=limits)
        return openai.OpenAI(
            api_key=key or "none", base_url=base_url, timeout=limits, max_retries=retries, http_client=http
        )

    def close(self) -> None:
        self.client.close()

    def complete(self, request: Request) -> Reply:
        import openai

        self.wire.start()
        try:
            completion = self.client.chat.completions.create(**params(request, self.own_server))
        except openai.APIStatusError as error:
            kind = kind_of(error.status_code, body(error.response))
            wait_s = seconds(error.response.headers)
            raise ProviderError(kind, error.message, wait_s, self.wire.lost(answered=False)) from error
        except openai.APITimeoutError as error:
            said = f"{host_of(error)}: no answer in time"
            raise ProviderError(late(error), said, lost_attempts=self.wire.lost(False)) from error
        except openai.APIConnectionError as error:
            raise ProviderError("connection", unreached(error), lost_attempts=self.wire.lost(False)) from error
        except (openai.APIError, ValueError) as error:
            raise ProviderError("malformed", str(error), lost_attempts=1) from error
        return _reply(completion, self.wire.lost(answered=True))


def params(request: Request, own_server: bool) -> dict[str, Any]:
    """A request in the API's words. OpenAI itself renamed `max_tokens`; the servers at home know the old name."""
    system = "\n\n".join(block.text for block in request.system)
    messages: list[dict[str, Any]] = [{"role": "system", "content": system}] if system else []
    messages += [{"role": m.role, "content": _content(m)} for m in request.messages]
    found: dict[str, Any] = {"model": request.model, "messages": messages}
    found["max_tokens" if own_server else "max_completion_tokens"] = request.max_tokens
    if request.temperature is not None:
        found["temperature"] = request.temperature
    if request.effort is not None:
        found["reasoning_effort"] = request.effort
    if request.answer_schema is not None:
        shape = {"name": request.stage, "strict": True, "schema": request.answer_schema}
        found["response_format"] = {"type": "json_schema", "json_schema": shape}
    return found


def _content(message: Message) -> str | list[dict[str, Any]]:
    shown: list[dict[str, Any]] = [
        {"type": "image_url", "image_url": {"url": f"data:{image.media_type};base64,{image.data}"}}
        for image in message.images
    ]
    return [*shown, {"type": "text", "text": message.text}] if shown else message.text


def _reply(completion: Any, lost_attempts: int) -> Reply:
    choices: Any = getattr(completion, "choices", None)
    message = getattr(choices[0], "message", None) if isinstance(choices, list) and choices else None
    if message is None:
        raise ProviderError("malformed", f"not a completion: {str(completion)[:200]}", lost_attempts=1)
    refusal = getattr(message, "refusal", None) or ""
    stop: Stop = "refusal" if refusal else STOPS.get(str(choices[0].finish_reason), "other")
    return Reply(
        text=message.content or "",
        stop=stop,
        usage=_usage(getattr(completion, "usage", None)),
        model=str(getattr(completion, "model", "")),
        detail=refusal,
        lost_attempts=lost_attempts,
    )


def _usage(usage: Any) -> Usage:
    if usage is None:  # some servers count nothing
        return Usage()
    details = getattr(usage, "prompt_tokens_details", None)
    prompt = getattr(usage, "prompt_tokens", None) or 0
    cached = min(prompt, (getattr(details, "cached_tokens", None) or 0) if details else 0)
    return Usage(input=prompt - cached, cache_read=cached, output=getattr(usage, "completion_tokens", None) or 0)
