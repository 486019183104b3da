"""Drawing what nobody reviewed: a user's template is filled in, or drawn, in the cage, by the runners of `inside_drawing` and
`inside_page`.

What comes back is believed in nothing (`untrusted`).
"""

import hashlib
import json
from typing import Any, Final, cast

from cosyn_multi.errors import SetupError
from cosyn_multi.model import Artifact, Cage, Done, Job, Limits, Reject, Rendering

from .base import reject
from .bound import BoundView
from .caged_artifact import HEADER
from .html_marks import Marked
from .inside_page import CODE
from .plotly_bind import Marks
from .untrusted import BadResult, marked_page, named_marks, rendering_of, told_reject

LIMITS: Final = Limits(wall_s=30, cpu_s=20)
"""Generous: a busy machine must not decide which pictures there are."""
ROOM: Final = "cosyn_multi.renderers"
MOST_COMPILED: Final = 500
MOST_FILES, MOST_BYTES = 100, 16 << 20
"""What a template's folder may hold."""


def draw_picture(cage: Cage | None, artifact: Artifact) -> Rendering | Reject:
    """The whole drawing in the cage: matplotlib and PDF. Raises: SetupError if there is no cage."""
    answer = _answer(cage, artifact, "inside_drawing:picture", _files(artifact))
    if isinstance(answer, Reject):
        return answer
    try:
        return rendering_of(artifact, answer[0].get("rendering"), answer[1], LIMITS.pixels)
    except BadResult as error:
        return reject(artifact, "bad_result", str(error))


class PageFiller:
    """The filling in of HTML templates in the cage. Compiling is a job of its own, done once for each template."""

    def __init__(self, cage: Cage | None) -> None:
        self._cage = cage
        self._compiled: dict[str, bytes] = {}

    def fill(self, artifact: Artifact, view: BoundView) -> Marked | Reject:
        """The marked page. Raises: SetupError if there is no cage."""
        files = _files(artifact)
        if isinstance(files, Reject):
            return files
        code = self._code(artifact, files)
        if isinstance(code, Reject):
            return code
        answer = _answer(self._cage, artifact, "inside_page:page", {**files, CODE: code})
        if isinstance(answer, Reject):
            return answer
        try:
            return marked_page(answer[0].get("elsewhere"), answer[1], len(view.binder.bound))
        except BadResult as error:
            return reject(artifact, "bad_result", str(error))

    def _code(self, artifact: Artifact, files: dict[str, bytes]) -> bytes | Reject:
        """A template's compiled files. Only ever handed back into the cage: nothing of it is looked at out here."""
        digest = hashlib.sha256(repr(files).encode()).hexdigest()
        if digest not in self._compiled:
            name = json.dumps({"name": artifact.template.name}).encode()
            done = _run(
                self._cage, artifact, Job(runner=f"{ROOM}.inside_page:compiled", files=files, data=name, limits=LIMITS)
            )
            if isinstance(done, Reject):
                return done
            if len(self._compiled) == MOST_COMPILED:
                self._compiled.clear()
            self._compiled[digest] = done
        return self._compiled[digest]


def make_figure(
    cage: Cage | None, artifact: Artifact, view: BoundView
) -> tuple[dict[str, Any], tuple[Marks, ...]] | Reject:
    """A plotly template's `draw` in the cage. Raises: SetupError if there is no cage."""
    answer = _answer(cage, artifact, "inside_drawing:figure", _files(artifact))
    if isinstance(answer, Reject):
        return answer
    try:
        return named_marks(answer[0].get("figure"), answer[0].get("marks"), view.binder.bound)
    except BadResult as error:
        return reject(artifact, "bad_result", str(error))


def _answer(
    cage: Cage | None, artifact: Artifact, runner: str, files: dict[str, bytes] | Reject
) -> tuple[dict[str, Any], bytes] | Reject:
    """What a job told, and the bytes behind that; or why there is nothing to use."""
    if isinstance(files, Reject):
        return files
    data = artifact.model_dump_json().encode()
    job = Job(runner=f"{ROOM}.{runner}", files=files, data=data, limits=LIMITS)
    result = _run(cage, artifact, job)
    if isinstance(result, Reject):
        return result
    length = int.from_bytes(result[:HEADER], "big")
    try:
        told = json.loads(result[HEADER : HEADER + length])
    except (ValueError, RecursionError):
        return reject(artifact, "bad_result", "what it told is no JSON")
    if not isinstance(told, dict):
        return reject(artifact, "bad_result", f"what it told is a {type(told).__name__}")
    if "reject" in told:
        return told_reject(artifact, told["reject"])
    return cast(dict[str, Any], told), result[HEADER + length :]


def _run(cage: Cage | None, artifact: Artifact, job: Job) -> bytes | Reject:
    """A job's result, or the reject that its failure is."""
    if cage is None:
        raise SetupError(f"template {artifact.template.name}: its code was not reviewed, and no cage was handed in")
    outcome = cage.run(job)
    if isinstance(outcome, Done):
        return outcome.result
    return reject(artifact, "template_error" if outcome.reason == "code_error" else outcome.reason, outcome.detail)


def _files(artifact: Artifact) -> dict[str, bytes] | Reject:
    """A template's files under its name, if they aren't too many. Links are left out: they may lead anywhere."""
    template = artifact.template
    found: dict[str, bytes] = {}
    size = 0
    for file in sorted(template.folder.rglob("*")):
        if file.is_symlink() or not file.is_file() or file.suffix == ".pyc":
            continue
        size += file.stat().st_size
        if size > MOST_BYTES or len(found) == MOST_FILES:
            told = f"the template's folder holds more than {MOST_FILES} files or {MOST_BYTES >> 20} MiB"
            return reject(artifact, "too_large", told)
        found[f"{template.name}/{file.relative_to(template.folder).as_posix()}"] = file.read_bytes()
    return found
