"""`cosyn-multi verify`."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    workers: Annotated[int, typer.Option(min=0, help="Processes; 0 means one per core.")] = 0,
) -> None:
    """Derive every answer again from the shards alone; exit 1 and the ids where one fails."""
    from cosyn_multi.shards.read import open_run
    from cosyn_multi.shards.verify import Fault, verify

    looked, faults = 0, 0
    for found in verify(open_run(run), workers):
        if isinstance(found, Fault):
            faults += 1
            print(f"{found.where}: {found.what}")
        else:
            looked += 1
    print(f"{looked} sets verified, {faults} faults")
    if faults:
        raise typer.Exit(1)
