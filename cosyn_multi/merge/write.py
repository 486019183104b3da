"""Writing the whole: a shard for each shard of the runs, row by row."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cosyn_multi.model import Reject
from cosyn_multi.shards.close import write_rejects, write_rows
from cosyn_multi.shards.folder import FileRecord, RunFolder, ShardRecord
from cosyn_multi.shards.read import read_rejects
from cosyn_multi.shards.rows import Row, questions_of, renamed, with_questions
from cosyn_multi.shards.schema import SCHEMA

from .sources import Source
from .whole import Member, Whole, read_rows


class ShardWriter:
    """One shard of a run, as a shard of the whole."""

    def __init__(self, folder: RunFolder, source: Source, whole: Whole) -> None:
        self._folder, self._source, self._whole = folder, source, whole
        self._rejects: list[Reject] = []
        self._yields: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()

    def write(self, place: int) -> ShardRecord:
        """Write the source's shard number `place` (from 0, in the order of its records)."""
        source, old = self._source, self._source.records[place]
        shard, first = source.first_shard + place, source.first_set + old.first
        self._yields = Counter({"drafts": old.yields["drafts"], "dropped_sets": old.yields["dropped_sets"]})
        self._kinds = Counter()
        self._rejects = [self._moved(r) for r in read_rejects(source.run.folder.path, old)]
        files = [self._file(file, shard) for file in old.files]
        record = ShardRecord(
            shard=shard, first=first, sets=old.sets, files=tuple(f for f in files if f),
            rejects=write_rejects(self._folder, shard, self._rejects),
            yields={name: self._yields[name] for name in old.yields}, kinds=dict(sorted(self._kinds.items())),
        )  # fmt: skip
        self._folder.record_file(shard).write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8")
        return record

    def _file(self, file: FileRecord, shard: int) -> FileRecord | None:
        config = Path(file.path).parent.name
        rows = self._rows(file, config)
        first = next(rows, None)
        return write_rows(self._folder, config, shard, _chained(first, rows)) if first else None

    def _rows(self, file: FileRecord, config: str) -> Iterator[Row]:
        for row, index in read_rows(self._source, file, SCHEMA.names):
            member = self._whole.members[self._source.first_set + index]
            if kept := self._kept(member, row):
                self._yields.update({
                    "sets": 1, f"sets_{config}": 1, "images": len(kept["images"]),
                    "questions": len(kept["qa_pairs"]["question"]),
                })  # fmt: skip
                yield kept
            else:
                self._yields["dropped_sets"] += 1

    def _kept(self, member: Member, row: Row) -> Row | None:
        if member.copy_of:
            self._drop(member, "picture_of_another_set", f"set {member.copy_of} holds one of its pictures")
            return None
        questions, gone = self._whole.kept(member, questions_of(row))
        self._rejects += gone
        if self._whole.thin(member):
            self._drop(member, "few_questions_left", f"{len(questions)} questions left after balancing")
            return None
        self._kinds.update(q.draft.kind for q in questions)
        return with_questions(renamed(row, member.id, member.index), questions)

    def _drop(self, member: Member, reason: str, detail: str) -> None:
        self._rejects.append(Reject(stage="set", reason=reason, detail=detail, set_index=member.index))

    def _moved(self, reject: Reject) -> Reject:
        """A reject under the set's index in the whole."""
        index = reject.set_index
        return reject if index is None else reject.model_copy(update={"set_index": self._source.first_set + index})


def _chained(first: Row, others: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from others
