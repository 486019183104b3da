"""A run's folder: where everything lies, who may write, and which shards are closed."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from cosyn_multi.config import Recipe, differences, dump_config, load_config, make_recipe
from cosyn_multi.errors import RunError
from cosyn_multi.model import Frozen
from cosyn_multi.storage import RemotePath, place, read_all

from .atomic import write_text

MAY_BE_THERE = ("ledger.sqlite", "requests", "responses")
"""What a new run's folder may hold: a ledger to replay, answers to a model's questions."""


class FileRecord(Frozen):
    path: str = Field(description="Relative to the run's folder.")
    sha256: str
    rows: int
    bytes: int


class ShardRecord(Frozen):
    """A shard counts when this is in manifest/."""

    shard: int
    first: int
    sets: int = Field(description="Set indices it covers: first to first + sets - 1, dropped ones included.")
    files: tuple[FileRecord, ...]
    rejects: FileRecord
    yields: dict[str, int] = Field(description="Counters: sets, images, questions, drafts, dropped sets.")
    kinds: dict[str, int] = Field({}, description="Questions per kind.")
    unmade: tuple[int, ...] = Field((), description="Sets that the machine failed to make: the shard is made again.")


class RunFolder:
    """Paths and records of one run; writes nothing but run.toml, the environment and its lock.

    Args: path: a folder, or a store's (s3://bucket/run). work: where finished sets wait while their shard is open, on
        this machine; by default in the run's folder.
    """

    def __init__(self, path: Path | str, work: Path | None = None) -> None:
        self.path = place(path)
        self.work = work or self.path / "work"
        self.code = self.work / "code"
        self.manifest = self.path / "manifest"
        self.config = self.path / "run.toml"
        self.environment_file = self.manifest / "environment.json"
        self.uncaged_file = self.manifest / "uncaged"
        self.merged_file = self.manifest / "merged.json"

    def work_file(self, index: int) -> Path:
        return self.work / f"set-{index:07d}.json"

    def record_file(self, shard: int) -> Path:
        return self.manifest / f"shard-{shard:05d}.json"

    def rejects_file(self, shard: int) -> Path:
        return self.manifest / f"rejects-{shard:05d}.jsonl"

    def data_file(self, config: str, shard: int) -> Path:
        return self.path / "data" / config / f"train-{shard:05d}.parquet"

    def records(self) -> list[ShardRecord]:
        """The closed shards, in order. Raises: RunError if a record can't be read."""
        files = list(self.manifest.glob("shard-*.json"))
        found = [_read_record(file, text) for file, text in zip(files, read_all(files), strict=True)]
        return sorted(found, key=lambda r: r.shard)

    def record(self, shard: int) -> ShardRecord | None:
        """The record of one shard, if it is closed. Raises: RunError if it can't be read."""
        file = self.record_file(shard)
        return _read_record(file, file.read_bytes()) if file.is_file() else None

    def recipe(self) -> Recipe:
        return make_recipe(**{k: v for k, v in load_config(self.config).items() if k != "sets"})

    def sets(self) -> int:
        try:
            return int(load_config(self.config)["sets"])
        except KeyError as error:
            raise RunError(f"{self.config}: says nothing of sets; write e.g. sets = 200") from error

    def start(self, recipe: Recipe, sets: int, environment: dict[str, str]) -> None:
        """Make the folder, or go on in it.

        Raises: RunError when it is no run, holds another recipe or more sets, or was made in another environment.
        """
        if self.path.exists() and not self.path.is_dir():
            raise RunError(f"{self.path}: is a file; choose a folder for --out")
        if self.config.is_file():
            self._same(recipe, sets, environment)
        elif self.path.is_dir() and any(not p.name.startswith((".", *MAY_BE_THERE)) for p in self.path.iterdir()):
            raise RunError(f"{self.path}: holds other files and no run.toml; choose an empty or new folder for --out")
        write_text(self.config, dump_config(recipe, sets))  # first: it makes the folder a run, whatever happens next
        write_text(self.environment_file, json.dumps(environment, indent=1) + "\n")

    def _same(self, recipe: Recipe, sets: int, environment: dict[str, str]) -> None:
        if self.merged_file.is_file():
            raise RunError(
                f"{self.path}: is a merge of other runs and can't grow; let those grow, and merge them again"
            )
        differing = differences(self.recipe(), recipe)
        if differing:
            raise RunError(
                f"{self.path}: holds a run with other settings ({'; '.join(differing)}); choose another --out"
            )
        if sets < self.sets():
            raise RunError(f"{self.path}: holds a run of {self.sets()} sets; -n may grow, not shrink to {sets}")
        try:
            there: dict[str, Any] = json.loads(self.environment_file.read_bytes())
        except (FileNotFoundError, ValueError):
            return
        other = [
            f"{k}: {there.get(k, 'none')} there, {environment.get(k, 'none')} here"
            for k in sorted({*there, *environment})
            if there.get(k) != environment.get(k)
        ]
        if other:
            raise RunError(
                f"{self.path}: was made in another environment ({'; '.join(other)}), so its bytes would not be the same; "
                "go on with that one, or choose another --out"
            )

    @property
    def uncaged(self) -> bool:
        """Whether code that nobody reviewed may have run without a cage, now or in an earlier part of the run."""
        return self.uncaged_file.is_file()

    def record_uncaged(self) -> None:
        write_text(self.uncaged_file, "--unsafe-no-sandbox\n")

    def complete(self, record: ShardRecord) -> bool:
        """Whether a closed shard's files are all there, by size; digests are `verify`'s affair."""
        return not record.unmade and all(
            (path := self.path / f.path).is_file() and path.stat().st_size == f.bytes
            for f in (*record.files, record.rejects)
        )

    def _sweep(self) -> None:
        """Remove what writers that were killed left half-written."""
        for folder in {self.path, self.work}:
            for file in folder.rglob(".*.tmp"):
                file.unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one process of this machine writes a run (on another one, it would write the same bytes).

        Raises: RunError if another does, or the folder can't be made.
        """
        here = self.work if isinstance(self.path, RemotePath) else self.path
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            here.mkdir(parents=True, exist_ok=True)
            lock = os.open(here / ".lock", os.O_CREAT | os.O_RDWR, 0o644)
        except OSError as error:
            raise RunError(f"{self.path}: can't be written: {error.strerror or error}; choose another --out") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._sweep()
            yield
        except BlockingIOError as error:
            raise RunError(
                f"{self.path}: another process is writing this run; wait for it or choose another --out"
            ) from error
        finally:
            os.close(lock)


def _read_record(file: Path, text: bytes) -> ShardRecord:
    try:
        return ShardRecord.model_validate_json(text)
    except ValidationError as error:
        raise RunError(f"{file}: not a shard's record; remove it, and the shard is made again") from error
