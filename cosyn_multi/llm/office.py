"""Which way a run's model is asked, by name: opens the desk, and the carrier where there is one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import Field

from cosyn_multi.errors import ConfigError, unknown
from cosyn_multi.model import Frozen

from .base import Carrier, Provider
from .budget import Budget
from .desk import Desk
from .ledger import Ledger
from .prices import load_prices

LEDGER = "ledger.sqlite"


class LlmOptions(Frozen):
    """How a model is asked. Nothing here shapes an answer but the model's name."""

    llm: str = Field("anthropic", description="anthropic, batch, openai or files.")
    model: str = Field(min_length=1, description="As the provider names it.")
    base_url: str | None = Field(None, description="Where the provider's server is; default: the vendor's.")
    budget: float | None = Field(None, gt=0, description="Dollars that the run may cost in all.")
    prices: Path | None = Field(None, description="A file like prices.toml whose models win over the built-in ones.")
    replay: bool = Field(False, description="Answer from the ledger alone; never call out.")
    timeout_s: float = Field(600, gt=0, description="Longest wait for one answer, in seconds.")
    retries: int = Field(2, ge=0, le=20, description="How often the SDK tries again after what may pass.")
    patience_s: float = Field(
        300, ge=0, description="How long an outage is waited out before the run ends, in seconds."
    )
    rounds: int = Field(3, ge=1, le=10, description="How often an item of a batch is sent at most.")
    at_once: int = Field(8, ge=1, le=512, description="Most requests in flight, over all workers.")


def _anthropic(options: LlmOptions, budget: Budget) -> Provider:
    from .anthropic import AnthropicProvider

    return AnthropicProvider(
        base_url=options.base_url, timeout_s=options.timeout_s, retries=options.retries, pace=budget.pace
    )


def _openai(options: LlmOptions, budget: Budget) -> Provider:
    from .openai import OpenAIProvider

    return OpenAIProvider(
        base_url=options.base_url, timeout_s=options.timeout_s, retries=options.retries, pace=budget.pace
    )


def _batch(options: LlmOptions, run: Path) -> Carrier:
    from .batch import BatchCarrier

    return BatchCarrier(
        load_prices(options.prices), base_url=options.base_url, timeout_s=options.timeout_s,
        retries=options.retries, rounds=options.rounds,
    )  # fmt: skip


def _files(options: LlmOptions, run: Path) -> Carrier:
    from .files import FilesCarrier

    return FilesCarrier(run)


PROVIDERS: dict[str, Callable[[LlmOptions, Budget], Provider]] = {"anthropic": _anthropic, "openai": _openai}
CARRIERS: dict[str, Callable[[LlmOptions, Path], Carrier]] = {"batch": _batch, "files": _files}


def open_desk(run: Path, options: LlmOptions) -> Desk:
    """The desk of a run, in any process. Nothing is sent.

    Raises: UserError kin for an unknown way, no key, a package that is missing, a budget without a price.
    """
    if options.llm not in {*PROVIDERS, *CARRIERS}:
        raise ConfigError(f"--llm {unknown('way', options.llm, {*PROVIDERS, *CARRIERS})}")
    prices = load_prices(options.prices)
    if options.budget is not None and not options.replay and options.llm != "files":
        prices.of(options.model)
    ledger = Ledger(run / LEDGER)
    budget = Budget(ledger, options.budget, options.at_once)
    if options.replay:
        return Desk(ledger, budget, prices)
    if options.llm in CARRIERS:
        return Desk(ledger, budget, prices, notes=True)
    return Desk(ledger, budget, prices, PROVIDERS[options.llm](options, budget), patience_s=options.patience_s)


def open_carrier(run: Path, options: LlmOptions) -> Carrier | None:
    """The carrier of a run that has one: visited after a pass over the sets, by one process. Raises: as `open_desk`."""
    make: Any = None if options.replay else CARRIERS.get(options.llm)
    return make(options, run) if make else None
