"""An index of a run in memory: which sets hold what, so that filters and samples are fast at any size.

It is built file by file, and serves what it has while it grows. Per set and per question it keeps a few small codes,
and the questions' texts; pictures are never read for it. Samples (`order` with a seed) follow from a file's name and
a row's number alone: the same seed gives the same order, whichever filter is on and however much is indexed.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import Field

from cosyn_multi.errors import RunError
from cosyn_multi.model import Frozen
from cosyn_multi.storage import source

from .folder import FileRecord

FACETS: Final = ("scenario", "domain", "locale", "artifact", "template", "kind", "difficulty", "closest")
LEVELS: Final = ("easy", "medium", "hard")
UNMEASURED: Final = "none measured"
ROWS_AT_ONCE: Final = 64

_TEMPLATE: Final = re.compile(r'"template":"([^"\\]*)","template_digest"')
"""In a JSON text these unescaped quotes can't stand inside a string."""

Codes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.int64]


class Query(Frozen):
    """What to look for; empty means anything. Kind, difficulty, closest and text must hold of one and the same question;
    the text may also stand in the set's id, topic or persona."""

    scenario: str = ""
    domain: str = ""
    locale: str = ""
    artifact: str = Field("", description="chart, table, doc, or mixed.")
    template: str = ""
    kind: str = ""
    difficulty: str = Field("", description="easy, medium, hard: see `difficulty`.")
    closest: str = Field("", description="The check that was closest to failing: see `closest`.")
    text: str = ""

    @property
    def anything(self) -> bool:
        return not any(self.model_dump().values())

    def fits(self, question: dict[str, Any]) -> bool:
        """Whether a question, as the `questions` column has it, is one that was asked for; its text is not looked at."""
        wanted = {"kind": question["draft"]["kind"], "difficulty": difficulty(question), "closest": closest(question)}
        return all(getattr(self, name) in ("", found) for name, found in wanted.items())


def difficulty(question: dict[str, Any]) -> str:
    """easy: at most two cells to read, in at most two images. hard: more than ten cells, or more than three images."""
    cells, images = len(question["draft"].get("evidence", ())), len(question["draft"]["images"])
    if cells > 10 or images > 3:
        return "hard"
    return "easy" if cells <= 2 and images <= 2 else "medium"


@cache
def _limits() -> dict[str, float]:
    """The measure at which a check would have failed; 1 where it isn't named."""
    from cosyn_multi.checks.needs import LEAST_SHARE  # loading the checks takes longer than a first page may

    return {"needs_every_image": 1 - LEAST_SHARE}


def closest(question: dict[str, Any]) -> str:
    """The check whose own figure is nearest to its limit; UNMEASURED if none gave a figure above zero."""
    shares = {
        v["check"]: v["measure"] / _limits().get(v["check"], 1.0)
        for v in question["verdicts"]
        if v.get("measure")
    }  # fmt: skip
    return max(sorted(shares), key=lambda check: shares[check]) if shares else UNMEASURED


@dataclass(frozen=True)
class Indexed:
    """The index of one file."""

    start: int
    """Position of its first row in the run."""
    rows: int
    of_sets: dict[str, tuple[Codes, Codes]]
    """Facet -> rows and codes, in pairs: a set may have several templates."""
    of_questions: dict[str, Codes]
    """Facet -> a code per question."""
    row_of: Codes
    """The row of each question."""
    texts: Any
    """The questions' texts without case, an Arrow array."""
    about: Any
    """Id, topic and persona per row, without case, an Arrow array."""


