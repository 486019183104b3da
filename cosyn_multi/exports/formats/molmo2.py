"""molmo2: the columns of Molmo2-SynMultiImageQA alone, in Parquet, pictures embedded."""

import json
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from cosyn_multi.shards.close import ROW_GROUP_BYTES
from cosyn_multi.shards.grouping import Group
from cosyn_multi.shards.rows import Row
from cosyn_multi.shards.schema import FEATURES, SCHEMA

from .base import Talk

OWN: Final = ("id", "images", "qa_pairs", "metadata", "data", "code")
COLUMNS: Final = ("data", "code")
FILES: Final = "data/{side}-*.parquet"
FILE_BYTES: Final = 512 * 2**20
"""A file is closed before its pictures exceed this."""
ABOUT: Final = """The columns are those of Molmo2-SynMultiImageQA: `id`, `images` (embedded PNG bytes), `qa_pairs` (aligned lists of `question`,
`explanation`, `answer`), `metadata`, `data`, `code` (one per image)."""
_SCHEMA: Final = pa.schema(
    [SCHEMA.field(name) for name in OWN],
    metadata={"huggingface": json.dumps({"info": {"features": {name: FEATURES[name] for name in OWN}}})},
)


class Writer:
    """Rows gather until they fill a row group; groups gather until they fill a file."""

    def __init__(self, folder: Path, side: str) -> None:
        self._folder, self._side = folder / "data", side
        self._group = Group(ROW_GROUP_BYTES)
        self._written = self._files = 0
        self._parquet: Any = None

    def add(self, talk: Talk) -> None:
        size = sum(map(len, talk.images)) + sum(map(len, talk.row["code"]))
        if not self._group.has_room(size):
            self._flush()
        self._group.add(_row(talk), size)

    def close(self) -> None:
        self._flush()
        self._end_file()

    def _flush(self) -> None:
        if not self._group.rows:
            return
        if self._written + self._group.weight > FILE_BYTES:
            self._end_file()
        if self._parquet is None:
            self._folder.mkdir(exist_ok=True)
            file = self._folder / f"{self._side}-{self._files:05d}.parquet"
            self._parquet = pq.ParquetWriter(file, _SCHEMA, compression="zstd")
            self._files += 1
        self._parquet.write_table(pa.Table.from_pylist(self._group.rows, schema=_SCHEMA))
        self._written += self._group.weight
        self._group = Group(ROW_GROUP_BYTES)

    def _end_file(self) -> None:
        if self._parquet is not None:
            self._parquet.close()
            self._parquet, self._written = None, 0


def _row(talk: Talk) -> Row:
    pairs = {
        "question": [question for question, _ in talk.spoken],
        "explanation": [turn.explanation for turn in talk.turns],
        "answer": [answer for _, answer in talk.spoken],
    }
    images = [{"bytes": png, "path": f"{talk.set_id}-{n}.png"} for n, png in enumerate(talk.images, 1)]
    return {
        "id": talk.id,
        "images": images,
        "qa_pairs": pairs,
        **{c: talk.row[c] for c in ("metadata", "data", "code")},
    }
