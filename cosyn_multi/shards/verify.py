"""`verify`: a run proves itself. Every answer is derived again from the shards alone."""

import hashlib
import io
from collections.abc import Iterator

from PIL import Image

from cosyn_multi.checks import Court
from cosyn_multi.model import Frozen, ImageSet, Reject, Views

from .folder import FileRecord
from .read import Run
from .rows import Row, image_set_of


class Fault(Frozen):
    """Something that doesn't hold."""

    where: str
    what: str


def verify(run: Run) -> Iterator[Fault | str]:
    """Yields the id of each set that was looked at, and a Fault for each thing that does not hold."""
    for file in run.files():
        path = run.folder.path / file.path
        if not path.is_file():
            yield Fault(where=file.path, what="is missing")
            continue
        yield from _verify_file(run, file)


def _verify_file(run: Run, file: FileRecord) -> Iterator[Fault | str]:
    with (run.folder.path / file.path).open("rb") as opened:
        if hashlib.file_digest(opened, "sha256").hexdigest() != file.sha256:
            yield Fault(where=file.path, what="its bytes are not those that were recorded")
    count = 0
    for count, row in enumerate(run.rows(file), 1):
        where = f"{file.path}, row {count - 1}, set {row['id']}"
        yield from (Fault(where=where, what=what) for what in faults_of_row(row))
        yield str(row["id"])
    if count != file.rows:
        yield Fault(where=file.path, what=f"holds {count} rows, {file.rows} were recorded")


def faults_of_row(row: Row) -> Iterator[str]:
    """What does not hold in one row: pictures, aligned lists, and every answer."""
    broken = list(_broken_images(row))
    yield from broken
    try:
        made = image_set_of(row)
    except ValueError as error:
        yield f"can't be read: {str(error).splitlines()[0]}"
        return
    if not 2 <= len(made.pictures) <= 5 or row["metadata"]["num_images"] != len(made.pictures):
        yield f"{len(made.pictures)} images, {row['metadata']['num_images']} in its metadata"
    if not broken:
        yield from _wrong_sizes(made)
    pairs = row["qa_pairs"]
    stored = list(zip(pairs["question"], pairs["explanation"], pairs["answer"], strict=False))
    if stored != [(q.draft.text, q.explanation, q.text_answer) for q in made.questions]:
        yield "qa_pairs and questions differ"
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
            yield f"question {number} ({question.draft.kind}): stored {question.text_answer!r}, derived {derived.text_answer!r}"


def _broken_images(row: Row) -> Iterator[str]:
    for position, image in enumerate(row["images"], 1):
        try:
            with Image.open(io.BytesIO(image["bytes"])) as picture:
                picture.load()
        except (OSError, SyntaxError, ValueError) as error:
            yield f"image {position} can't be decoded: {error}"


def _wrong_sizes(made: ImageSet) -> Iterator[str]:
    for picture in made.pictures:
        rendering = picture.rendering
        with Image.open(io.BytesIO(rendering.png)) as image:
            if image.size != (rendering.width, rendering.height):
                yield f"image {picture.view.image} is {image.size}, its readings are for {rendering.width}x{rendering.height}"
