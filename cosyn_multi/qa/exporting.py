"""`qa export`: the questions that stay, as rows with the columns of Molmo2-MultiImageQA, and beside them how each came about."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image as Pillow

from cosyn_multi import __version__
from cosyn_multi.errors import RunError
from cosyn_multi.shards.atomic import replacing, write_text
from cosyn_multi.shards.schema import IMAGE

from .pictures import Picture
from .problems import Problem
from .questions import Written
from .sets import Group
from .store import Store

Row = dict[str, Any]
GROUP_BYTES: Final = 64 * 2**20
"""A row group is closed at this: viewers and loaders choke on larger ones than some 300 MB."""
FILE_BYTES: Final = 512 * 2**20
DATA: Final = "data"
STRING: Final[dict[str, Any]] = {"dtype": "string", "_type": "Value"}


class Exported(NamedTuple):
    rows: int
    questions: int
    images: int
    left_out: Counter[str]
    """Questions that aren't in it, by why."""
    embedded: bool
    problems: list[Problem]


def export(store: Store, embed: bool | None) -> Exported:
    """Write data/train-*.parquet and README.md into the run's folder, in place of an earlier export.

    Args: embed: the images' bytes, too; None: if one of them has no address that others could fetch it from.
    Raises: RunError if nothing is left to export, or the disk is full.
    """
    chosen, left_out, problems = _chosen(store)
    if not chosen:
        why = ", ".join(f"{n} {reason}" for reason, n in left_out.items()) or "nothing was submitted"
        raise RunError(f"{store.run}: nothing to export: {why}")
    embedded = embed if embed is not None else any(not m.address for group, _ in chosen for m in group.members)
    people = _pseudonyms(store)
    rows = (_row(store, group, questions, people, embedded) for group, questions in chosen)
    files = _write(store.run / DATA, rows, _schema(embedded))
    for stale in set((store.run / DATA).glob("train-*.parquet")) - set(files):
        stale.unlink()
    questions = sum(len(q) for _, q in chosen)
    images = len({m.sha256 for group, _ in chosen for m in group.members})
    write_text(
        store.run / "README.md", _card(store.run.resolve().name, files, len(chosen), questions, images, embedded)
    )
    return Exported(len(chosen), questions, images, left_out, embedded, problems)


def _chosen(store: Store) -> tuple[list[tuple[Group, list[Written]]], Counter[str], list[Problem]]:
    """Sets with the questions that stay; a set of which an image is gone or broken is left out whole."""
    out, left_out, problems = store.drops.out(), Counter[str](), list[Problem]()
    by_set: dict[str, list[Written]] = {}
    for question in store.questions.submitted():
        if question.id in out:
            left_out["dropped by the filter"] += 1
        else:
            by_set.setdefault(question.set_id, []).append(question)
    chosen = []
    for group in store.sets.all():
        questions = by_set.get(group.id, [])
        faults = [
            Problem(where=m.file, reason="lost_image", detail=why)
            for m in group.members
            if questions and (why := _lost(store.run, m))
        ]
        problems += faults
        if len({m.sha256 for m in group.members}) < 2:
            faults.append(Problem(where=group.id, reason="single_image"))
        if questions and not faults:
            chosen.append((group, questions))
        elif questions:
            left_out["in sets with a lost image"] += len(questions)
    return chosen, left_out, problems


def _lost(run: Path, picture: Picture) -> str:
    try:
        with Pillow.open(run / picture.file) as opened:
            opened.load()
    except (OSError, SyntaxError, ValueError) as error:
        return str(error)
    return ""


def _row(store: Store, group: Group, questions: list[Written], people: dict[str, str], embedded: bool) -> Row:
    row: Row = {
        "id": group.id,
        "image_urls": [m.address or m.file for m in group.members],
        "image_sha256s": [m.sha256 for m in group.members],
        "qa_pairs": {
            "question": [_plain(q.question) for q in questions],
            "answer": [_plain(q.answer) for q in questions],
        },
        "captions": store.pictures.texts(group.members),
        "annotations": json.dumps([_annotation(store, q, people) for q in questions], ensure_ascii=False),
    }
    if embedded:
        row["images"] = [{"bytes": (store.run / m.file).read_bytes(), "path": Path(m.file).name} for m in group.members]
    return row


