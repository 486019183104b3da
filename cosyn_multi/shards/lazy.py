"""Single rows out of a run of any size: where each one stands is known from the shards' records, and a row group is
read when one of its rows is asked for."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from cosyn_multi.errors import RunError
from cosyn_multi.model import ImageSet, Reject
from cosyn_multi.storage import source

from .folder import FileRecord, ShardRecord
from .read import Run, read_rejects
from .rows import Row, image_set_of

KEPT_BYTES: Final = 128 * 2**20
"""So much of what was read last is kept, in Arrow's form."""

Key = tuple[str, int, tuple[str, ...]]


class RowGroups:
    """Row groups by file, number and columns; those used last are kept. Safe to use from several threads."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._room = kept_bytes
        self._tables: OrderedDict[Key, Any] = OrderedDict()
        self._bounds: dict[str, list[int]] = {}
        self._footers: dict[str, Any] = {}
        self._lock = Lock()

    def bounds(self, path: Path) -> list[int]:
        """The first row of each row group of a file, and at the end its number of rows."""
        known = self._bounds.get(str(path))
        if known is None:
            with _opened(path) as parquet:
                footer = parquet.metadata
            sizes = [footer.row_group(g).num_rows for g in range(footer.num_row_groups)]
            self._footers[str(path)] = footer
            known = self._bounds[str(path)] = [0, *accumulate(sizes)]
        return known

    def footer(self, path: Path) -> Any:
        """What a file's end says of it: its schema and its row groups."""
        self.bounds(path)
        return self._footers[str(path)]

    def row(self, path: Path, number: int, columns: Sequence[str]) -> Row:
        """One row of a file. Raises: RunError if the file can't be read or has no such row."""
        bounds = self.bounds(path)
        if not 0 <= number < bounds[-1]:
            raise RunError(f"{path}: has {bounds[-1]} rows, row {number} was asked for; run `verify`")
        group = bisect_right(bounds, number) - 1
        found: list[Row] = self.group(path, group, columns).slice(number - bounds[group], 1).to_pylist()
        return found[0]

    def group(self, path: Path, group: int, columns: Sequence[str]) -> Any:
        """A row group as an Arrow table."""
        key = (str(path), group, tuple(columns))
        with self._lock:
            if key in self._tables:
                self._tables.move_to_end(key)
                return self._tables[key]
        with _opened(path, self._footers.get(str(path))) as parquet:
            table = parquet.read_row_group(group, columns=list(columns), use_threads=False)
        with self._lock:
            self._tables[key] = table
            while len(self._tables) > 1 and sum(t.nbytes for t in self._tables.values()) > self._room:
                self._tables.popitem(last=False)
        return table


class _opened:
    """A Parquet file, with its footer if that was read before; what goes wrong with it is a RunError."""

    def __init__(self, path: Path, footer: Any = None) -> None:
        self.path = path
        self.footer = footer

    def __enter__(self) -> Any:
        try:
            self.file = pq.ParquetFile(source(self.path), metadata=self.footer)
        except (OSError, ValueError) as error:
            raise self._wrong(error) from error
        return self.file

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.file.close()
        if isinstance(error, OSError | ValueError | pa.ArrowException):
            raise self._wrong(error) from error

    def _wrong(self, error: BaseException) -> RunError:
        return RunError(f"{self.path}: can't be read: {str(error).splitlines()[0]}; run `verify`")


class LazyRun:
    """The sets of a run by position: shard by shard, file by file, row by row."""

    def __init__(self, run: Run, groups: RowGroups) -> None:
        self.run = run
        self.groups = groups
        self.path = run.folder.path
        self.records: list[ShardRecord] = run.records
        self.files: list[FileRecord] = [f for r in self.records for f in r.files]
        self.starts = [0, *accumulate(f.rows for f in self.files)]
        self._places: dict[str, int] = {}
        self._listed: set[int] = set()

    def __len__(self) -> int:
        return self.starts[-1]

    def place(self, position: int) -> tuple[FileRecord, int]:
        """The file of a position, and its row there."""
        number = bisect_right(self.starts, position) - 1
        return self.files[number], position - self.starts[number]

    def row(self, position: int, columns: Sequence[str]) -> Row:
        file, number = self.place(position)
        return self.groups.row(self.path / file.path, number, columns)

    def set(self, position: int) -> ImageSet:
        """A whole set. Raises: RunError if it can't be read."""
        file, number = self.place(position)
        columns = ("id", "images", "code", "questions", "readings", "tables", "provenance")
        row = {k: v for c in columns for k, v in self.groups.row(self.path / file.path, number, (c,)).items()}
        try:
            return image_set_of(row)
        except ValueError as error:
            said = str(error).splitlines()[0]
            raise RunError(f"{self.path / file.path}, row {number}: can't be read: {said}; run `verify`") from error

    def find(self, set_id: str) -> int | None:
        """The position of a set's id. Looks at the shard that its index belongs to, and only then at all others."""
        found = self.find_near(set_id)
        for shard in range(len(self.records)) if found is None else ():
            self._list(shard)
        return found if found is not None else self._places.get(set_id)

    def find_near(self, set_id: str) -> int | None:
        """`find`, in the shard that the id's index belongs to alone."""
        tail = set_id.rpartition("-")[2]
        index = int(tail) if tail.isascii() and tail.isdigit() and len(tail) < 16 else -1
        for shard, record in enumerate(self.records):
            if record.first <= index < record.first + record.sets:
                self._list(shard)
        return self._places.get(set_id)

    def _list(self, shard: int) -> None:
        """Take note of the ids of one shard."""
        if shard in self._listed:
            return
        first = sum(len(r.files) for r in self.records[:shard])
        for number in range(first, first + len(self.records[shard].files)):
            path = self.path / self.files[number].path
            for group, start in enumerate(self.groups.bounds(path)[:-1]):
                ids = self.groups.group(path, group, ("id",)).column("id").to_pylist()
                self._places |= {name: self.starts[number] + start + row for row, name in enumerate(ids)}
        self._listed.add(shard)

    def rejects_of(self, index: int) -> list[Reject]:
        """What was dropped of one set, by the set's index."""
        record = next((r for r in self.records if r.first <= index < r.first + r.sets), None)
        found = read_rejects(self.path, record) if record else ()
        return [r for r in found if r.set_index == index]
