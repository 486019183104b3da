"""Points from a run of `generate`: what readings locate becomes labels with points, exact by construction.

One row per entity and set; beside the rows, counting questions over whole sets (questions.jsonl).
"""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field

from cosyn_multi import __version__
from cosyn_multi.errors import RunError
from cosyn_multi.gather.reasons import told
from cosyn_multi.model import Frozen, ImageSet, Views
from cosyn_multi.seeds import stream
from cosyn_multi.shards.atomic import replacing, write_text
from cosyn_multi.shards.read import open_run

from .cluster import Say
from .counting import counting_questions
from .entities import Entity, entities
from .folder import SETTINGS
from .schema import schema

Row = dict[str, Any]
ROWS_AT_ONCE = 64


class FromRunOptions(Frozen):
    seed: int = Field(0, ge=0)
    rows: int | None = Field(None, ge=1, description="Most rows; None takes all.")
    per_set: int = Field(6, ge=1, description="Most entities per set of images.")
    shard_size: int = Field(500, ge=1, description="Rows per file; each holds its pictures.")


def points_from_run(run: Path, out: Path, options: FromRunOptions, say: Say) -> None:
    """Write data/train-*.parquet and questions.jsonl. Raises: RunError."""
    opened = open_run(run)
    if out.is_file() or (out / "run.toml").exists():
        raise RunError(f"--out {out}: holds something else; choose another folder")
    if out.resolve() == run.resolve():
        raise RunError(f"--out {out}: is the run itself; choose another folder")
    for old in (out / "data").glob("*.parquet"):
        old.unlink()
    kinds: Counter[str] = Counter()
    questions: list[Row] = []
    rows = islice(_rows(iter(opened), options, kinds, questions), options.rows)
    written, images = _write(out, rows, options.shard_size)
    write_text(out / "questions.jsonl", "".join(json.dumps(q, ensure_ascii=False) + "\n" for q in questions))
    numbers = {"rows": written, "images": images, "questions": len(questions), "kinds": dict(sorted(kinds.items()))}
    write_text(out / "numbers.json", json.dumps({"from_run": numbers}, indent=1) + "\n")
    write_text(
        out / SETTINGS,
        json.dumps({"from_run": run.resolve().name, "options": options.model_dump()}, indent=1) + "\n",
    )
    if options.rows and written < options.rows:
        say(f"from-run: -n {options.rows:,}: only {written:,} entities are to be had of this run; these are written")
    say(f"from-run: {written:,} rows ({told(kinds)}), {len(questions):,} counting questions in {out}")


def _rows(
    sets: Iterator[ImageSet], options: FromRunOptions, kinds: Counter[str], questions: list[Row]
) -> Iterator[Row]:
    for made in sets:
        views = Views(
            world=made.plan.world, views=made.plan.views, renderings=tuple(p.rendering for p in made.pictures)
        )  # fmt: skip
        rng = stream(options.seed, made.index, "entities")
        found = list(entities(views))
        questions += [q | {"set": made.id} for q in counting_questions(found, views, rng)]
        for number, entity in enumerate(chosen(found, options.per_set, rng), 1):
            kinds[entity.kind] += 1
            yield row_of(made, entity, number, options.seed)


def chosen(found: list[Entity], most: int, rng: Random) -> list[Entity]:
    """Some of the entities: one of each kind in turn, so that headings don't crowd out what is counted."""
    by_kind: dict[str, list[Entity]] = {}
    for entity in found:
        by_kind.setdefault(entity.kind, []).append(entity)
    piles = list(by_kind.values())
    rng.shuffle(piles)
    for pile in piles:
        rng.shuffle(pile)
    taken: list[Entity] = []
    while len(taken) < most and any(piles):
        taken += [pile.pop() for pile in piles if pile][: most - len(taken)]
    return taken


def row_of(made: ImageSet, entity: Entity, number: int, seed: int) -> Row:
    """The row of an entity, with its pictures."""
    images = sorted(entity.places)
    points = [[{"x": x, "y": y} for x, y in entity.places[i]] for i in images]
    provenance = {
        "version": __version__, "seed": seed, "canonical_by": "construction", "set": made.id, "kind": entity.kind,
        "images": images, "refs": list(entity.refs),
    }  # fmt: skip
    name = f"{made.id}-p{number}"
    return {
        "image_urls": [""] * len(images),
        "image_sha256s": [made.pictures[i - 1].png_digest for i in images],
        "points": points,
        "counts": [len(p) for p in points],
        "labels": [entity.label] * len(images),
        "collection_method": ["rendered"] * len(images),
        "id": name,
        "normalized_labels": [entity.label] * len(images),
        "canonical_label": entity.label,
        "label_accepted": [True] * len(images),
        "similarity": [1.0] * (len(images) * (len(images) - 1) // 2),
        "provenance": json.dumps(provenance, ensure_ascii=False),
        "images": [{"bytes": made.pictures[i - 1].rendering.png, "path": f"{name}-{i}.png"} for i in images],
    }


def _write(out: Path, rows: Iterator[Row], shard_size: int) -> tuple[int, int]:
    """Rows into files; how many rows and images. A file holds its rows in groups of bounded memory."""
    held = schema(embedded=True)
    written = images = number = 0
    while True:
        shard = islice(rows, shard_size)
        first = next(shard, None)
        if first is None and number:
            return written, images
        path = out / "data" / f"train-{number:05d}.parquet"
        with replacing(path) as file, pq.ParquetWriter(file, held, compression="zstd") as writer:
            group = [first] if first else []
            for row in shard:
                if len(group) == ROWS_AT_ONCE:
                    writer.write_table(pa.Table.from_pylist(group, schema=held))
                    written, images, group = written + len(group), images + sum(len(r["images"]) for r in group), []
                group.append(row)
            writer.write_table(pa.Table.from_pylist(group, schema=held))
            written, images = written + len(group), images + sum(len(r["images"]) for r in group)
        number += 1
