"""Starting a template: a folder that already renders, to be changed from there."""

import re
import shutil
from pathlib import Path
from typing import Final

from cosyn_multi.assets import find_templates, load_template, renderer_names
from cosyn_multi.config import ARTIFACTS
from cosyn_multi.errors import TemplateError, unknown
from cosyn_multi.model import Template

from .worlds import Worlds

STARTERS: Final = Path(__file__).parent / "starters"
NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
SAMPLE: Final = (0, "en_US")
"""Seed and locale of the view that is written down as the sample."""


def start(name: str, renderer: str, artifact: str, workspace: Path) -> Template:
    """Write a new template's folder below the workspace: template.toml, the code, sample.json.

    It is begun from our starter for that renderer and kind of image, or where there is none, from a template that has both.
    Raises: TemplateError for a bad or taken name, an unknown renderer, a folder that can't be written.
    """
    _check_name(name)
    if renderer not in renderer_names():
        raise TemplateError(f"--renderer {unknown('renderer', renderer, renderer_names())}")
    if artifact not in ARTIFACTS:
        raise TemplateError(f"--artifact {unknown('artifact', artifact, ARTIFACTS)}")
    found, _ = find_templates(*[workspace] if workspace.is_dir() else [])
    if name in found and found[name].origin != "workspace":
        raise TemplateError(f"{name}: a template of that name is there already ({found[name].origin}); choose another")
    folder = workspace / name
    if folder.exists():
        raise TemplateError(f"{folder}: is there already; choose another name, or remove it")
    source = _source(renderer, artifact, found)
    try:
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns("sample.json", "__pycache__"))
        _rename(folder / "template.toml", name)
        made = load_template(folder)
        _write_sample(made)
    except OSError as error:
        raise TemplateError(f"{folder}: {error.strerror}; choose a folder that can be written") from error
    return made


def _check_name(name: str) -> None:
    if NAME.fullmatch(name):
        return
    better = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_0123456789")[:40]
    hint = f"; try {better!r}" if NAME.fullmatch(better) else ""
    raise TemplateError(f"{name!r}: a name is 2 to 40 lower-case letters, digits and _, the first a letter{hint}")


def _source(renderer: str, artifact: str, found: dict[str, Template]) -> Path:
    own = STARTERS / f"{renderer}_{artifact}"
    if own.is_dir():
        return own
    alike = [t for t in found.values() if t.renderer == renderer]
    for template in alike:
        if template.artifact == artifact:
            return template.folder
    kinds = sorted({*(t.artifact for t in alike), *(p.name.split("_")[1] for p in STARTERS.glob(f"{renderer}_*"))})
    others = sorted({p.name.split("_")[0] for p in STARTERS.glob(f"*_{artifact}")})
    raise TemplateError(
        f"--artifact {artifact}: nothing to start from with {renderer}, which draws {' and '.join(kinds) or 'nothing yet'}. "
        f"Renderers with a starter for a {artifact}: {', '.join(others)}"
    )


def _rename(file: Path, name: str) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r'^(name\s*=\s*)".*?"', rf'\g<1>"{name}"', text, count=1, flags=re.M), encoding="utf-8")


def _write_sample(template: Template) -> None:
    found = Worlds(template).draw(*SAMPLE)
    if found is not None:
        text = found[1].model_dump_json(indent=1, exclude_defaults=True)
        (template.folder / "sample.json").write_text(text + "\n", encoding="utf-8")
