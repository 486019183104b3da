"""Finds templates: a folder each, no registration. The workspace wins by name; trust comes from the place alone.

Places, in order: the built-in ones, the collections of installed packages, the user's workspace.
"""

import hashlib
import tomllib
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rapidfuzz import process

from . import plugins
from .errors import ConfigError, TemplateError, unknown
from .model import Frozen, Needs, Suits, Template

BUILTIN = Path(__file__).parent / "templates"
PROMPTS = Path(__file__).parent / "prompts"
RENDERERS = ("html", "matplotlib", "pdf", "plotly")
"""Those of the house; packages may add others."""
_TABLES: dict[str, type[Frozen]] = {"needs": Needs, "suits": Suits}


def load_template(folder: Path, builtin: bool = False, origin: str = "workspace") -> Template:
    """Read one template folder.

    Raises: TemplateError naming the file, the field and the mend.
    """
    file = folder / "template.toml"
    try:
        text = file.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except FileNotFoundError as error:
        raise TemplateError(f"{file}: not there; a template folder needs one") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TemplateError(f"{file}: {error}; mend the TOML there") from error
    for key in ("folder", "builtin", "origin"):
        if key in data:
            raise TemplateError(f"{file}:{_line(text, key)}: {key}: can't be set in a file; trust comes from the place")
    try:
        template = Template.model_validate({**data, "folder": folder, "builtin": builtin, "origin": origin})
    except ValidationError as error:
        raise TemplateError(f"{file}{_explain(error, text)}") from error
    if template.name != folder.name:
        raise TemplateError(
            f"{file}:{_line(text, 'name')}: name {template.name!r} differs from the folder's; write {folder.name!r}"
        )
    entry = folder / template.entry
    if not entry.is_file() or entry.resolve() != folder.resolve() / template.entry:  # a link could lead to a secret
        raise TemplateError(f"{file}:{_line(text, 'entry')}: entry {template.entry!r} is not in the folder")
    if template.renderer not in renderer_names():
        said = unknown("renderer", template.renderer, renderer_names())
        raise TemplateError(f"{file}:{_line(text, 'renderer')}: renderer {said}")
    _bounds(file, text, template)
    return template


def renderer_names() -> tuple[str, ...]:
    """The renderers there are: ours and those of installed packages."""
    return tuple(sorted({*RENDERERS, *plugins.renderers()}))


def _bounds(file: Path, text: str, template: Template) -> None:
    pairs: dict[str, Any] = {
        "needs.grids": template.needs.grids,
        "needs.rows": template.needs.rows,
        "needs.prose": template.needs.prose,
    }
    pairs |= {f"needs.columns.{kind}": bounds for kind, bounds in template.needs.columns.items()}
    for name, (fewest, most) in pairs.items():
        if fewest > most:
            line = _line(text, name.rpartition(".")[2])
            raise TemplateError(
                f"{file}:{line}: {name} = [{fewest}, {most}]: the fewest exceed the most. Write [{most}, {fewest}]"
            )


def _explain(error: ValidationError, text: str) -> str:
    first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")  # a mistyped key explains a missing one
    path = ".".join(str(p) for p in first["loc"])
    key = str(first["loc"][-1]) if first["loc"] else ""
    line = f":{_line(text, key)}" if key else ""
    if first["type"] != "extra_forbidden":
        return f"{line}: {path}: {first['msg']}"
    known: type[Frozen] = _TABLES.get(str(first["loc"][0]), Template) if len(first["loc"]) > 1 else Template
    near = process.extractOne(key, list(known.model_fields), score_cutoff=50)
    return f"{line}: {path}: no such key." + (f" Did you mean {near[0]!r}?" if near else "")


