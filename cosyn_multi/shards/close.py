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
from cosyn_multi.config import FEWEST_QUESTIONS, Recipe
from cosyn_multi.errors import RunError
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


def load_outcome(folder: RunFolder, index: int) -> SetOutcome | None:
    """A set that waits in work/; None if there is none, or nothing usable: then it is to be made (again)."""
    try:
        outcome = SetOutcome.model_validate_json(folder.work_file(index).read_bytes())
        for picture in outcome.image_set.pictures if outcome.image_set else ():
            decode(picture.rendering.png)
    except (OSError, SyntaxError, ValueError):
        return None
    return outcome


def decode(png: bytes) -> None:
    """Decode a picture to its last pixel. Raises: OSError, SyntaxError or ValueError if it is broken."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.load()


def close_shard(folder: RunFolder, recipe: Recipe, shard: int, indices: range) -> ShardRecord:
    """Write shard `shard` from the finished sets in work/, then record it, then clear work/ of them.

    Raises: RunError if a set in work/ can't be used; it is removed, and the next run makes it again.
    """
    if (closed := folder.record(shard)) and closed.sets == len(indices) and folder.complete(closed):
        return closed  # a worker closed it and died before it could say so
    outcomes = list(_outcomes(folder, indices))
    balanced, dropped = balance([o.image_set for o in outcomes if o.image_set], recipe.seed)
    sets, thin = _enough(balanced, min(FEWEST_QUESTIONS, recipe.questions))
    rejects = [*(r for o in outcomes for r in o.rejects), *dropped, *thin]
    files = [f for config in CONFIGS if (f := _write(folder, config, shard, [s for s in sets if s.config == config]))]
    record = ShardRecord(
        shard=shard,
        first=indices.start,
        sets=len(indices),
        files=tuple(files),
        rejects=_write_rejects(folder, shard, rejects),
        yields=_yields(outcomes, sets),
        unmade=tuple(o.index for o in outcomes if o.unmade),
    )
    write_text(folder.record_file(shard), record.model_dump_json(indent=1) + "\n")
    for index in indices:
        folder.work_file(index).unlink(missing_ok=True)
    return record


def _outcomes(folder: RunFolder, indices: range) -> Iterator[SetOutcome]:
    for index in indices:
        outcome = load_outcome(folder, index)
        if outcome is None:
            folder.work_file(index).unlink(missing_ok=True)
            raise RunError(f"{folder.work_file(index)}: can't be used; run again, and the set is made anew")
        yield outcome


def _enough(sets: list[ImageSet], fewest: int) -> tuple[list[ImageSet], list[Reject]]:
    """Sets that still have enough questions, and rejects for those that don't."""
    thin = [s for s in sets if len(s.questions) < fewest]
    return [s for s in sets if len(s.questions) >= fewest], [
        Reject(
            stage="set",
            reason="few_questions_left",
            detail=f"{len(s.questions)} questions left after balancing",
            set_index=s.index,
        )
        for s in thin
    ]


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
    """Rows in groups of at most ROW_GROUP_BYTES (a larger row stands alone)."""
    group: list[Row] = []
    size = 0
    for row in rows:
        weight = sum(len(i["bytes"]) for i in row["images"]) + sum(
            len(row[c]) for c in ("questions", "readings", "tables")
        )
        if group and size + weight > ROW_GROUP_BYTES:
            yield group
            group, size = [], 0
        group.append(row)
        size += weight
    if group:
        yield group


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
