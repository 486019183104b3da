"""`verify`: a run proves itself. Every answer is derived again from the shards alone, and nothing may be missing,
added or changed: each file against its record, each row against what its own parts say."""

import hashlib
import io
import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image

from cosyn_multi.checks import CHECKS, Court
from cosyn_multi.errors import RunError
from cosyn_multi.model import Frozen, ImageSet, Picture, Question, Reject, Views
from cosyn_multi.storage import spelled

from .folder import FileRecord, ShardRecord
from .read import Run, open_run
from .rows import Row, image_set_of, row_of

WORTH_A_WORKER: Final = 200
"""Sets; fewer are looked at sooner than another process is up."""


class Fault(Frozen):
    """Something that doesn't hold."""

    where: str
    what: str


class Looked(NamedTuple):
    """A row that was looked at."""

    where: str
    id: str


def verify(run: Run, workers: int = 1) -> Iterator[Fault | str]:
    """Yields the id of each set that was looked at, and a Fault for each thing that does not hold.

    Args: workers: processes; 0 means one per core, as far as there is work for them.
    """
    yield from (Fault(where="manifest/", what=what) for what in _gaps(run))
    recorded = {f.path for r in run.records for f in r.files}
    for stray in sorted(p.relative_to(run.folder.path).as_posix() for p in run.folder.path.glob("data/**/*.parquet")):
        if stray not in recorded:
            yield Fault(where=stray, what="is in no record, and loaders would read it")
    for record in run.records:
        yield from _changed(run.folder.path, record.rejects)
    seen: set[str] = set()
    for found in _rows_looked_at(run, workers):
        if isinstance(found, Fault):
            yield found
            continue
        if found.id in seen:
            yield Fault(where=found.where, what="its id stands in an earlier row")
        seen.add(found.id)
        yield found.id
    yield from (Fault(where="manifest.json", what=what) for what in _wrong_manifest(run))


def _gaps(run: Run) -> Iterator[str]:
    """Sets that no shard covers, or two do."""
    covered = [i for r in run.records for i in range(r.first, r.first + r.sets)]
    wanted = run.folder.sets()
    missing = sorted(set(range(wanted)) - set(covered))
    if missing:
        yield f"{len(missing)} of {wanted} sets are in no closed shard, from set {missing[0]}; run `generate` again"
    if len(set(covered)) < len(covered) or any(i >= wanted for i in covered):
        yield "shards overlap, or cover more sets than the run has"
    for record in run.records:
        if record.unmade:
            yield f"shard {record.shard}: the machine failed to make sets {', '.join(map(str, record.unmade))}"


def _wrong_manifest(run: Run) -> Iterator[str]:
    try:
        shards = json.loads((run.folder.path / "manifest.json").read_bytes())["shards"]
        if [ShardRecord.model_validate(s) for s in shards] != run.records:
            yield "sums up other shards than those recorded"
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield f"can't be read: {error}"


def _changed(root: Path, file: FileRecord) -> Iterator[Fault]:
    try:
        with (root / file.path).open("rb") as opened:
            if hashlib.file_digest(opened, "sha256").hexdigest() != file.sha256:
                yield Fault(where=file.path, what="its bytes are not those that were recorded")
    except OSError as error:
        yield Fault(where=file.path, what=f"can't be read: {error.strerror or error}")


