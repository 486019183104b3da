"""Rows from Parquet, JSON lines, a saved data set's folder, or a name that `datasets` knows: one after the other."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from cosyn_multi.errors import ConfigError, SetupError

ROWS_AT_ONCE: Final = 512
ENDINGS: Final = (".parquet", ".jsonl", ".ndjson")


class Row(NamedTuple):
    """One row and its place, for a person: 'a.jsonl:7'. With a `fault` it can't be read, and has no values."""

    where: str
    values: dict[str, Any]
    fault: str = ""


def read_rows(source: Path | str, columns: Sequence[str] | None = None) -> Iterator[Row]:
    """The rows of a source, memory bounded. `columns`: those wanted; a source may lack some.

    Raises: ConfigError if there is no such file or data set, or it is none; SetupError if `datasets` isn't installed.
    """
    path = Path(source)
    if path.is_dir() and (path / "state.json").is_file():
        yield from _from_datasets(path.name, _saved(path), columns)
    elif path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix in ENDINGS and not p.name.startswith("."))
        if not files:
            raise ConfigError(f"{source}: no .parquet or .jsonl file in this folder")
        for file in files:
            yield from read_rows(file, columns)
    elif path.suffix == ".parquet" and path.is_file():
        yield from _from_parquet(path, columns)
    elif path.is_file():
        yield from _from_lines(path)
    elif path.suffix in ENDINGS or str(source).startswith((".", "/")):
        raise ConfigError(f"{source}: no such file")
    else:
        yield from _from_datasets(str(source), _named(str(source)), columns)


def _from_parquet(path: Path, columns: Sequence[str] | None) -> Iterator[Row]:
    try:
        with pq.ParquetFile(path) as file:
            wanted = None if columns is None else [c for c in columns if c in file.schema_arrow.names]
            number = 0
            for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, columns=wanted):
                for values in batch.to_pylist():
                    yield Row(f"{path.name}:{number}", values)
                    number += 1
    except (OSError, pa.ArrowException) as error:
        raise ConfigError(f"{path}: can't be read as Parquet: {str(error).splitlines()[0]}") from error


def _from_lines(path: Path) -> Iterator[Row]:
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _line(f"{path.name}:{number}", line)
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror or error}") from error


def _line(where: str, line: bytes) -> Row:
    try:
        values = json.loads(line.decode("utf-8-sig"))
        if b"\\u" in line:  # half of a surrogate pair is no text that anything can store
            json.dumps(values, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        return Row(where, {}, f"no JSON: {error}")
    return Row(where, values) if isinstance(values, dict) else Row(where, {}, "no JSON object")


def _from_datasets(name: str, rows: Any, columns: Sequence[str] | None) -> Iterator[Row]:
    from datasets import Image

    for column, feature in (rows.features or {}).items():
        if isinstance(feature, Image):  # bytes as they are stored, not decoded ones
            rows = rows.cast_column(column, Image(decode=False))
    wanted = set(columns) if columns is not None else None
    for number, values in enumerate(rows):
        yield Row(f"{name}:{number}", {k: v for k, v in values.items() if wanted is None or k in wanted})


def _datasets() -> Any:
    try:
        import datasets
    except ImportError as error:
        raise SetupError("datasets: not installed; pip install datasets, or give Parquet or JSON lines") from error
    return datasets


def _saved(path: Path) -> Any:
    return _datasets().load_from_disk(str(path))


def _named(source: str) -> Any:
    name, _, split = source.partition("@")
    try:
        return _datasets().load_dataset(name, split=split or "train", streaming=True)
    except SetupError:
        raise
    except Exception as error:  # one call, and it raises whatever its builders and the network do
        message = f"{source}: no such file, and `datasets` has no such data set: {str(error).splitlines()[0]}"
        raise ConfigError(message) from error