def _annotation(store: Store, question: Written, people: dict[str, str]) -> Row:
    """How one question came about: every version, the whole talk with the model, the time, the second look."""
    look = store.looks.of(question.id)
    turns = [t.model_dump(exclude={"seq", "question", "since_s"}) for t in store.talk.of(question.id)]
    return {
        "writer": people[question.writer], "seconds": round(question.seconds, 1), "begun_at": question.begun_at,
        "submitted_at": question.submitted_at,
        "versions": [v.model_dump() for v in store.questions.versions(question.id)],
        "dialogue": turns,
        "second_look": {"person": people[look.person], "given": look.given, "verdict": look.verdict, "by": look.by} if look else None,
        "taken_back": [d.reason for d in store.drops.of(question.id)],
    }  # fmt: skip


def _pseudonyms(store: Store) -> dict[str, str]:
    """Names stay in the run's folder: what is exported calls people by numbers, in the order of their names."""
    names = {q.writer for q in store.questions.submitted()} | {look.person for look in store.looks.all()}
    return {name: f"person {n}" for n, name in enumerate(sorted(names), 1)}


def _plain(text: str) -> str:
    """As trainers take it: no blanks around, line ends as \\n."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _schema(embedded: bool) -> Any:
    features: dict[str, Any] = {
        "id": STRING, "image_urls": [STRING], "image_sha256s": [STRING], "qa_pairs": {"question": [STRING], "answer": [STRING]},
        "captions": [STRING], "annotations": STRING,
    }  # fmt: skip
    texts = pa.list_(pa.string())
    columns = [
        ("id", pa.string()), ("image_urls", texts), ("image_sha256s", texts),
        ("qa_pairs", pa.struct([("question", texts), ("answer", texts)])), ("captions", texts), ("annotations", pa.string()),
    ]  # fmt: skip
    if embedded:
        features["images"] = [{"_type": "Image"}]
        columns.append(("images", pa.list_(IMAGE)))
    return pa.schema(columns, metadata={"huggingface": json.dumps({"info": {"features": features}})})


def _write(folder: Path, rows: Iterator[Row], schema: Any) -> list[Path]:
    """Each file appears whole. Memory is bounded by a row group and a row."""
    files: list[Path] = []
    row = next(rows, None)
    while row is not None:
        file = folder / f"train-{len(files):05d}.parquet"
        with replacing(file) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
            size = 0
            while row is not None and size < FILE_BYTES:
                held, held_bytes = list[Row](), 0
                while row is not None and held_bytes < GROUP_BYTES:
                    held.append(row)
                    held_bytes += _size(row)
                    row = next(rows, None)
                writer.write_table(pa.Table.from_pylist(held, schema=schema))
                size += held_bytes
        files.append(file)
    return files


def _size(row: Row) -> int:
    return len(row["annotations"]) + sum(len(i["bytes"]) for i in row.get("images", ())) + 1000


CARD: Final = """---
pretty_name: {quoted}
language:
- en
task_categories:
- visual-question-answering
tags:
- multi-image
configs:
- config_name: default
  data_files:
  - split: train
    path: data/train-*.parquet
dataset_info:
- config_name: default
  download_size: {size}
  splits:
  - name: train
    num_bytes: {size}
    num_examples: {rows}
---

# {name}

{questions} questions that people wrote on {rows} sets of 2 to 5 related images ({images} images), with answers that a model may have
drafted and a person settled. Made by cosyn-multi {version}.

`image_urls` and `image_sha256s` name the images in the order "image 1" to "image n"; {where}. `qa_pairs` holds aligned lists of
questions and answers. `captions` is what the model knew of the images. `annotations` (JSON, one object per question) holds every
version of question and answer, the whole talk with the model, the seconds that went into it, and the second look, if there was one;
people are called by numbers.

```python
from datasets import load_dataset
rows = load_dataset({quoted}, split="train")
```
"""


def _card(name: str, files: list[Path], rows: int, questions: int, images: int, embedded: bool) -> str:
    where = "`images` holds their bytes" if embedded else "their bytes are not in here"
    return CARD.format(
        name=name, quoted=json.dumps(name), size=sum(f.stat().st_size for f in files), rows=rows, questions=questions,
        images=images, where=where, version=__version__,
    )  # fmt: skip
