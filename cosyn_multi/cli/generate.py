"""`cosyn-multi generate`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cosyn_multi.errors import ConfigError


def command(
    out: Annotated[Path | None, typer.Option(help="Folder of the run, or s3://bucket/run; it may exist.")] = None,
    n: Annotated[int | None, typer.Option("-n", "--sets", help="Sets in all; may grow on an existing run.")] = None,
    seed: Annotated[int | None, typer.Option(help="Root of every random stream of the run.")] = None,
    author: Annotated[str | None, typer.Option(help="Who writes worlds, views and questions: offline, llm.")] = None,
    scenario: Annotated[list[str] | None, typer.Option(help="Only this scenario; may be given more than once.")] = None,
    artifact: Annotated[list[str] | None, typer.Option(help="Only chart, table or doc; may be repeated.")] = None,
    images: Annotated[str | None, typer.Option(help="Fewest and most images in a set: 2-5.")] = None,
    questions: Annotated[int | None, typer.Option(help="Questions aimed at per set.")] = None,
    points: Annotated[bool | None, typer.Option("--points", help="Ask also to point at things.")] = None,
    shard_size: Annotated[int | None, typer.Option(help="Sets per shard.")] = None,
    workers: Annotated[int, typer.Option(help="Worker processes; 0 means one per core.")] = 0,
    engine: Annotated[str, typer.Option(help="Who runs the work: local, ray.")] = "local",
    ray_address: Annotated[
        str | None, typer.Option(help="Cluster: auto, host:port; default: one started here.")
    ] = None,
    set_timeout: Annotated[
        float | None, typer.Option(help="Seconds after which a set is given up: 180; with a model 3600.")
    ] = None,
    templates: Annotated[Path | None, typer.Option(help="Your folder of templates; default: ./templates.")] = None,
    unsafe_no_sandbox: Annotated[bool, typer.Option("--unsafe-no-sandbox", help="Run foreign code uncaged.")] = False,
    model: Annotated[str | None, typer.Option(help="The model that the llm author asks.")] = None,
    llm: Annotated[str, typer.Option(help="How it is asked: anthropic, batch, openai, files.")] = "anthropic",
    base_url: Annotated[str | None, typer.Option(help="The provider's server; default: the vendor's.")] = None,
    budget: Annotated[float | None, typer.Option(help="Dollars that the run may cost in all.")] = None,
    prices: Annotated[Path | None, typer.Option(help="A prices.toml that wins over the built-in one.")] = None,
    patience: Annotated[float, typer.Option(help="Seconds that an outage of the provider is waited out.")] = 300.0,
    repairs: Annotated[int | None, typer.Option(help="How often an answer goes back with what was wrong: 2.")] = None,
    code_share: Annotated[
        float | None, typer.Option(help="Share of images that the model writes code for, where a template fits: 1.")
    ] = None,
    replay: Annotated[bool, typer.Option("--replay", help="Answer from the run's ledger alone.")] = False,
    config: Annotated[Path | None, typer.Option(help="A run.toml; options given here win over it.")] = None,
) -> None:
    """Make a run of image sets with verified questions; the same command goes on where it stopped."""
    from cosyn_multi.assets import find_workspace
    from cosyn_multi.config import load_config, make_recipe, make_runtime
    from cosyn_multi.pipeline import run, set_timeout_s

    from .progress import watching

    given: dict[str, Any] = {
        "seed": seed, "author": author, "scenarios": scenario or None, "artifacts": artifact or None,
        "images": bounds(images) if images else None, "questions": questions, "shard_size": shard_size, "sets": n,
        "model": model, "repairs": repairs, "code_share": code_share, "points": points,
    }  # fmt: skip
    fields = (load_config(config) if config else {}) | {k: v for k, v in given.items() if v is not None}
    sets = fields.pop("sets", None)
    if sets is None:
        raise ConfigError("-n: missing; say how many sets to make, e.g. -n 200")
    recipe = make_recipe(**fields)
    workspace = find_workspace(templates)
    runtime = make_runtime(
        out=_out(out, config), sets=sets, workers=workers, engine=engine, ray_address=ray_address,
        set_timeout_s=set_timeout or set_timeout_s(recipe), templates=workspace, unsafe_no_sandbox=unsafe_no_sandbox,
        llm=llm, base_url=base_url, budget=budget, prices=prices, patience_s=patience, replay=replay,
    )  # fmt: skip
    with watching(recipe, runtime) as report:
        run(recipe, runtime, report)


def _out(given: Path | None, config: Path | None) -> Path:
    """Where the run goes: the folder given, or that of the run.toml given."""
    if given is None and config is not None and config.name == "run.toml":
        return config.parent
    if given is None:
        raise ConfigError("--out: missing; say which folder the run goes to, e.g. --out outputs/run1")
    return given


def bounds(text: str) -> tuple[int, int]:
    """'2-5' or '3' as fewest and most. Raises: ConfigError."""
    low, dash, high = text.partition("-")
    try:
        return int(low), int(high if dash else low)
    except ValueError as error:
        raise ConfigError(f"--images {text}: write fewest and most, e.g. 2-5, or one number, e.g. 3") from error
