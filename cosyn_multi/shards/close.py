"""Closing a shard: its finished sets balanced, their pictures decoded once more, written, recorded."""

import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from cosyn_multi.checks.balanced import balance
from cosyn_multi.config import Recipe
from cosyn_multi.model import ImageSet, Reject, SetOutcome

from .atomic import replacing, write_bytes, write_text
from .folder import FileRecord, RunFolder, ShardRecord
from .rows import Row, row_of
from .schema import SCHEMA

ROW_GROUP_BYTES = 64 * 2**20
"""Rows are flushed into a row group before they exceed this, so that every group stays well under 100 MB."""
CONFIGS = ("chart", "table", "doc", "mixed")


def store_outcome(folder: RunFolder, outcome: SetOutcome) -> None:
    """Keep a finished set until its shard closes."""
    write_bytes(folder.work_file(outcome.index), outcome.model_dump_json(exclude={"seconds"}).encode())


def load_outcome(folder: RunFolder, index: int) -> SetOutcome:
    return SetOutcome.model_validate_json(folder.work_file(index).read_bytes())


def close_shard(folder: RunFolder, recipe: Recipe, shard: int, indices: range) -> ShardRecord:
    """Write shard `shard` from the finished sets in work/, then record it, then clear work/ of them."""
    outcomes = [load_outcome(folder, i) for i in indices]
    sets, dropped = balance([o.image_set for o in outcomes if o.image_set], recipe.seed)
    rejects = [*(r for o in outcomes for r in o.rejects), *dropped]
    sets = [s for s in sets if s.questions]
    files = [f for config in CONFIGS if (f := _write(folder, config, shard, [s for s in sets if s.config == config]))]
    record = ShardRecord(
        shard=shard,
        first=indices.start,
        sets=len(indices),
        files=tuple(files),
        rejects=_write_rejects(folder, shard, rejects),
        yields=_yields(outcomes, sets),
    )
    write_text(folder.record_file(shard), record.model_dump_json(indent=1) + "\n")
    for index in indices:
        folder.work_file(index).unlink(missing_ok=True)
    return record


def _yields(outcomes: list[SetOutcome], sets: list[ImageSet]) -> dict[str, int]:
    counted: Counter[str] = Counter(s.config for s in sets)
    return {
        "sets": len(sets),
        "dropped_sets": len(outcomes) - len(sets),
        "images": sum(len(s.pictures) for s in sets),
        "questions": sum(len(s.questions) for s in sets),
        "drafts": sum(o.drafts for o in outcomes),
        **{f"sets_{config}": counted[config] for config in CONFIGS},
    }


def _write(folder: RunFolder, config: str, shard: int, sets: list[ImageSet]) -> FileRecord | None:
    path = folder.data_file(config, shard)
    if not sets:
        path.unlink(missing_ok=True)
        return None
    with replacing(path) as temporary, pq.ParquetWriter(temporary, SCHEMA, compression="zstd") as writer:
        for group in _groups(row_of(s) for s in sets):
            writer.write_table(pa.Table.from_pylist(group, schema=SCHEMA))
    return _recorded(folder, path, len(sets))


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in groups of at most ROW_GROUP_BYTES (a larger row stands alone). Every picture is decoded on the way."""
    group: list[Row] = []
    size = 0
    for row in rows:
        weight = sum(map(decoded_size, row["images"])) + sum(len(row[c]) for c in ("questions", "readings", "tables"))
        if group and size + weight > ROW_GROUP_BYTES:
            yield group
            group, size = [], 0
        group.append(row)
        size += weight
    if group:
        yield group


def decoded_size(image: dict[str, bytes]) -> int:
    """Bytes of a PNG, after it was decoded to the last pixel. Raises: OSError or SyntaxError if it is broken."""
    with Image.open(io.BytesIO(image["bytes"])) as picture:
        picture.load()
    return len(image["bytes"])


def _write_rejects(folder: RunFolder, shard: int, rejects: list[Reject]) -> FileRecord:
    path = folder.rejects_file(shard)
    lines = (
        json.dumps({"shard": shard, **r.model_dump(mode="json", exclude_defaults=True)}, ensure_ascii=False)
        for r in rejects
    )
    write_text(path, "".join(line + "\n" for line in lines))
    return _recorded(folder, path, len(rejects))


def _recorded(folder: RunFolder, path: Path, rows: int) -> FileRecord:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileRecord(
        path=path.relative_to(folder.path).as_posix(), sha256=digest, rows=rows, bytes=path.stat().st_size
    )
