"""What a benchmark holds: the pictures and questions of its files, one after the other, whatever its columns are called.

Read are pictures, Parquet, JSON, JSON Lines, CSV and TSV. A text counts as a question by the name of its field, or as what
a human or user says in a chat; bytes count as a picture, and so does a long base64 text in a field named image.
"""

import binascii
import csv
import json
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from cosyn_multi.errors import UserError
from cosyn_multi.storage import source

PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
TABLES: Final = frozenset({".parquet", ".json", ".jsonl", ".csv", ".tsv"})
QUESTIONS: Final = frozenset(
    {"question", "questions", "query", "prompt", "instruction", "problem", "question_text", "text_query", "input"}
)
ROWS_AT_ONCE: Final = 16
_SHORTEST_BASE64: Final = 256
_LONGEST_CSV_FIELD: Final = 2**28


@dataclass(frozen=True)
class Item:
    """A picture or a question. Exactly one of the two is there."""

    row: int
    """From 0; 0 for a picture file."""
    picture: bytes = b""
    question: str = ""


def files_of(given: Path) -> list[Path]:
    """The files that are read of a file or folder, in order. Raises: UserError, one line, if there are none."""
    if not given.exists():
        raise UserError(f"--against {given}: not there")
    inside = given / "data" if (given / "run.toml").is_file() else given  # of a run, not what it dropped
    found = sorted((p for p in inside.rglob("*") if p.is_file()), key=str) if given.is_dir() else [given]
    readable = [p for p in found if p.suffix.lower() in PICTURES | TABLES and not p.name.startswith(".")]
    if not readable:
        known = ", ".join(sorted(PICTURES | TABLES))
        raise UserError(f"--against {given}: holds nothing that can be compared; known endings: {known}")
    return readable


def items_of(file: Path) -> Iterator[Item]:
    """The items of one file. Raises: UserError, one line, if it can't be read."""
    ending = file.suffix.lower()
    try:
        if ending in PICTURES:
            yield Item(0, picture=file.read_bytes())
            return
        for number, row in enumerate(_rows(file, ending)):
            for name, value in row.items():
                yield from _items(number, name.lower(), value)
    except (OSError, ValueError, csv.Error, pa.ArrowException) as error:
        raise UserError(f"--against {file}: can't be read: {(str(error).splitlines() or [''])[0]}") from error


def _rows(file: Path, ending: str) -> Iterable[dict[str, Any]]:
    if ending == ".parquet":
        return _parquet(file)
    if ending in (".csv", ".tsv"):
        return _csv(file, "\t" if ending == ".tsv" else ",")
    return _json(file, ending == ".jsonl")


def _parquet(file: Path) -> Iterator[dict[str, Any]]:
    with pq.ParquetFile(source(file)) as parquet:
        wanted = [f.name for f in parquet.schema_arrow if _may_hold(f)]
        for batch in parquet.iter_batches(batch_size=ROWS_AT_ONCE, columns=wanted) if wanted else ():
            yield from batch.to_pylist()


def _may_hold(field: Any) -> bool:
    """Whether a column can hold a picture or a question: so that the others aren't read."""
    if pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type):
        return True
    if field.name.lower() in QUESTIONS | {"value", "content"}:
        return True
    return any(_may_hold(field.type.field(i)) for i in range(field.type.num_fields))


def _csv(file: Path, delimiter: str) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(_LONGEST_CSV_FIELD)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        for row in csv.DictReader(opened, delimiter=delimiter):
            yield {k: v for k, v in row.items() if k}


def _json(file: Path, lines: bool) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8-sig") as opened:
        if lines:
            found: Iterable[Any] = (json.loads(text) for text in opened if text.strip())
        else:
            whole = json.load(opened)
            found = whole if isinstance(whole, list) else [whole]
        for row in found:
            yield row if isinstance(row, dict) else {"row": row}


def _items(row: int, name: str, value: Any) -> Iterator[Item]:
    """What a value of a row holds, at any depth."""
    if isinstance(value, bytes):
        yield Item(row, picture=value)
    elif isinstance(value, str):
        if name in QUESTIONS and value.strip():
            yield Item(row, question=value)
        elif name.startswith("image") and len(value) >= _SHORTEST_BASE64 and (picture := _decoded(value)):
            yield Item(row, picture=picture)
    elif isinstance(value, list):
        for member in value:
            yield from _items(row, name, member)
    elif isinstance(value, dict):
        asked = value.get("from", value.get("role")) in ("human", "user")
        for key, member in value.items():
            spoken = asked and key in ("value", "content", "text")
            in_chat = name == "question" and key == "text"
            yield from _items(row, "question" if spoken or in_chat else key.lower(), member)


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text.rpartition("base64,")[2], validate=True)
    except (binascii.Error, ValueError):
        return b""
