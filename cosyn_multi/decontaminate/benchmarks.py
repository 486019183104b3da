"""Benchmarks, indexed: about 40 bytes for a picture, and 12 for each n-gram of a question."""

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from cosyn_multi.errors import UserError
from cosyn_multi.likeness.grams import GramIndex
from cosyn_multi.likeness.near import Lookalikes
from cosyn_multi.likeness.phash import Hash, hashing
from cosyn_multi.storage import place

from .reading import PICTURES, files_of, items_of

AT_ONCE: Final = 64
"""Pictures that are held at a time."""


@dataclass
class Places:
    """Where the items come from, in the order in which they were indexed."""

    files: list[str] = field(default_factory=list)
    """Name as given, and the path below it: no path of this machine."""
    _file_of: "array[int]" = field(default_factory=lambda: array("I"))
    _row_of: "array[int]" = field(default_factory=lambda: array("I"))

    def note(self, row: int) -> None:
        """One more item of the file that was named last."""
        self._file_of.append(len(self.files) - 1)
        self._row_of.append(row)

    def label(self, entry: int) -> str:
        name = self.files[self._file_of[entry]]
        return name if Path(name).suffix.lower() in PICTURES else f"{name}, row {self._row_of[entry]}"

    def __len__(self) -> int:
        return len(self._file_of)


class Benchmarks:
    """Everything that a run is compared with. Raises: UserError, one line, for what isn't there or can't be read."""

    def __init__(self, given: Iterable[Path]) -> None:
        self.names: list[str] = []
        self.picture_places, self.question_places = Places(), Places()
        self.questions = GramIndex()
        self.undecodable = 0
        self._hashes = array("Q")
        with hashing() as hashed:
            for path in map(place, given):
                self.names.append(path.name or path.resolve().name)
                for file in files_of(path):
                    self._read(
                        file, str(Path(self.names[-1], file.relative_to(path))) if path.is_dir() else path.name, hashed
                    )
        if not self.picture_places and not self.question_places:
            raise UserError(f"--against {', '.join(self.names)}: neither a picture nor a question was found in there")

    @cached_property
    def pictures(self) -> Lookalikes:
        return Lookalikes(np.array(self._hashes, dtype=np.uint64))

    def _read(self, file: Path, name: str, hashed: Callable[[list[bytes]], list[Hash | None]]) -> None:
        self.picture_places.files.append(name)
        self.question_places.files.append(name)
        waiting: list[tuple[int, bytes]] = []
        for item in items_of(file):
            if item.question:
                self.questions.add(item.question)
                self.question_places.note(item.row)
            else:
                waiting.append((item.row, item.picture))
            if len(waiting) == AT_ONCE:
                self._hash(waiting, hashed)
                waiting = []
        self._hash(waiting, hashed)

    def _hash(self, waiting: list[tuple[int, bytes]], hashed: Callable[[list[bytes]], list[Hash | None]]) -> None:
        for (row, _), found in zip(waiting, hashed([picture for _, picture in waiting]), strict=True):
            if found is None:
                self.undecodable += 1
            else:
                self._hashes.extend(found.tolist())
                self.picture_places.note(row)
