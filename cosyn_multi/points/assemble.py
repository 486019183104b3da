"""Step 4: sets, labels and points as Parquet files that training reads; dead images leave their sets."""

import json
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field

from cosyn_multi import __version__
from cosyn_multi.errors import RunError
from cosyn_multi.gather.downloads import GOT, Fetched
from cosyn_multi.gather.reasons import told
from cosyn_multi.model import Frozen
from cosyn_multi.shards.atomic import replacing
from cosyn_multi.shards.grouping import grouped

from .annotations import Annotation
from .cluster import Say
from .folder import PointsFolder, Record
from .images import ImageStore
from .schema import schema

GROUP_BYTES: Final = 80_000_000
"""Most bytes of pictures in a row group: readers take a group at once."""
GROUP_ROWS: Final = 2000
Row = dict[str, Any]


class AssembleOptions(Frozen):
    embed_images: bool = False
    shard_size: int = Field(5000, ge=1, description="Sets per file.")


def assemble(folder: PointsFolder, options: AssembleOptions, say: Say) -> None:
    """Write the Parquet files. Raises: RunError without the steps before, or without pictures that are to be embedded."""
    sets = list(folder.read_lines(folder.require("cluster")))
    joiner = _Joiner(folder)
    named = {r["id"]: r for r in folder.read_lines(folder.require("canonical"))}
    rows: list[Row] = []
    rejects: list[Record] = []
    for record in sets:
        if record["id"] not in named:
            continue  # dropped by the step before, with its reason, or still waiting for an answer
        row = joiner.row(record, named[record["id"]])
        (rows if "labels" in row else rejects).append(row)
    store = ImageStore(folder.path) if options.embed_images else None
    if store:
        _check_pictures(rows, store)
    folder.begin("assemble")
    write_shards(folder.path, rows, store, options.shard_size)
    folder.write_lines(folder.rejects_file("assemble"), rejects)
    numbers = _numbers(rows, rejects, joiner)
    folder.count("assemble", numbers)
    say(
        f"assemble: {len(rows):,} sets, {numbers['images']:,} images, {numbers['points']:,} points in {folder.path / 'data'}"
    )
    if joiner.dead:
        say(
            f"assemble: {len(joiner.dead):,} images are dead ({told(Counter(joiner.dead.values()))}): "
            f"{numbers['shortened']:,} sets were shortened, {numbers['lost']:,} lost"
        )


class _Joiner:
    """Makes rows of sets: with what annotations, labels and the manifest of pictures say."""

    def __init__(self, folder: PointsFolder) -> None:
        self._annotations = folder.annotations()
        self._normalised = {r["label"]: r["normalized"] for r in folder.read_lines(folder.require("normalise"))}
        self._seed = folder.settings()["options"]["seed"]
        store = ImageStore(folder.path)
        self._states = store.states()
        store.close()
        self.dead: dict[str, str] = {}
        self.shortened = 0

    def row(self, record: Record, named: Record) -> Row:
        """The row of a set, or its reject."""
        members = [self._annotations[k] for k in record["members"]]
        accepted = named["accepted"] or [None] * len(members)
        left = {m.key: "label_names_something_else" for m, a in zip(members, accepted, strict=True) if a is False}
        dead = {m.key: f"image_{state}" for m in members if (state := self._dead(m))}
        kept = [i for i, m in enumerate(members) if m.key not in left | dead]
        if len(kept) < 2 or not any(members[i].points for i in kept):
            detail = f"{len(kept)} of {len(members)} images are left"
            return {"id": record["id"], "reason": "dead_images" if dead else "under_two_images", "detail": detail}
        self.shortened += bool(dead)
        gone = [{"key": m.key, "label": m.label, "why": (left | dead)[m.key]} for m in members if m.key in left | dead]
        provenance = {
            "version": __version__, "seed": self._seed, "canonical_by": named["by"],
            "annotations": [members[i].key for i in kept], "left": gone,
        }  # fmt: skip
        return self._joined(record, [members[i] for i in kept]) | {
            "canonical_label": named["canonical"],
            "label_accepted": [accepted[i] for i in kept],
            "similarity": _among(record["similarity"], len(members), kept),
            "provenance": json.dumps(provenance, ensure_ascii=False),
        }

    def _joined(self, record: Record, members: list[Annotation]) -> Row:
        return {
            "image_urls": [m.url for m in members],
            "image_sha256s": [m.sha256 or self._fetched(m).sha256 for m in members],
            "points": [[{"x": x, "y": y} for x, y in m.points] for m in members],
            "counts": [len(m.points) for m in members],
            "labels": [m.label for m in members],
            "collection_method": [m.method for m in members],
            "id": record["id"],
            "normalized_labels": [self._normalised[m.label] for m in members],
        }

    def _fetched(self, member: Annotation) -> Fetched:
        return self._states.get(member.url) or Fetched(member.url, "")

    def _dead(self, member: Annotation) -> str:
        """Why an image can't be had; empty for one that is here or was never tried."""
        state = self._fetched(member).state
        if state in ("", GOT):
            return ""
        self.dead[member.image] = state
        return state


def _among(similarity: list[float], size: int, kept: list[int]) -> list[float]:
    """The similarities of the pairs that are left."""
    pairs = dict(zip(combinations(range(size), 2), similarity, strict=True))
    return [pairs[pair] for pair in combinations(kept, 2)]


def _numbers(rows: list[Row], rejects: list[Record], joiner: _Joiner) -> Record:
    sizes = Counter(len(r["labels"]) for r in rows)
    reasons = Counter(r["reason"] for r in rejects)
    return {
        "sets": len(rows),
        "sizes": {str(n): sizes[n] for n in sorted(sizes)},
        "images": sum(len(r["labels"]) for r in rows),
        "points": sum(sum(r["counts"]) for r in rows),
        "dead_images": len(joiner.dead),
        "shortened": joiner.shortened,
        "lost": reasons["dead_images"],
        "dropped": dict(sorted(reasons.items())),
    }


def write_shards(run: Path, rows: list[Row], store: ImageStore | None, shard_size: int) -> None:
    """Rows as data/train-00000.parquet and so on; with a store, the pictures in them. Raises: RunError."""
    held = schema(store is not None)
    for number, start in enumerate(range(0, max(len(rows), 1), shard_size)):
        path = run / "data" / f"train-{number:05d}.parquet"
        with replacing(path) as file, pq.ParquetWriter(file, held, compression="zstd") as writer:
            whole = (_with_pictures(row, store) if store else row for row in rows[start : start + shard_size])
            for group in grouped(whole, _weight, GROUP_BYTES, GROUP_ROWS):
                writer.write_table(pa.Table.from_pylist(group, schema=held))


def _weight(row: Row) -> int:
    return sum(len(i["bytes"]) for i in row.get("images", ()))


def _with_pictures(row: Row, store: ImageStore) -> Row:
    names = enumerate(row["image_sha256s"], 1)
    return {**row, "images": [{"bytes": store.get(sha), "path": f"{row['id']}-{n}"} for n, sha in names]}


def _check_pictures(rows: list[Row], store: ImageStore) -> None:
    """Before anything is written. Raises: RunError for a picture that isn't here."""
    for row in rows:
        for number, (sha256, url) in enumerate(zip(row["image_sha256s"], row["image_urls"], strict=True), 1):
            if not sha256 or not store.path(sha256).is_file():
                raise RunError(
                    f"--embed-images: set {row['id']}, image {number}: no picture here of {url or sha256}; "
                    f"run `cosyn-multi points fetch` first"
                )
