"""`cosyn-multi harvest`."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    run: Annotated[Path, typer.Argument(help="Folder of a run whose images a model's code drew.")],
    to: Annotated[Path, typer.Option(help="Folder of templates that it is added to.")],
) -> None:
    """Turn code that a model wrote, and that passed every check, into templates for other runs."""
    from cosyn_multi.harvest import harvest
    from cosyn_multi.shards.read import open_run

    kept = left = 0
    for found in harvest(open_run(run), to):
        kept, left = kept + (not found.alike), left + bool(found.alike)
        what = f"is like {found.alike}, left" if found.alike else f"-> {to / found.name}"
        print(f"set {found.set_id}, image {found.image}: {what}")
    print(f"{kept} templates added to {to}, {left} left as there is one like them.")
    print(f"Next: cosyn-multi templates list --templates {to}; cosyn-multi generate --templates {to} ...")
