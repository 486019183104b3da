"""Finds templates: a folder each, no registration. The workspace wins by name; trust comes from the place alone."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rapidfuzz import process

from .errors import TemplateError
from .model import Frozen, Needs, Suits, Template

BUILTIN = Path(__file__).parent / "templates"
_TABLES: dict[str, type[Frozen]] = {"needs": Needs, "suits": Suits}


def load_template(folder: Path, builtin: bool = False) -> Template:
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
    for key in ("folder", "builtin"):
        if key in data:
            raise TemplateError(f"{file}:{_line(text, key)}: {key}: can't be set in a file; trust comes from the place")
    try:
        template = Template.model_validate({**data, "folder": folder, "builtin": builtin})
    except ValidationError as error:
        raise TemplateError(f"{file}{_explain(error, text)}") from error
    if template.name != folder.name:
        raise TemplateError(
            f"{file}:{_line(text, 'name')}: name {template.name!r} differs from the folder's; write {folder.name!r}"
        )
    if not (folder / template.entry).is_file():
        raise TemplateError(f"{file}:{_line(text, 'entry')}: entry {template.entry!r} is not in the folder")
    _bounds(file, text, template)
    return template


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


def find_templates(*roots: Path) -> tuple[dict[str, Template], list[TemplateError]]:
    """All templates below the roots; a later root wins by name. Broken folders come back as errors; the others work."""
    found: dict[str, Template] = {}
    broken: list[TemplateError] = []
    for root in (BUILTIN, *roots):
        for folder in sorted(p for p in root.glob("*") if p.is_dir() and not p.name.startswith((".", "_"))):
            try:
                template = load_template(folder, builtin=root == BUILTIN)
                found[template.name] = template
            except TemplateError as error:
                broken.append(error)
    return dict(sorted(found.items())), broken


@cache
def builtin_templates() -> dict[str, Template]:
    """The templates that ship with the package. Raises: TemplateError: a broken one is our bug, so it is loud."""
    found, broken = find_templates()
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
