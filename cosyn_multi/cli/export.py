"""`cosyn-multi export`."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    out: Annotated[Path, typer.Option(help="A new folder for what is exported, or s3://bucket/folder.")],
    format: Annotated[str, typer.Option(help="molmo2, llava, sharegpt, openai, webdataset or jsonl.")],
    split: Annotated[
        str, typer.Option(help="Sides that share no world, persona or picture: train=0.98,validation=0.02.")
    ] = "",
    where: Annotated[str, typer.Option(help="Only questions for which this holds: 'kind != \"direct_lookup\"'.")] = "",
    answers: Annotated[str, typer.Option(help="short, or explained: the explanation, then the answer.")] = "short",
    turns: Annotated[str, typer.Option(help="many questions of a set in one row, or one.")] = "many",
    exclude_rejected: Annotated[
        bool, typer.Option("--exclude-rejected", help="Leave out questions that a reviewer refused.")
    ] = False,
    exclude_contaminated: Annotated[
        bool, typer.Option("--exclude-contaminated", help="Leave out sets that `decontaminate` listed.")
    ] = False,
) -> None:
    """Write a run as a trainer reads it."""
    from typing import cast

    from cosyn_multi import exports
    from cosyn_multi.decontaminate import contaminated
    from cosyn_multi.shards.read import open_run
    from cosyn_multi.storage import spelled

    from .progress import counting

    opened = open_run(run)
    choice = exports.Choice(
        where=exports.where(where) if where else None,
        rejected=exclude_rejected,
        contaminated=contaminated(opened) if exclude_contaminated else frozenset(),
    )
    order = exports.Order(
        format=format, out=out, choice=choice, split=exports.parse_split(split) if split else exports.Split(),
        answers=cast(exports.Style, answers), turns=cast(exports.Turns, turns),
    )  # fmt: skip
    with counting("sets") as report:
        done = exports.export(opened, order, report)
    for side in order.split.names:
        print(f"{side}: {done.rows[side]} rows, {done.questions[side]} questions")
    for what, count in done.left_out.items():
        print(f"left out: {count} {what}")
    print(f"written: {spelled(out)}")
