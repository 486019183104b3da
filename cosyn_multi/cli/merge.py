"""`cosyn-multi merge`."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    runs: Annotated[list[Path], typer.Argument(help="Folders of finished runs, or s3://bucket/run.")],
    out: Annotated[Path, typer.Option(help="A new folder for the run that they become, or s3://bucket/run.")],
) -> None:
    """Join runs into one: ids stay unique, provenance stays with each set, balance holds over the whole."""
    from collections import Counter

    from cosyn_multi.merge import merge
    from cosyn_multi.storage import spelled

    from .progress import counting

    with counting("shards") as report:
        whole = merge(runs, out, report)
    totals: Counter[str] = Counter()
    for record in whole.records:
        totals.update(record.yields)
    print(
        f"{totals['sets']} sets, {totals['images']} images, {totals['questions']} questions in {spelled(out)} "
        f"({totals['dropped_sets']} sets dropped, here or before)."
    )
    print(f"Next: cosyn-multi verify {spelled(out)}")
