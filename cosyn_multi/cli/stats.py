"""`cosyn-multi stats`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table


def command(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Yields, reasons for rejects, kinds, images per set, answer balance, diversity."""
    from cosyn_multi.reviews import Reviews, summed_up
    from cosyn_multi.shards.read import open_run
    from cosyn_multi.shards.stats import stats

    found = stats(open_run(run))
    if reviews := Reviews(run).all():
        found["reviews"] = summed_up(reviews).facts()
    if as_json:
        print(json.dumps(found, indent=1))
        return
    console = Console(highlight=False)
    for section, values in found.items():
        if values:
            console.print(_table(section, values))


def _table(section: str, values: dict[str, Any]) -> Table:
    table = Table(title=section.replace("_", " "), title_justify="left", show_header=False, box=None, padding=(0, 2))
    numbers = [v for v in values.values() if isinstance(v, int)]
    total = sum(numbers) if len(numbers) == len(values) and section not in ("totals", "diversity", "reviews") else 0
    for name, value in values.items():
        share = f"{value / total:.1%}" if total else ""
        table.add_row(name, json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value), share)
    return table
