"""Reading a run: its sets, one by one or by id, and its rejects. Trusts the manifest, not the listing."""

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from cosyn_multi.errors import RunError, unknown
from cosyn_multi.model import ImageSet, Reject
from cosyn_multi.storage import source, spelled

from .folder import FileRecord, RunFolder, ShardRecord
from .rows import Row, image_set_of

ROWS_AT_ONCE = 4
"""Rows read from a file in one go: a row holds pictures, so memory follows this."""


class Run:
    """A run on disk or in a store, opened for reading."""

    def __init__(self, path: Path | str) -> None:
        self.folder = RunFolder(path)
        try:
            there = self.folder.config.is_file()
        except OSError as error:
            raise RunError(f"{spelled(path)}: can't be read: {error.strerror or error}") from error
        if not there:
            raise RunError(f"{spelled(path)}: no run here (no run.toml); give the folder that `generate --out` wrote")

    @cached_property
    def records(self) -> list[ShardRecord]:
        return self.folder.records()

    def files(self) -> Iterator[FileRecord]:
        for record in self.records:
            yield from record.files

    def rows(self, file: FileRecord, columns: list[str] | None = None) -> Iterator[Row]:
        """The rows of one shard file. Raises: RunError if it can't be read."""
        path = self.folder.path / file.path
        try:
            with pq.ParquetFile(source(path)) as parquet:
                for batch in parquet.iter_batches(batch_size=ROWS_AT_ONCE, columns=columns):
                    yield from batch.to_pylist()
        except (OSError, ValueError) as error:
            raise RunError(f"{path}: can't be read: {str(error).splitlines()[0]}") from error

    def __iter__(self) -> Iterator[ImageSet]:
        for file in self.files():
            for row in self.rows(file):
                yield image_set_of(row)

    def __len__(self) -> int:
        return sum(f.rows for f in self.files())

    def get(self, set_id: str) -> ImageSet:
        """The set of an id. Raises: RunError naming the nearest ids."""
        known: list[str] = []
        for file in self.files():
            ids = [row["id"] for row in self.rows(file, ["id"])]
            known += ids
            if set_id in ids:
                wanted = ids.index(set_id)
                return image_set_of(next(row for i, row in enumerate(self.rows(file)) if i == wanted))
        raise RunError(f"{self.folder.path}: {unknown('set', set_id, known)}")

    def rejects(self) -> Iterator[Reject]:
        for record in self.records:
            yield from read_rejects(self.folder.path, record)


def read_rejects(root: Path, record: ShardRecord) -> Iterator[Reject]:
    """What one shard dropped."""
    with (root / record.rejects.path).open(encoding="utf-8") as lines:
        for line in lines:
            fields: dict[str, Any] = json.loads(line)
            yield Reject(**{k: v for k, v in fields.items() if k != "shard"})


def open_run(path: Path | str) -> Run:
    """Open a run folder, or a store's (s3://bucket/run), for reading. Raises: RunError."""
    return Run(path)
