"""A points run on disk. Each step writes whole files of its own and takes away what rests on its earlier ones.

points.json              how sets were formed: sources' names, options, versions of nothing but ours
annotations.parquet      every annotation that was read, in the order of its key
sets.jsonl               the soft sets: keys of annotations, similarity of every pair
labels.jsonl             label -> normalised label
canonical.jsonl          set -> canonical label, and which labels name it
images.sqlite, images/   pictures that rows brought or `fetch` got, by their sha256
data/train-00000.parquet what training reads
rejects/STEP.jsonl       what a step left out, with reasons
numbers.json             what each step counted
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from cosyn_multi.errors import RunError
from cosyn_multi.shards.atomic import replacing, write_text

from .annotations import Annotation

SETTINGS: Final = "points.json"
STEPS: Final = ("cluster", "normalise", "canonical", "assemble")
OUTPUTS: Final = {
    "cluster": "sets.jsonl",
    "normalise": "labels.jsonl",
    "canonical": "canonical.jsonl",
    "assemble": "data",
}
POINT: Final = pa.struct([("x", pa.float64()), ("y", pa.float64())])
ANNOTATIONS: Final = pa.schema(
    [
        ("key", pa.string()), ("image", pa.string()), ("url", pa.string()), ("sha256", pa.string()),
        ("label", pa.string()), ("points", pa.list_(POINT)), ("method", pa.string()),
    ]
)  # fmt: skip
ROWS_AT_ONCE: Final = 20_000
Record = dict[str, Any]


class PointsFolder:
    """Paths and files of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def settings_file(self) -> Path:
        return self.path / SETTINGS

    def open(self) -> "PointsFolder":
        """This folder, if it is a points run. Raises: RunError."""
        if not self.settings_file.is_file():
            raise RunError(f"{self.path}: no points run here (no {SETTINGS}); give the folder of `points build --out`")
        return self

    def settings(self) -> Record:
        held: Record = json.loads(self.settings_file.read_text(encoding="utf-8"))
        return held

    def begin(self, step: str) -> None:
        """Take away what this step and those after it wrote."""
        for name in STEPS[STEPS.index(step) :]:
            target = self.path / OUTPUTS[name]
            for file in target.glob("*.parquet") if target.is_dir() else [target]:
                file.unlink(missing_ok=True)
            self.rejects_file(name).unlink(missing_ok=True)

    def require(self, step: str) -> Path:
        """A step's output. Raises: RunError naming the command that makes it."""
        target = self.path / OUTPUTS[step]
        if not target.exists():
            raise RunError(f"{target}: not there yet; run `cosyn-multi points {step} {self.path}` first")
        return target

    def rejects_file(self, step: str) -> Path:
        return self.path / "rejects" / f"{step}.jsonl"

    def write_lines(self, path: Path, records: Iterable[Record]) -> int:
        """JSON lines, whole or not at all; how many."""
        lines = [json.dumps(r, ensure_ascii=False) + "\n" for r in records]
        write_text(path, "".join(lines))
        return len(lines)

    def read_lines(self, path: Path) -> Iterator[Record]:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)

    def write_annotations(self, annotations: list[Annotation]) -> None:
        with replacing(self.path / "annotations.parquet") as file, pq.ParquetWriter(file, ANNOTATIONS) as writer:
            for start in range(0, len(annotations), ROWS_AT_ONCE):
                rows = [_row(a) for a in annotations[start : start + ROWS_AT_ONCE]]
                writer.write_table(pa.Table.from_pylist(rows, schema=ANNOTATIONS))

    def annotations(self) -> dict[str, Annotation]:
        """Key -> annotation, without pictures. Raises: RunError."""
        file = self.path / "annotations.parquet"
        if not file.is_file():
            raise RunError(f"{file}: not there; run `cosyn-multi points cluster` with the annotations first")
        found: dict[str, Annotation] = {}
        with pq.ParquetFile(file) as opened:
            for batch in opened.iter_batches(ROWS_AT_ONCE):
                for r in batch.to_pylist():
                    points = tuple((p["x"], p["y"]) for p in r["points"])
                    found[r["key"]] = Annotation(
                        r["key"], r["image"], r["url"], r["sha256"], r["label"], points, r["method"]
                    )
        return found

    def count(self, step: str, numbers: Record) -> None:
        """Keep what a step counted."""
        file = self.path / "numbers.json"
        held = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        write_text(file, json.dumps(held | {step: numbers}, indent=1, ensure_ascii=False) + "\n")

    def numbers(self) -> Record:
        file = self.path / "numbers.json"
        held: Record = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        return held


def _row(a: Annotation) -> Record:
    return {
        "key": a.key, "image": a.image, "url": a.url, "sha256": a.sha256, "label": a.label,
        "points": [{"x": x, "y": y} for x, y in a.points], "method": a.method,
    }  # fmt: skip
