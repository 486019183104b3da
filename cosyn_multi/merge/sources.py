"""The runs that are joined: opened, and refused where they can't be."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from cosyn_multi.config import Recipe
from cosyn_multi.errors import RunError
from cosyn_multi.shards.finished import require_finished
from cosyn_multi.shards.folder import ShardRecord
from cosyn_multi.shards.read import Run, open_run
from cosyn_multi.shards.schema import SCHEMA
from cosyn_multi.storage import source


@dataclass(frozen=True)
class Source:
    """A finished run, and where its sets and shards begin in the whole."""

    run: Run
    number: int
    """Its place among the runs, from 1."""
    recipe: Recipe
    sets: int
    """Sets that it covers, dropped ones included."""
    first_set: int
    first_shard: int

    @property
    def name(self) -> str:
        return self.run.folder.path.resolve().name

    @property
    def records(self) -> list[ShardRecord]:
        return self.run.records


def sources_of(paths: Sequence[Path | str]) -> list[Source]:
    """Raises: RunError, one line, for fewer than two runs, one given twice, one that isn't finished or has other columns."""
    if len(paths) < 2:
        raise RunError("merge: takes two runs or more; give their folders")
    found: list[Source] = []
    for number, path in enumerate(paths, 1):
        run = open_run(path)
        if run.folder.path.resolve() in [s.run.folder.path.resolve() for s in found]:
            raise RunError(f"{run.folder.path}: is given twice; a run can't be joined with itself")
        require_finished(run)
        _same_columns(run)
        last = found[-1] if found else None
        found.append(
            Source(
                run=run, number=number, recipe=run.folder.recipe(), sets=run.folder.sets(),
                first_set=last.first_set + last.sets if last else 0,
                first_shard=last.first_shard + len(last.records) if last else 0,
            )
        )  # fmt: skip
    return found


def _same_columns(run: Run) -> None:
    for file in run.files():
        path = run.folder.path / file.path
        try:
            found = pq.read_schema(source(path))
        except (OSError, ValueError) as error:
            raise RunError(f"{path}: can't be read: {str(error).splitlines()[0]}; run `verify`") from error
        if not found.equals(SCHEMA):
            raise RunError(f"{path}: has other columns than this version's runs, so it can't be joined with them")
