"""What a model is asked and what it answers, in no vendor's words."""

import base64
import hashlib
import json
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from cosyn_multi.model import Frozen

Stop = Literal["end", "max_tokens", "refusal", "context", "other"]
"""Why an answer ended: whole, cut at max_tokens, refused, cut at the model's context window, anything else."""
Effort = Literal["low", "medium", "high", "xhigh", "max"]
Said = Annotated[str, Field(pattern=r"\S")]
"""A text that says something: an API refuses a blank one."""


def _whole(text: Any) -> Any:
    """Text without halves of surrogate pairs: JSON may hold them, UTF-8 and so the ledger can't."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(text, str) else text


Answered = Annotated[str, BeforeValidator(_whole)]


class Block(Frozen):
    """A part of the system prompt. What sets share comes first and is marked, so that a provider may cache it."""

    text: Said
    shared: bool = Field(False, description="The prompt up to here is the same for many requests.")


class Image(Frozen):
    """A picture that goes with a message, small enough to be sent as it is."""

    media_type: Literal["image/png", "image/jpeg"]
    data: str = Field(min_length=1, description="Its bytes in base64.")
    width: int = Field(ge=1)
    height: int = Field(ge=1)

    @property
    def digest(self) -> str:
        return hashlib.sha256(base64.b64decode(self.data)).hexdigest()

    @property
    def most_tokens(self) -> int:
        """What providers count for it, at most: one token for 750 to about 500 pixels, and some for the tiling."""
        return self.width * self.height // 500 + 300


class Message(Frozen):
    role: Literal["user", "assistant"]
    text: Said
    images: tuple[Image, ...] = Field((), description="Shown before the text; the user's messages alone have them.")

    @model_validator(mode="after")
    def _shown_by_the_user(self) -> Self:
        if self.images and self.role != "user":
            raise ValueError("images go with messages of the user's alone")
        return self


class Request(Frozen):
    """One question to a model. Its digest covers all that shapes the answer, and nothing else."""

    stage: str = Field(
        pattern=r"^[a-z][a-z_]{0,15}$", description="plan, world, code ...: for sums, not for the model."
    )
    model: str = Field(min_length=1)
    system: tuple[Block, ...] = ()
    messages: tuple[Message, ...] = Field(min_length=1)
    answer_schema: dict[str, Any] | None = Field(None, description="JSON schema; made by `structured.strict_schema`.")
    max_tokens: int = Field(8192, ge=1, description="Most tokens of an answer, the model's thinking included.")
    temperature: float | None = Field(None, ge=0, le=2, description="Only where the provider still takes one.")
    effort: Effort | None = Field(None, description="How long a model thinks; None leaves it to the model.")
    sample: int = Field(0, ge=0, description="Another number asks the same again, for another answer.")

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if self.messages[-1].role != "user":
            raise ValueError(
                "the last message must be the user's: models no longer go on with a beginning of their own"
            )
        return self

    @property
    def digest(self) -> str:
        """64 hex digits. Stage and cache marks don't count; the order of a schema's keys does: models follow it."""
        shaping = [
            self.model,
            [b.text for b in self.system],
            [[m.role, m.text, *(i.digest for i in m.images)] for m in self.messages],
            self.answer_schema,
            self.max_tokens,
            self.temperature,
            self.effort,
            self.sample,
        ]
        return hashlib.sha256(json.dumps(shaping, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

    @property
    def id(self) -> str:
        """A name for carriers: at most 64 characters, letters, digits, `_` and `-` only."""
        return f"{self.stage}-{self.digest[:32]}"

    @property
    def size_bytes(self) -> int:
        """Bytes of everything sent: texts in UTF-8, images in base64."""
        return self._text_bytes + sum(len(i.data) for m in self.messages for i in m.images)

    @property
    def most_tokens(self) -> int:
        """Bounds the prompt's tokens from above: a token of text is at least one byte."""
        return self._text_bytes + sum(i.most_tokens for m in self.messages for i in m.images)

    @property
    def _text_bytes(self) -> int:
        texts = [b.text for b in self.system] + [m.text for m in self.messages]
        schema = json.dumps(self.answer_schema, ensure_ascii=False) if self.answer_schema else ""
        return sum(len(t.encode()) for t in (*texts, schema))


class Usage(Frozen):
    """Tokens as billed. The prompt is the sum of the four kinds of input."""

    input: int = Field(0, ge=0, description="Neither written to nor read from a cache.")
    cache_read: int = Field(0, ge=0)
    cache_write_5m: int = Field(0, ge=0)
    cache_write_1h: int = Field(0, ge=0)
    output: int = Field(0, ge=0, description="Thinking included.")

    @property
    def prompt(self) -> int:
        return self.input + self.cache_read + self.cache_write_5m + self.cache_write_1h


class Reply(Frozen):
    """An answer. It was paid for, whatever it is worth."""

    text: Answered
    stop: Stop
    usage: Usage = Usage()
    model: Answered = Field("", description="As the provider names it; may be a dated version.")
    detail: Answered = Field("", description="What the provider says about a refusal.")
    lost_attempts: int = Field(0, ge=0, description="Earlier attempts that broke off and may have been billed.")
