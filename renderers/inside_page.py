"""Inside the cage: filling in an HTML template that nobody reviewed. It has a parent of its own: one that holds little forks
in a few milliseconds, and a page is done quickly."""

import base64
import contextlib
import functools
import json
from pathlib import Path
from typing import Final

from jinja2 import TemplateError

from cosyn_multi.model import Artifact

from .base import reject
from .bound import BoundView
from .caged_artifact import TEMPLATES, framed, sample_of, samples, unpacked
from .html_env import COMPILED, TemplateFailed, environment, fill
from .html_marks import mark

CODE: Final = "compiled.json"
"""The file in the scratch folder that brings compiled templates: [name, checksum, bytecode] each."""


def compiled(scratch: Path, data: bytes) -> bytes:
    """Runner: compile what a template's folder holds, without running any of it."""
    folder = scratch / json.loads(data)["name"]
    ours = set(COMPILED.code)
    for file in sorted(folder.rglob("*")):
        # what can't be compiled tells so when it is used
        with contextlib.suppress(TemplateError, UnicodeDecodeError, RecursionError, OSError):
            environment(folder).get_template(file.relative_to(folder).as_posix())
    made = [[*key, base64.b64encode(code).decode()] for key, code in COMPILED.code.items() if key not in ours]
    return json.dumps(made).encode()


def page(scratch: Path, data: bytes) -> bytes:
    """Runner: an HTML template to its marked page, and where the values went that aren't text."""
    for name, checksum, code in json.loads((scratch / CODE).read_bytes()):
        COMPILED.code[name, checksum] = base64.b64decode(code)
    return _page(unpacked(scratch, data))


def _page(artifact: Artifact) -> bytes:
    try:
        marked = mark(fill(artifact, BoundView(artifact.view, artifact.style)))
    except TemplateFailed as error:
        return framed({"reject": reject(artifact, "template_error", str(error)).model_dump(mode="json")})
    return framed({"elsewhere": marked.elsewhere}, marked.html.encode("utf-8", "replace"))


def warm_up() -> None:
    """What the parent of all jobs does once: templates' machinery, formats and locales, by filling in our own samples."""
    for artifact in samples():
        view = BoundView(artifact.view, artifact.style)
        if artifact.template.renderer == "html":
            mark(fill(artifact, view))
    _rehearsed()
    environment.cache_clear()  # the folder of each job is a new one


@functools.cache
def _rehearsed() -> bytes:
    return sample_of("invoice_plain").model_dump_json().encode()


def rehearse() -> None:
    """What most jobs do, so that it can be seen which memory they use: unpack an artifact and fill in its page."""
    _page(unpacked(TEMPLATES, _rehearsed()))
