"""A points run as the pages read it: labels and counts of all sets at once, anything else set by set when it is asked for."""

import hashlib
import json
import re
from bisect import bisect_right
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cosyn_multi.errors import RunError
from cosyn_multi.gallery.looking import UNSAID
from cosyn_multi.points.folder import SETTINGS
from cosyn_multi.points.images import ImageStore
from cosyn_multi.points.training import files_of
from cosyn_multi.reviews import Ref, Reviews
from cosyn_multi.shards.lazy import RowGroups

from .looking import PointsLooking

LISTED: Final = ["id", "canonical_label", "counts", "similarity"]
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
Row = dict[str, Any]
Whole = np.ndarray[Any, np.dtype[np.int64]]


def is_points_run(path: Path) -> bool:
    """Whether `points build` or `points from-run` made this folder."""
    return isinstance(path, Path) and (path / SETTINGS).is_file()


class Listing(NamedTuple):
    """What is known of every set at once; about 200 bytes a set."""

    ids: list[str]
    labels: list[str]
    sizes: Whole
    """Images per set."""
    counts: Whole
    """Points per image, set after set."""
    similarity: np.ndarray[Any, np.dtype[np.float64]]
    """Of every pair of images, set after set."""
    places: dict[str, int]


class PointsShelf:
    """One points run. It is listed anew when its files change.

    Raises: RunError if the folder holds no points, or they can't be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.resolve().name or "points"
        self.reviews = Reviews(path)
        self._pictures = ImageStore(path)
        self._lock = Lock()
        self._read()

    def __len__(self) -> int:
        return len(self.listing.ids)

    def refresh(self) -> None:
        """Take in files that were written anew."""
        with self._lock:
            if self.stamp != _stamp(files_of(self.path)):
                self._read()

    def _read(self) -> None:
        self._files = files_of(self.path)
        self.stamp = _stamp(self._files)
        self._groups = RowGroups()
        self._starts = [0, *accumulate(self._groups.bounds(f)[-1] for f in self._files)]
        self.listing = _listed(self._files)

    def order(self, looking: PointsLooking) -> list[int]:
        """Positions of the sets looked at, in the run's order."""
        text, listed = looking.text.casefold(), self.listing
        said = self.reviews.said() if looking.said else {}
        wanted = range(len(listed.ids))
        return [
            p
            for p in wanted
            if (not looking.size or listed.sizes[p] == looking.size)
            and (not text or text in listed.labels[p].casefold() or text in listed.ids[p].casefold())
            and (not looking.said or _fits(looking.said, said.get(listed.ids[p])))
        ]

    def find(self, set_id: str) -> int:
        """The position of a set. Raises: RunError."""
        self.refresh()
        if set_id not in self.listing.places:
            raise RunError(f"{set_id[:60]!r}: no such set in {self.name}")
        return self.listing.places[set_id]

    def row(self, position: int) -> Row:
        """A set, without its pictures."""
        return self._row(position, [c for c in self._columns(position) if c != "images"])

    def picture(self, position: int, image: int) -> bytes | None:
        """The bytes of a set's image, counted from 0: from the Parquet file, else from the run's store; None if in neither.

        Raises: RunError if the set has no such image.
        """
        embedded = "images" in self._columns(position)
        row = self._row(position, ["image_sha256s", *(["images"] if embedded else [])])
        if not 0 <= image < len(row["image_sha256s"]):
            raise RunError(f"the set has {len(row['image_sha256s'])} images, image {image + 1} was asked for")
        if embedded and (held := (row["images"] or [])[image : image + 1]) and held[0] and held[0]["bytes"]:
            return bytes(held[0]["bytes"])
        sha256 = row["image_sha256s"][image] or ""
        return (
            self._pictures.get(sha256) if _SHA256.fullmatch(sha256) else None
        )  # a column may hold anything, "../" too

    def _row(self, position: int, columns: list[str]) -> Row:
        number = self._file_of(position)
        return self._groups.row(self._files[number], position - self._starts[number], columns)

    def _columns(self, position: int) -> list[str]:
        return list(self._groups.footer(self._files[self._file_of(position)]).schema.to_arrow_schema().names)

    def _file_of(self, position: int) -> int:
        return bisect_right(self._starts, position) - 1

    def close(self) -> None:
        self.reviews.close()


def ref_of_row(row: Row) -> Ref:
    """What a verdict on a set is about: its label, pictures and points; if one of them changes, it is another set."""
    seen = json.dumps([row["canonical_label"], row["labels"], row["image_sha256s"], row["image_urls"], row["points"]])
    return Ref(set_id=row["id"], question=hashlib.sha256(seen.encode()).hexdigest()[:24], number=1, kind="points")


def _fits(said: str, given: frozenset[str] | None) -> bool:
    return not given if said == UNSAID else said in (given or ())


def _listed(files: list[Path]) -> Listing:
    try:
        tables = [pq.read_table(f, columns=LISTED, use_threads=False) for f in files]
    except (OSError, ValueError, pa.ArrowException) as error:
        raise RunError(f"{files[0].parent}: can't be read: {str(error).splitlines()[0]}") from error
    table = pa.concat_tables(tables).combine_chunks()
    ids, labels = table["id"].to_pylist(), table["canonical_label"].to_pylist()
    sizes = np.asarray(pc.list_value_length(table["counts"]).to_numpy(), dtype=np.int64)
    counts = pc.list_flatten(table["counts"]).to_numpy().astype(np.int64)
    similarity = pc.list_flatten(table["similarity"]).to_numpy().astype(np.float64)
    return Listing(ids, labels, sizes, counts, similarity, {set_id: p for p, set_id in enumerate(ids)})


def _stamp(files: list[Path]) -> str:
    """Changes when a file is written anew."""
    told = [(f.name, f.stat().st_mtime_ns, f.stat().st_size) for f in files]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]
