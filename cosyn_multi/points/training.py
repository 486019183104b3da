"""Reading assembled sets back, as the sampler wants them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from cosyn_multi.errors import RunError

SAMPLED: Final = ("id", "points", "labels", "canonical_label")


def files_of(run: Path) -> list[Path]:
    """The Parquet files of a points run. Raises: RunError if there are none."""
    files = sorted((run / "data").glob("train-*.parquet"))
    if not files:
        raise RunError(
            f"{run}: no points here (no data/train-*.parquet); `points build` or `points from-run` makes them"
        )
    return files


def rows_of(run: Path, columns: tuple[str, ...] = SAMPLED) -> Iterator[dict[str, Any]]:
    """The rows of a run, without what isn't asked for. Raises: RunError."""
    for path in files_of(run):
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=256, columns=list(columns)):
                    yield from batch.to_pylist()
        except (OSError, pa.ArrowException) as error:
            raise RunError(f"{path}: can't be read: {str(error).splitlines()[0]}") from error