class Index:
    """The index of one run. One thread builds it, any may ask.

    Args: earlier: an index of the same run when it was smaller; what it knows of files that stayed is taken over.
    """

    def __init__(self, root: Path, files: list[FileRecord], earlier: "Index | None" = None) -> None:
        self._root = root
        self._files = files
        self._codes: dict[str, dict[str, int]] = earlier._codes if earlier else {facet: {} for facet in FACETS}
        kept = zip(files, earlier._files, strict=False) if earlier else ()
        stayed = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], kept))
        self._parts: list[Indexed] = earlier._parts[:stayed] if earlier else []
        starts = np.cumsum([0, *(f.rows for f in files)])
        self._starts: list[int] = starts.tolist()

    @property
    def done(self) -> int:
        """Sets indexed so far; they are the first ones of the run."""
        return self._starts[len(self._parts)]

    @property
    def total(self) -> int:
        return self._starts[-1]

    def build(self) -> Iterator[int]:
        """Index file after file; yields how many sets are done. Raises: RunError if a file can't be read."""
        for number in range(len(self._parts), len(self._files)):
            self._parts.append(self._read(number))
            yield self.done

    def names(self, facet: str) -> list[str]:
        """The values of a facet that were met so far."""
        return list(self._codes[facet])

    def counts(self, facet: str) -> dict[str, int]:
        """How many of the sets indexed so far hold each value of a facet of sets."""
        codes = np.concatenate([np.zeros(0, dtype=np.int32), *(p.of_sets[facet][1] for p in tuple(self._parts))])
        names = self.names(facet)
        return dict(zip(names, np.bincount(codes, minlength=len(names)).tolist(), strict=False))

    def matches(self, query: Query) -> Positions:
        """Positions of the sets that are asked for, among those indexed so far, in the run's order."""
        if query.anything:
            return np.arange(self.total, dtype=np.int64)
        found = [part.start + np.flatnonzero(self._mask(part, query)) for part in tuple(self._parts)]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def _mask(self, part: Indexed, query: Query) -> Mask:
        mask: Mask = np.ones(part.rows, dtype=bool)
        for facet, (rows, codes) in part.of_sets.items():
            if wanted := getattr(query, facet):
                holds = np.zeros(part.rows, dtype=bool)
                holds[rows[codes == self._codes[facet].get(wanted, -1)]] = True
                mask &= holds
        asked: Mask = np.ones(len(part.row_of), dtype=bool)
        for facet, codes in part.of_questions.items():
            if wanted := getattr(query, facet):
                asked &= codes == self._codes[facet].get(wanted, -1)
        return mask & self._asked(part, query, asked)

    def _asked(self, part: Indexed, query: Query, asked: Mask) -> Mask:
        """Rows with a question for which `asked` holds and in which the text stands."""
        if not query.text:
            return _rows_with(part, asked)
        text = query.text.casefold()
        said: Mask = pc.match_substring(part.texts, text).to_numpy(zero_copy_only=False)
        about: Mask = pc.match_substring(part.about, text).to_numpy(zero_copy_only=False)
        return _rows_with(part, asked & said) | (_rows_with(part, asked) & about)

    def _read(self, number: int) -> Indexed:
        file, path = self._files[number], self._root / self._files[number].path
        gathered = _Gathered(self._codes, artifact=file.path.split("/")[1])
        try:
            with pq.ParquetFile(source(path)) as parquet:
                columns = ["id", "metadata", "questions", "readings"]
                for batch in parquet.iter_batches(batch_size=ROWS_AT_ONCE, columns=columns, use_threads=False):
                    for row in batch.to_pylist():
                        gathered.add(row)
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
            raise RunError(f"{path}: can't be read: {str(error).splitlines()[0]}; run `verify`") from error
        if gathered.rows != file.rows:
            raise RunError(f"{path}: holds {gathered.rows} rows, {file.rows} were recorded; run `verify`")
        return gathered.indexed(self._starts[number])


def _rows_with(part: Indexed, asked: Mask) -> Mask:
    rows: Mask = np.zeros(part.rows, dtype=bool)
    rows[part.row_of[asked]] = True
    return rows


class _Gathered:
    """What is gathered while a file is read."""

    def __init__(self, codes: dict[str, dict[str, int]], artifact: str) -> None:
        self._codes = codes
        self._artifact = artifact
        self.rows = 0
        self._of_sets: dict[str, tuple[list[int], list[int]]] = {
            facet: ([], []) for facet in ("scenario", "domain", "locale", "artifact", "template")
        }
        self._of_questions: dict[str, list[int]] = {"kind": [], "difficulty": [], "closest": []}
        self._row_of: list[int] = []
        self._texts: list[str] = []
        self._about: list[str] = []

    def add(self, row: dict[str, Any]) -> None:
        told = row["metadata"]
        for facet in ("scenario", "domain", "locale"):
            self._note(facet, told[facet])
        self._note("artifact", self._artifact)
        for template in sorted(set(_TEMPLATE.findall(row["readings"]))):
            self._note("template", template)
        for question in json.loads(row["questions"]):
            self._row_of.append(self.rows)
            self._texts.append(question["draft"]["text"].casefold())
            self._of_questions["kind"].append(self._code("kind", question["draft"]["kind"]))
            self._of_questions["difficulty"].append(self._code("difficulty", difficulty(question)))
            self._of_questions["closest"].append(self._code("closest", closest(question)))
        self._about.append(f"{row['id']}\n{told['topic']}\n{told['persona']}".casefold())
        self.rows += 1

    def indexed(self, start: int) -> Indexed:
        return Indexed(
            start=start,
            rows=self.rows,
            of_sets={f: (_codes(rows), _codes(codes)) for f, (rows, codes) in self._of_sets.items()},
            of_questions={f: _codes(codes) for f, codes in self._of_questions.items()},
            row_of=_codes(self._row_of),
            texts=pa.array(self._texts, pa.string()),
            about=pa.array(self._about, pa.string()),
        )

    def _note(self, facet: str, value: str) -> None:
        rows, codes = self._of_sets[facet]
        rows.append(self.rows)
        codes.append(self._code(facet, value))

    def _code(self, facet: str, value: str) -> int:
        known = self._codes[facet]
        return known.setdefault(value, len(known))


def _codes(values: list[int]) -> Codes:
    return np.asarray(values, dtype=np.int32)


def shuffle_keys(files: list[FileRecord], seed: int) -> npt.NDArray[np.uint64]:
    """A key per position; sorting by it gives a random order that depends on the seed, file names and rows alone."""
    keys = [np.zeros(0, dtype=np.uint64)]
    for file in files:
        base = int.from_bytes(sha256(f"{seed}/{file.path}".encode()).digest()[:8], "little")
        keys.append(_mixed(np.arange(file.rows, dtype=np.uint64) + np.uint64(base)))
    return np.concatenate(keys)


def _mixed(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """splitmix64's finaliser: neighbours come far apart. Source: Steele, Lea and Flood 2014, OOPSLA."""
    with np.errstate(over="ignore"):
        mixed = numbers * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
