"""`cosyn-multi decontaminate`."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    against: Annotated[
        list[Path],
        typer.Option(
            help="A benchmark: a folder (or s3://...), or a picture, Parquet, JSON, JSONL, CSV or TSV; may be repeated."
        ),
    ],
    bits: Annotated[int, typer.Option(min=0, max=31, help="Pictures are alike up to so many of 256 bits.")] = 31,
    share: Annotated[
        float, typer.Option(min=0.3, max=1, help="Questions are alike from this share of their n-grams.")
    ] = 0.7,
) -> None:
    """List sets that resemble a benchmark's pictures or questions; `export --exclude-contaminated` leaves them out."""
    from cosyn_multi.decontaminate import Benchmarks, Likeness, likenesses, write_listing
    from cosyn_multi.shards.read import open_run

    from .progress import counting

    opened = open_run(run)
    benchmarks = Benchmarks(against)
    pictures, questions = len(benchmarks.picture_places), len(benchmarks.question_places)
    found: list[Likeness] = []
    looked = 0
    with counting("sets") as report:
        for seen in likenesses(opened, benchmarks, bits, share):
            if isinstance(seen, Likeness):
                found.append(seen)
            else:
                looked += 1
                report(looked, len(opened))
    told = {"against": benchmarks.names, "pictures": pictures, "questions": questions, "bits": bits, "share": share}
    path = write_listing(opened, told, found)
    for likeness in found:
        print(likeness.line)
    if benchmarks.undecodable:
        print(f"{benchmarks.undecodable} pictures of the benchmarks can't be decoded and were passed over")
    print(
        f"{looked} sets looked at, against {pictures} pictures and {questions} questions: "
        f"{len({f.set for f in found})} are too like them; listed in {path}"
    )
