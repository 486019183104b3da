"""`cosyn-multi cost`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

SHORT = {
    "requests": "asked",
    "tokens in": "in",
    "cache written": "cached",
    "cache read": "from cache",
    "tokens out": "out",
}


def command(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """What the language model's answers cost: requests, tokens and dollars per stage and model."""
    from cosyn_multi.llm.report import report

    found = report(run)
    if as_json:
        print(json.dumps(found, indent=1))
        return
    console = Console(highlight=False)
    if found["answers"]:
        console.print(_answers(found["answers"]))
    for section in ("totals", "open", "of no use", "read by repair"):
        if found[section]:
            console.print(_table(section, found[section]))


def _answers(rows: list[dict[str, Any]]) -> Table:
    table = Table(title="answers", title_justify="left", box=None, padding=(0, 1))
    for name in rows[0]:
        text = name in ("stage", "model", "way")
        table.add_column(SHORT.get(name, name), justify="left" if text else "right", no_wrap=not text, overflow="fold")
    for row in rows:
        table.add_row(*(_shown(name, value) for name, value in row.items()))
    return table


def _table(section: str, values: dict[str, Any]) -> Table:
    table = Table(title=section, title_justify="left", show_header=False, box=None, padding=(0, 2))
    for name, value in values.items():
        table.add_row(name, _shown(name, value))
    return table


def _shown(name: str, value: Any) -> str:
    if name.startswith("dollars"):
        return "no price" if value is None else f"{value:.4f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
