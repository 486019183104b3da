"""How an artifact gets into the cage, and what was made of it out: shared by both sides and by the runners inside."""

import functools
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from cosyn_multi.model import Artifact, Style, Template, View

HEADER: Final = 4
"""Bytes that tell how long the JSON is; what else there is follows it."""
TEMPLATES: Final = Path(__file__).parent.parent / "templates"


def unpacked(scratch: Path, data: bytes) -> Artifact:
    artifact = Artifact.model_validate_json(data)
    here = {"folder": scratch / artifact.template.name, "builtin": True}  # in here, it may be run
    return artifact.model_copy(update={"template": artifact.template.model_copy(update=here)})


@functools.cache
def sample_of(name: str) -> Artifact:
    """A built-in template with its sample. `warm_up` asks for it before `rehearse` does, so that a rehearsal uses the
    memory that a job would, and not what it takes to look for the sample."""
    return next(a for a in samples() if a.template.name == name)


def framed(told: dict[str, Any], content: bytes = b"") -> bytes:
    text = json.dumps(told).encode()
    return len(text).to_bytes(HEADER, "big") + text + content


def samples() -> Iterator[Artifact]:
    """The built-in templates, each with its own sample in its usual size."""
    for file in sorted(TEMPLATES.glob("*/template.toml")):
        told = tomllib.loads(file.read_text("utf-8"))
        template = Template.model_validate({**told, "folder": file.parent, "builtin": True})
        view = View.model_validate_json((file.parent / "sample.json").read_text("utf-8"))
        options = {name: values[0] for name, values in template.options.items()}
        width, height = template.size_px
        yield Artifact(view=view, template=template, style=Style(width_px=width, height_px=height, options=options))
