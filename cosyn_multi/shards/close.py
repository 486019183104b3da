"""Closing a shard: its finished sets balanced, their pictures decoded once more, written, recorded.

Two passes over the sets in work/: the first keeps the questions alone, which is what balancing looks at; the second
writes one set after the other. So memory holds a row group's pictures at most, however large the shard.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from cosyn_multi.checks.balanced import balance
from cosyn_multi.config import FEWEST_QUESTIONS, Recipe
from cosyn_multi.errors import RunError
from cosyn_multi.model import ImageSet, Reject, SetOutcome

from .atomic import replacing, write_text
from .folder import FileRecord, RunFolder, ShardRecord
from .grouping import grouped
from .pending import load_outcome
from .rows import Row, row_of
from .schema import SCHEMA

ROW_GROUP_BYTES = 16 * 2**20
"""Rows are flushed into a row group before they exceed this: far under the 100 MB at which viewers give up, and small
enough that a reader who wants one row doesn't load half a gigabyte."""
CONFIGS = ("chart", "table", "doc", "mixed")


def close_shard(folder: RunFolder, recipe: Recipe, shard: int, indices: range) -> ShardRecord:
    """Write shard `shard` from the finished sets in work/, then record it, then clear work/ of them.

    Raises: RunError if a set in work/ can't be used; it is removed, and the next run makes it again.
    """
    if (closed := folder.record(shard)) and closed.sets == len(indices) and folder.complete(closed):
        return closed  # a worker closed it and died before it could say so
    waiting = [_Waiting.of(_loaded(folder, index, pictures=False)) for index in indices]
    different, copies = _different(waiting)
    balanced, dropped = balance(different, recipe.seed)
    sets, thin = _enough(balanced, min(FEWEST_QUESTIONS, recipe.questions))
    rejects = [*(r for w in waiting for r in w.rejects), *copies, *dropped, *thin]
    config_of = {w.index: w.config for w in waiting}
    files = [_write(folder, c, shard, [s for s in sets if config_of[s.index] == c]) for c in CONFIGS]
    record = ShardRecord(
        shard=shard,
        first=indices.start,
        sets=len(indices),
        files=tuple(f for f in files if f),
        rejects=write_rejects(folder, shard, rejects),
        yields=_yields(waiting, {s.index: s for s in sets}),
        kinds=dict(sorted(Counter(q.draft.kind for s in sets for q in s.questions).items())),
        unmade=tuple(w.index for w in waiting if w.unmade),
    )
    write_text(folder.record_file(shard), record.model_dump_json(indent=1) + "\n")
    for index in indices:
        folder.work_file(index).unlink(missing_ok=True)
    return record


@dataclass(frozen=True)
class _Waiting:
    """A finished set without its pictures."""

    index: int
    asked: ImageSet | None
    config: str
    pictures: tuple[str, ...]
    """Their digests."""
    rejects: tuple[Reject, ...]
    drafts: int
    unmade: bool

    @classmethod
    def of(cls, outcome: SetOutcome) -> Self:
        made = outcome.image_set
        return cls(
            index=outcome.index,
            asked=made.model_copy(update={"pictures": ()}) if made else None,
            config=made.config if made else "",
            pictures=tuple(p.png_digest for p in made.pictures) if made else (),
            rejects=outcome.rejects,
            drafts=outcome.drafts,
            unmade=outcome.unmade,
        )


def _loaded(folder: RunFolder, index: int, pictures: bool) -> SetOutcome:
    outcome = load_outcome(folder, index, pictures)
    if outcome is None:
        folder.work_file(index).unlink(missing_ok=True)
        raise RunError(f"{folder.work_file(index)}: can't be used; run again, and the set is made anew")
    return outcome


def _different(waiting: list[_Waiting]) -> tuple[list[ImageSet], list[Reject]]:
    """Sets of which no picture stands in an earlier set of the shard, and rejects for the others."""
    owner: dict[str, int] = {}
    kept: list[ImageSet] = []
    rejects: list[Reject] = []
    for made in waiting:
        other = next((owner[p] for p in made.pictures if p in owner), None)
        if made.asked and other is None:
            kept.append(made.asked)
            owner |= dict.fromkeys(made.pictures, made.index)
        elif other is not None:
            detail = f"set {other} holds one of its pictures"
            rejects.append(Reject(stage="set", reason="picture_of_another_set", detail=detail, set_index=made.index))
    return kept, rejects


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


def _yields(waiting: list[_Waiting], sets: dict[int, ImageSet]) -> dict[str, int]:
    kept = [w for w in waiting if w.index in sets]
    counted = Counter(w.config for w in kept)
    return {
        "sets": len(kept),
        "dropped_sets": len(waiting) - len(kept),
        "images": sum(len(w.pictures) for w in kept),
        "questions": sum(len(s.questions) for s in sets.values()),
        "drafts": sum(w.drafts for w in waiting),
        **{f"sets_{config}": counted[config] for config in CONFIGS},
    }


def _write(folder: RunFolder, config: str, shard: int, sets: list[ImageSet]) -> FileRecord | None:
    if not sets:
        folder.data_file(config, shard).unlink(missing_ok=True)
        return None
    return write_rows(folder, config, shard, (row_of(_with_pictures(folder, s)) for s in sets))


def write_rows(folder: RunFolder, config: str, shard: int, rows: Iterable[Row]) -> FileRecord:
    """The file of a shard's sets of one config, and what is recorded of it; a row group in memory at a time."""
    path, count = folder.data_file(config, shard), 0
    with replacing(path) as temporary:
        with pq.ParquetWriter(temporary, SCHEMA, compression="zstd") as writer:
            for group in grouped(rows, _weight, ROW_GROUP_BYTES):
                writer.write_table(pa.Table.from_pylist(group, schema=SCHEMA))
                count += len(group)
        return recorded(folder, path, temporary, count)


def _with_pictures(folder: RunFolder, balanced: ImageSet) -> ImageSet:
    whole = _loaded(folder, balanced.index, pictures=True).image_set
    assert whole is not None, "a set that was balanced has pictures"
    return balanced.model_copy(update={"pictures": whole.pictures})


def _weight(row: Row) -> int:
    return sum(len(i["bytes"]) for i in row["images"]) + sum(len(row[c]) for c in ("questions", "readings", "tables"))


def write_rejects(folder: RunFolder, shard: int, rejects: Sequence[Reject]) -> FileRecord:
    """The file of what a shard dropped, and what is recorded of it."""
    path = folder.rejects_file(shard)
    lines = (
        json.dumps({"shard": shard, **r.model_dump(mode="json", exclude_defaults=True)}, ensure_ascii=False)
        for r in rejects
    )
    with replacing(path) as temporary:
        temporary.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        return recorded(folder, path, temporary, len(rejects))


def recorded(folder: RunFolder, path: Path, written: Path, rows: int) -> FileRecord:
    """What is recorded of a file that is to stand at `path`; written: where it stands now, still on this machine."""
    with written.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileRecord(
        path=path.relative_to(folder.path).as_posix(), sha256=digest, rows=rows, bytes=written.stat().st_size
    )
