"""`cosyn-multi push`."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    repo: Annotated[str, typer.Option(help="The dataset's repository on the Hugging Face hub: user/name.")],
    private: Annotated[bool, typer.Option("--private", help="Make it private, if it isn't there yet.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would go; send nothing.")] = False,
) -> None:
    """Publish a run as a dataset on the Hugging Face hub, in one commit."""
    from cosyn_multi.push import packed, push
    from cosyn_multi.shards.read import open_run

    parcel = packed(open_run(run), repo)
    if dry_run:
        for _, name, size in parcel.files:
            print(f"{size:>12,}  {name}")
    print(
        f"{len(parcel.files)} files, {parcel.bytes:,} bytes, for {repo}"
        + (": a dry run, nothing was sent" if dry_run else "")
    )
    if not dry_run:
        print(f"published: {push(parcel, private)}")
