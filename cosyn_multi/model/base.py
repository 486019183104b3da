"""The base of every noun: immutable, strict about unknown fields, comparable by value."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A pydantic model that nothing downstream can edit; unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")