def _line(text: str, key: str) -> int:
    """The first line that names a key, for messages; 1 if none does."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip("[ ").startswith(key) or f" {key} =" in line or f"{{{key} =" in line:
            return number
    return 1


def find_workspace(given: Path | None) -> Path | None:
    """The user's folder of templates: the one given, else `templates` of the current folder if it holds any.

    The built-in folder itself is no workspace. Raises: ConfigError if the one given isn't there.
    """
    if given is not None:
        if not given.is_dir():
            raise ConfigError(f"--templates {given}: no such folder")
    elif not any(Path("templates").glob("*/template.toml")):
        return None
    found = given or Path("templates")
    return None if found.resolve() == BUILTIN.resolve() else found


def find_prompts() -> tuple[Path | None, list[ConfigError]]:
    """The user's own prompts: `prompts` of the current folder, if it holds any; and what in it is no prompt's name.

    The built-in folder itself is not taken for the user's own.
    """
    found, known = Path("prompts"), {f.name for f in PROMPTS.glob("*.j2")}
    own = sorted(f.name for f in found.glob("*.j2"))
    if not own or found.resolve() == PROMPTS.resolve():
        return None, []
    strange = [ConfigError(f"prompts/{unknown('prompt', n, known)}") for n in own if n not in known and n[0] != "_"]
    return (found.resolve() if len(strange) < len(own) else None), strange


def find_templates(*workspaces: Path) -> tuple[dict[str, Template], list[TemplateError]]:
    """All templates there are; a workspace's win by name. Broken folders come back as errors; the others work."""
    found, broken = _below(BUILTIN, "built-in")
    for collection in plugins.collections():
        if collection.folder is None:
            broken.append(TemplateError(f"{collection.origin}: its collection {collection.name!r} has no such folder"))
            continue
        more, faults = _below(collection.folder, collection.origin)
        broken += faults
        for name in more.keys() & found.keys():
            taken = more.pop(name)
            broken.append(
                TemplateError(f"{taken.folder}: a template {name!r} is there already ({found[name].origin}); rename it")
            )
        found |= more
    for root in workspaces:
        more, faults = _below(root, "workspace")
        found |= more
        broken += faults
    return dict(sorted(found.items())), broken


def usable_templates(artifacts: Collection[str], workspace: Path | None) -> list[Template]:
    """The templates of this machine that draw one of these kinds of image; of any kind if none is named."""
    found = find_templates(*[workspace] if workspace else [])[0]  # `broken_templates` tells of those that can't be used
    return [t for t in found.values() if not artifacts or t.artifact in artifacts]


def find_template(name: str, workspace: Path | None) -> Template:
    """The template of a name. Raises: TemplateError: what is wrong with its folder, or the nearest name."""
    if workspace and (workspace / name).is_dir():
        return load_template(workspace / name)
    found, _ = find_templates(*[workspace] if workspace else [])
    if name not in found:
        raise TemplateError(unknown("template", name, found))
    return found[name]


def _below(root: Path, origin: str) -> tuple[dict[str, Template], list[TemplateError]]:
    found: dict[str, Template] = {}
    broken: list[TemplateError] = []
    for folder in sorted(p for p in root.glob("*") if p.is_dir() and not p.name.startswith((".", "_"))):
        if origin.startswith("package ") and not (folder / "template.toml").is_file():
            continue  # a package may hold other folders too
        try:
            found[folder.name] = load_template(folder, builtin=origin == "built-in", origin=origin)
        except TemplateError as error:
            broken.append(error)
    return found, broken


@cache
def builtin_templates() -> dict[str, Template]:
    """The templates that ship with the package. Raises: TemplateError: a broken one is our bug, so it is loud."""
    found, broken = _below(BUILTIN, "built-in")
    if broken:
        raise broken[0]
    return found


@cache
def template_digest(folder: Path) -> str:
    """Digest of a template's files, names and bytes, and of what all templates of its root share (`_*` folders)."""
    state = hashlib.sha256()
    for root in (folder, *sorted(folder.parent.glob("_*"))):
        for file in sorted(p for p in root.rglob("*") if p.is_file() and p.suffix != ".pyc"):
            state.update(file.relative_to(root.parent).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return state.hexdigest()[:16]
