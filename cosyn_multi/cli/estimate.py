"""`cosyn-multi estimate`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cosyn_multi.errors import ConfigError

from .generate import bounds

if TYPE_CHECKING:
    from cosyn_multi.authors.llm.estimate import Estimate
    from cosyn_multi.llm.prices import Price


def command(
    n: Annotated[int, typer.Option("-n", "--sets", help="Sets that the run is to hold.")],
    model: Annotated[str, typer.Option(help="The model that writes.")],
    author: Annotated[str, typer.Option(help="Who writes: llm; the offline author costs nothing.")] = "llm",
    images: Annotated[str, typer.Option(help="Fewest and most images in a set.")] = "2-5",
    questions: Annotated[int, typer.Option(help="Questions aimed at per set.")] = 10,
    code_share: Annotated[float, typer.Option(help="Share of images that the model writes code for.")] = 1.0,
    thinking: Annotated[float, typer.Option(help="Tokens thought per token answered, where no run tells.")] = 0.5,
    run: Annotated[Path | None, typer.Option(help="A run that tells requests, tokens and yields so far.")] = None,
    prices: Annotated[Path | None, typer.Option(help="A prices.toml that wins over the built-in one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tokens and dollars of a run with a language model, before it is paid for."""
    from cosyn_multi.assets import find_prompts
    from cosyn_multi.authors.llm.estimate import Rates, foreseen
    from cosyn_multi.authors.llm.prompts import Prompts
    from cosyn_multi.llm.prices import load_prices

    if author != "llm":
        raise ConfigError(f"--author {author}: asks no model, so there is nothing to estimate; use --author llm")
    known = load_prices(prices)
    price = known.of(model)
    found = _of_run(run, code_share) if run else None
    if found is None:
        asked_with = Prompts(find_prompts()[0])
        found = foreseen(model, 0, bounds(images), questions, code_share, thinking, Rates(), asked_with)
    told = _told(found, price, n) | {"prices of": known.date}
    if as_json:
        print(json.dumps(told, indent=1))
        return
    console = Console(highlight=False)
    console.print(_stages(told["stages"]))
    console.print(_sums(told))


def _of_run(run: Path, code_share: float) -> "Estimate | None":
    from cosyn_multi.asking import yields_so_far
    from cosyn_multi.authors.llm.estimate import of_run
    from cosyn_multi.shards.read import open_run

    opened = open_run(run)
    if opened.folder.recipe().author != "llm":
        raise ConfigError(f"--run {run}: no language model was asked in this run")
    asked = opened.folder.recipe().code_share
    return of_run(run, min(1.0, code_share / asked) if asked else None, yields_so_far(opened))


def _told(found: "Estimate", price: "Price", sets: int) -> dict[str, Any]:
    stages = [
        {
            "stage": s.stage, "asked per set": round(s.requests, 2), "shared": round(s.shared), "own": round(s.own),
            "out": round(s.out), "dollars per set": round(s.dollars(price, False), 5),
            "in a batch": round(s.dollars(price, True), 5),
        }
        for s in found.stages
    ]  # fmt: skip
    ways = {"realtime": False, "batch": True}
    return {
        "stages": stages,
        "from": "this run's ledger and yields" if found.measured else "prompts as they are, assumed rates",
        "sets": sets,
        "questions": round(sets * found.kept * found.questions),
        "tokens": round(sets * sum(s.requests * (s.shared + s.own + s.out) for s in found.stages)),
        "dollars": {w: round(sets * found.per_set(price, b), 2) for w, b in ways.items()},
        "dollars per 1,000 questions": {w: round(found.per_thousand(price, b), 2) for w, b in ways.items()},
    }


def _stages(rows: list[dict[str, Any]]) -> Table:
    table = Table(
        title="per set: tokens of a request (shared, own) and of its answer",
        title_justify="left",
        box=None,
        padding=(0, 1),
    )
    for name in rows[0]:
        table.add_column(name, justify="left" if name == "stage" else "right")
    for row in rows:
        table.add_row(*(f"{v:,}" if isinstance(v, int) else str(v) for v in row.values()))
    return table


def _sums(told: dict[str, Any]) -> Table:
    table = Table(
        title=f"the run, from {told['from']}", title_justify="left", show_header=False, box=None, padding=(0, 2)
    )
    for name in ("sets", "questions", "tokens"):
        table.add_row(name, f"{told[name]:,}")
    for name in ("dollars", "dollars per 1,000 questions"):
        table.add_row(name, ", ".join(f"{v:,.2f} {way}" for way, v in told[name].items()))
    table.add_row("prices of", told["prices of"])
    return table
