"""Two frozen objects: the Recipe decides the bytes, the Runtime decides only how they come about."""

import hashlib
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any, Self

import tomli_w
from pydantic import Field, ValidationError, field_validator, model_validator

from .errors import ConfigError, unknown
from .model import Frozen

ARTIFACTS = ("chart", "table", "doc")
AUTHORS = ("offline", "llm")
ENGINES = ("local", "ray")
WAYS = ("anthropic", "batch", "openai", "files")
"""How a language model is asked."""
FEWEST_QUESTIONS = 3
"""A set with fewer is dropped (or with fewer than `Recipe.questions`, where that is less)."""


class Recipe(Frozen):
    """Hashed, stored in the run, compared on resume."""

    seed: int = Field(0, ge=0, description="Root of every random stream of the run.")
    author: str = Field("offline", description="Who writes worlds, views and questions: offline, llm.")
    model: str = Field("", description="The language model that the llm author asks, as its provider names it.")
    repairs: int = Field(2, ge=0, le=3, description="How often an answer goes back to the model with what was wrong.")
    code_share: float = Field(
        1.0, ge=0, le=1, description="Share of images that the model writes code for, where a template could draw them."
    )
    scenarios: tuple[str, ...] = Field((), description="Only these scenarios; default: all.")
    artifacts: tuple[str, ...] = Field((), description="Only these kinds of image: chart, table, doc; default: all.")
    images: tuple[int, int] = Field((2, 5), description="Fewest and most images in a set, as 2-5.")
    questions: int = Field(10, ge=1, le=40, description="Questions aimed at per set.")
    points: bool = Field(
        False, exclude_if=lambda asked: not asked, description="Ask also to point at things: the kind point_entities."
    )
    shard_size: int = Field(256, ge=1, le=4096, description="Sets per shard.")

    @field_validator("author")
    @classmethod
    def _author(cls, name: str) -> str:
        return _one_of("author", name, AUTHORS)

    @field_validator("artifacts")
    @classmethod
    def _artifacts(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            _one_of("artifact", name, ARTIFACTS)
        return tuple(a for a in ARTIFACTS if a in names)

    @field_validator("scenarios")
    @classmethod
    def _scenarios(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not names:
            return ()
        from .authors.offline.scenarios import scenarios

        known = scenarios()
        for name in names:
            _one_of("scenario", name, known)
        return tuple(sorted(set(names)))

    @model_validator(mode="after")
    def _images(self) -> Self:
        fewest, most = self.images
        if not 2 <= fewest <= most <= 5:
            raise ValueError(f"images = {fewest}-{most}: a set has 2 to 5 images; write e.g. 2-5 or 3-3")
        return self

    @model_validator(mode="after")
    def _asked(self) -> Self:
        if self.author == "llm" and not self.model.strip():
            raise ValueError("--model: missing; say which model writes, e.g. --model claude-sonnet-5-5")
        if self.author != "llm" and self.model:
            raise ValueError(f"--model {self.model}: the {self.author} author asks no model; add --author llm")
        return self

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


class Runtime(Frozen):
    """Where and how; never in the bytes of a shard."""

    out: Path
    sets: int = Field(ge=1, description="How many sets the run holds in the end; may grow on an existing run.")
    workers: int = Field(0, ge=0, le=256, description="Worker processes; 0 means one per core.")
    set_timeout_s: float = Field(180, gt=0, description="A set that takes longer is given up: its worker is replaced.")
    work: Path | None = Field(
        None, description="Where finished sets wait for their shard to close; default: in the run's folder."
    )
    engine: str = Field("local", description="Who runs the work: local, ray.")
    ray_address: str | None = Field(None, description="A Ray cluster: auto or host:port; default: one on this machine.")
    unsafe_no_sandbox: bool = Field(
        False, description="Run code that nobody reviewed without a cage; the manifest records it."
    )
    templates: Path | None = Field(None, description="A workspace folder of templates, beside the built-in ones.")
    llm: str = Field("anthropic", description="How the model is asked: anthropic, batch, openai, files.")
    base_url: str | None = Field(None, description="Where the provider's server is; default: the vendor's.")
    budget: float | None = Field(None, gt=0, description="Dollars that the run may cost in all.")
    prices: Path | None = Field(None, description="A file like prices.toml whose models win over the built-in ones.")
    prompts: Path | None = Field(None, description="The user's own prompts, which win by name; found in ./prompts.")
    patience_s: float = Field(300, ge=0, description="How long an outage of the provider is waited out, in seconds.")
    replay: bool = Field(False, description="Answer from the run's ledger alone; never call out.")

    @field_validator("engine")
    @classmethod
    def _engine(cls, name: str) -> str:
        return _one_of("engine", name, ENGINES)

    @model_validator(mode="after")
    def _address(self) -> Self:
        if self.ray_address and self.engine != "ray":
            raise ValueError(f"--ray-address {self.ray_address}: is of the ray engine; add --engine ray")
        return self

    @field_validator("llm")
    @classmethod
    def _llm(cls, name: str) -> str:
        return _one_of("way to ask a model", name, WAYS)


def _one_of(what: str, name: str, known: Collection[str]) -> str:
    """The name, if it is known. Raises: ValueError that offers the nearest."""
    if name not in known:
        raise ValueError(unknown(what, name, known))
    return name


def make_recipe(**fields: Any) -> Recipe:
    """A recipe from options. Raises: ConfigError, one line."""
    try:
        return Recipe(**fields)
    except ValidationError as error:
        raise ConfigError(explain(error, "")) from error


def make_runtime(**fields: Any) -> Runtime:
    """A runtime from options. Raises: ConfigError, one line."""
    try:
        return Runtime(**fields)
    except ValidationError as error:
        raise ConfigError(explain(error, "")) from error


def explain(error: ValidationError, where: str) -> str:
    """The first fault of a validation, in one line."""
    first = error.errors()[0]
    name = ".".join(str(p) for p in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    given = "" if name == "" or "no such" in message else f" = {first['input']!r}"
    return f"{where}{name}{given}: {message}" if name else f"{where}{message}"


def load_config(file: Path) -> dict[str, Any]:
    """The fields of a run.toml: those of Recipe, and `sets`. Raises: ConfigError."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{file}: not there") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, IsADirectoryError) as error:
        raise ConfigError(f"{file}: {error}") from error
    known = {*Recipe.model_fields, "sets"}
    for key in data:
        if key not in known:
            raise ConfigError(f"{file}: {unknown('setting', key, known)}")
    return data


def dump_config(recipe: Recipe, sets: int) -> str:
    """The text of run.toml; `load_config` reads it back."""
    return tomli_w.dumps({"sets": sets, **recipe.model_dump(mode="json")})


def differences(old: Recipe, new: Recipe) -> list[str]:
    """The fields in which two recipes differ, as 'seed: 7 there, 8 asked for'."""
    return [
        f"{name}: {getattr(old, name)!r} there, {getattr(new, name)!r} asked for"
        for name in Recipe.model_fields
        if getattr(old, name) != getattr(new, name)
    ]
