"""What tokens cost: one data file with a date, overridable model by model."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from cosyn_multi.errors import ConfigError, unknown
from cosyn_multi.model import Frozen

from .request import Request, Usage

BUILTIN = Path(__file__).parent / "prices.toml"
MILLION = 1_000_000
HIDDEN_TOKENS = 2_000
"""What a provider adds to a prompt by itself, at most: the instruction that goes with a schema, separators."""


class Rates(Frozen):
    """Dollars per million tokens."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cache_read: float = Field(ge=0)
    cache_write_5m: float = Field(ge=0)
    cache_write_1h: float = Field(ge=0)

    def dollars(self, usage: Usage) -> float:
        return (
            usage.input * self.input
            + usage.output * self.output
            + usage.cache_read * self.cache_read
            + usage.cache_write_5m * self.cache_write_5m
            + usage.cache_write_1h * self.cache_write_1h
        ) / MILLION


class LongRates(Rates):
    over: int = Field(gt=0, description="Prompts of more tokens than this pay these rates.")


class Price(Rates):
    """One model's price."""

    batch: float = Field(1.0, gt=0, le=1, description="Factor on every token of a batch.")
    long: LongRates | None = None

    def cost(self, usage: Usage, *, batched: bool = False) -> float:
        """Dollars of one answer."""
        rates: Rates = self.long if self.long and usage.prompt > self.long.over else self
        return rates.dollars(usage) * (self.batch if batched else 1)

    def worst(self, request: Request, *, batched: bool = False) -> float:
        """Dollars that a request can cost at most: a token per byte, all written to the dearer cache, a full answer."""
        prompt = request.most_tokens + HIDDEN_TOKENS
        cached = any(b.shared for b in request.system)
        written = prompt if cached else 0
        usage = Usage(
            input=prompt - written,
            cache_write_1h=written if batched else 0,
            cache_write_5m=0 if batched else written,
            output=request.max_tokens,
        )
        return self.cost(usage, batched=batched)


class Prices(Frozen):
    date: str = Field(description="Day on which the figures were compared with the vendor's.")
    models: dict[str, Price]

    def find(self, model: str) -> Price | None:
        return self.models.get(model)

    def of(self, model: str) -> Price:
        """Raises: ConfigError naming the known models: a budget can't be held without a price."""
        found = self.find(model)
        if found is None:
            raise ConfigError(f"--budget: {unknown('model with a price', model, self.models)} Give one with --prices")
        return found


def load_prices(override: Path | None = None) -> Prices:
    """The prices that ship with the package, with those of a file of the same form over them. Raises: ConfigError."""
    prices = _read(BUILTIN)
    if override is None:
        return prices
    theirs = _read(override)
    return Prices(date=theirs.date, models=prices.models | theirs.models)


def _read(file: Path) -> Prices:
    try:
        data: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
        data["date"] = str(data.get("date", ""))  # a TOML date, or a text
        return Prices.model_validate(data)
    except FileNotFoundError as error:
        raise ConfigError(f"{file}: not there; --prices wants a file like prices.toml") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, IsADirectoryError) as error:
        raise ConfigError(f"{file}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"{file}: {'.'.join(str(p) for p in first['loc'])}: {first['msg']}") from error