def _rows_looked_at(run: Run, workers: int) -> Iterator[Fault | Looked]:
    """File by file, in their order, whoever looked at them."""
    files = [(record, file) for record in run.records for file in record.files]
    worth = max(1, sum(f.rows for _, f in files) // WORTH_A_WORKER)
    count = min(workers or os.cpu_count() or 1, len(files), worth)
    if count <= 1:
        for record, file in files:
            yield from _verify_file(run, record, file)
        return
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        look = partial(_look, spelled(run.folder.path))
        for found in pool.map(look, *zip(*files, strict=True)):
            yield from found


def _look(path: str, record: ShardRecord, file: FileRecord) -> list[Fault | Looked]:
    return list(_verify_file(open_run(path), record, file))


def _verify_file(run: Run, record: ShardRecord, file: FileRecord) -> Iterator[Fault | Looked]:
    yield from _changed(run.folder.path, file)
    count = 0
    try:
        for row in run.rows(file):
            where = f"{file.path}, row {count}, set {row['id']}"
            count += 1
            for what in faults_of_row(row, record):
                yield Fault(where=where, what=what)
            yield Looked(where, str(row["id"]))
    except RunError as error:
        yield Fault(where=file.path, what=str(error))
        return
    if count != file.rows:
        yield Fault(where=file.path, what=f"holds {count} rows, {file.rows} were recorded")


def faults_of_row(row: Row, record: ShardRecord | None = None) -> Iterator[str]:
    """What does not hold in one row: pictures, columns against each other, and every answer."""
    try:
        broken = list(_broken_images(row))
        yield from broken
        made = image_set_of(row)
        again = row_of(made)
    except (ValueError, TypeError, KeyError) as error:
        yield f"can't be read: {str(error).splitlines()[0]}"
        return
    for column in again:
        if again[column] != row[column]:
            yield f"column {column} is not what the row's own parts say"
    if not 2 <= len(made.pictures) <= 5:
        yield f"{len(made.pictures)} images"
    if record and not record.first <= made.index < record.first + record.sets:
        yield f"its index {made.index} is not in shard {record.shard}"
    for picture in made.pictures if not broken else ():
        yield from _wrong_picture(picture)
    for number, question in enumerate(made.questions):
        yield from (f"question {number} ({question.draft.kind}): {what}" for what in _wrong_record(made, question))
    yield from wrong_answers(made)


def wrong_answers(made: ImageSet) -> Iterator[str]:
    """Questions whose answer is not what their program gives over the as-read tables, or their witnesses say."""
    views = Views(world=made.plan.world, views=made.plan.views, renderings=tuple(p.rendering for p in made.pictures))
    court = Court(views, made.provenance.seed)
    for number, question in enumerate(made.questions):
        derived = court.derive(question.draft)
        if isinstance(derived, Reject):
            yield f"question {number} ({question.draft.kind}): {derived.stage}: {derived.detail}"
        elif (derived.answer, derived.text_answer) != (question.answer, question.text_answer):
            stored, now = question.text_answer, derived.text_answer
            yield f"question {number} ({question.draft.kind}): stored {stored!r}, derived {now!r}"
    court.close()


def _wrong_record(made: ImageSet, question: Question) -> Iterator[str]:
    """What a question's own record lacks: verdicts of every check, its explanation, evidence that is there."""
    passed = {v.check for v in question.verdicts if v.ok}
    if missing := [c.__name__ for c in CHECKS if c.__name__ not in passed]:
        yield f"has no verdict of {', '.join(missing)}"
    if question.explanation != question.draft.explanation.replace("{answer}", question.text_answer):
        yield "its explanation is not the draft's"
    known = {f"image{p.view.image}:{c.ref}" for p in made.pictures for c in p.rendering.cells}
    if stray := [e for e in question.draft.evidence if e not in known]:
        yield f"rests on {stray[0]}, which is not read in any image"


def _broken_images(row: Row) -> Iterator[str]:
    for position, image in enumerate(row["images"], 1):
        try:
            with Image.open(io.BytesIO(image["bytes"])) as picture:
                picture.load()
        except (OSError, SyntaxError, ValueError) as error:
            yield f"image {position} can't be decoded: {error}"


def _wrong_picture(picture: Picture) -> Iterator[str]:
    """A picture that is not the one its readings were taken from."""
    rendering, image = picture.rendering, picture.view.image
    if picture.png_digest and hashlib.sha256(rendering.png).hexdigest() != picture.png_digest:
        yield f"image {image} is not the picture that was read"
    with Image.open(io.BytesIO(rendering.png)) as opened:
        if opened.size != (rendering.width, rendering.height):
            yield f"image {image} is {opened.size}, its readings are for {rendering.width}x{rendering.height}"
    for reading in (*rendering.cells, *rendering.keys):
        for box in reading.boxes:
            if not (-1 <= box.x0 < box.x1 <= rendering.width + 1 and -1 <= box.y0 < box.y1 <= rendering.height + 1):
                yield f"image {image}: the box of {reading.ref} is outside the picture"
