"""`cosyn-multi plan`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from cosyn_multi.planning import Growth, Pace, Sizes


def command(
    n: Annotated[int, typer.Option("-n", "--sets", min=1, help="Sets that the run is to hold.")],
    nodes: Annotated[int, typer.Option(min=1, max=4096, help="Machines like this one.")] = 1,
    cores: Annotated[int, typer.Option(min=1, max=1024, help="Workers on each: one per core.")] = 8,
    shard_size: Annotated[int, typer.Option(min=1, max=4096, help="Sets per shard.")] = 256,
    out: Annotated[
        str, typer.Option(help="Where it goes: nodes write into a store, the head into its folder.")
    ] = "s3://",
    author: Annotated[str, typer.Option(help="Who writes: offline, llm.")] = "offline",
    model: Annotated[str | None, typer.Option(help="The model that the llm author asks.")] = None,
    prices: Annotated[Path | None, typer.Option(help="A prices.toml that wins over the built-in one.")] = None,
    from_run: Annotated[Path | None, typer.Option("--from", help="A finished run that tells what a set holds.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Measure this machine anew.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Hours, bytes and dollars of a run on a cluster, from what is measured on this machine, and where it stops growing."""
    from cosyn_multi.planning import measured, sizes_of, stops
    from cosyn_multi.shards.read import open_run
    from cosyn_multi.storage import is_remote

    dollars = _dollars(author, model, prices, n)
    sizes = sizes_of(open_run(from_run)) if from_run else None
    console = Console(highlight=False, stderr=as_json)
    pace = measured(again, say=console.print)
    pace = pace.model_copy(update={"sizes": sizes}) if sizes else pace
    by_head = not is_remote(out)
    rows = stops(pace, n, shard_size, cores, nodes, by_head)
    told = _told(pace, rows, n, nodes, cores) | {
        "sizes from": str(from_run) if from_run else "the same sets",
        **dollars,
    }
    if as_json:
        print(json.dumps(told, indent=1))
        return
    console.print(_growth(rows, nodes), _sums(told), sep="\n\n")


def _dollars(author: str, model: str | None, prices: Path | None, sets: int) -> dict[str, Any]:
    """What the model's answers would cost. Raises: ConfigError for an author or a model that isn't known."""
    from cosyn_multi.config import make_recipe

    recipe = make_recipe(author=author, model=model or "")
    if author != "llm":
        return {"dollars for answers": 0}
    from cosyn_multi.assets import find_prompts
    from cosyn_multi.authors.llm.estimate import Rates, foreseen
    from cosyn_multi.authors.llm.prompts import Prompts
    from cosyn_multi.llm.prices import load_prices

    price = load_prices(prices).of(recipe.model)
    found = foreseen(
        recipe.model, 0, recipe.images, recipe.questions, recipe.code_share, 0.5, Rates(), Prompts(find_prompts()[0])
    )
    return {
        "dollars for answers": {w: round(sets * found.per_set(price, b), 2) for w, b in (("realtime", False), ("batch", True))},
        "of the llm author": "hours are those of drawing and checking; answers take their own time, and such a run stays on "
        "one machine, as its paid answers are kept in one file: see 1 node",
    }  # fmt: skip


def _told(pace: "Pace", rows: "list[Growth]", sets: int, nodes: int, cores: int) -> dict[str, Any]:
    from cosyn_multi.planning import last_that_pays

    asked = next(r for r in rows if r.nodes == nodes)
    sizes: Sizes = pace.sizes
    return {
        "nodes": nodes, "cores": cores, "hours": round(asked.hours, 2), "core hours": round(asked.hours * asked.workers),
        "bytes": round(sets * sizes.bytes), "sets kept": round(sets * sizes.sets), "images": round(sets * sizes.images),
        "questions": round(sets * sizes.questions),
        "growth": [r.model_dump() for r in rows],
        "stops growing": last_that_pays(rows).nodes,
        "measured": {
            "sets/s, one worker": round(pace.one, 3), "sets/s, two workers": round(pace.two, 3),
            "s to the first set": round(pace.start_s, 1), "sets/s, writer alone": round(1 / pace.close_s, 1) if pace.close_s else None,
            "MB/s to this disk": round(pace.head_bytes_s / 1e6, 1),
        },
        "how": pace.how,
    }  # fmt: skip


def _growth(rows: "list[Growth]", nodes: int) -> Table:
    table = Table(title="growth, simulated from the figures below", title_justify="left", box=None, padding=(0, 2))
    for name in ("nodes", "workers", "hours", "sets/s", "x one node", "limited by"):
        table.add_column(name, justify="left" if name == "limited by" else "right")
    for row in rows:
        gain = rows[0].hours / row.hours
        values = (
            f"{row.nodes}",
            f"{row.workers}",
            f"{row.hours:,.2f}",
            f"{row.sets_s:,.1f}",
            f"{gain:,.1f}",
            row.limit,
        )
        table.add_row(*values, style="bold" if row.nodes == nodes else None)
    return table


def _sums(told: dict[str, Any]) -> Table:
    table = Table(title="the run", title_justify="left", show_header=False, box=None, padding=(0, 2))
    table.add_row("asked for", f"{told['nodes']} nodes of {told['cores']} workers: {told['hours']:,} hours")
    table.add_row(
        "stops growing", f"after {told['stops growing']} nodes: twice as many would be less than a tenth faster"
    )
    for name in ("core hours", "bytes", "sets kept", "images", "questions"):
        table.add_row(name, f"{told[name]:,}")
    table.add_row("what a set holds", f"from {told['sizes from']}")
    costs = told["dollars for answers"]
    table.add_row("dollars for answers", ", ".join(f"{v:,.2f} {k}" for k, v in costs.items()) if costs else "none")
    if "of the llm author" in told:
        table.add_row("of the llm author", told["of the llm author"])
    table.add_row("measured here", ", ".join(f"{v} {k}" for k, v in told["measured"].items()))
    table.add_row("how", told["how"])
    return table
