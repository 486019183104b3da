"""What else decides the bytes, beside the recipe: versions, fonts, templates. One digest, and what it was made of."""

import hashlib
import json
import platform
import sqlite3
import subprocess
import zlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from . import __version__, plugins
from .assets import BUILTIN, template_digest
from .errors import SetupError

LIBRARIES = ("babel", "faker", "fonttools", "jinja2", "matplotlib", "numpy", "pillow", "playwright", "plotly", "pyarrow", "pydantic", "pypdfium2",
             "rapidfuzz", "reportlab", "sqlglot")  # fmt: skip


@cache
def environment(workspace: Path | None = None, prompts: Path | None = None) -> dict[str, str]:
    """Name -> version or digest, in a fixed order. Asks the browser for its build without starting a session.

    Raises: SetupError if there is no browser.
    """
    found = {
        "cosyn-multi": __version__,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "browser": _browser(),
        "sqlite": sqlite3.sqlite_version,
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "fonts": _fonts(),
        "templates": _templates(BUILTIN),
        "code": _code(),
    }
    if workspace is not None:
        found["workspace templates"] = _templates(workspace)
    if prompts is not None:
        found["workspace prompts"] = _prompts(prompts)
    for name, folder in ((c.name, c.folder) for c in plugins.collections()):
        found[f"templates of {name}"] = _templates(folder) if folder else "missing"
    found |= {f"renderer {name}": origin for name, origin in plugins.renderers().items()}
    return found | {name: version(name) for name in LIBRARIES}


def environment_digest(found: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:16]


def _browser() -> str:
    from .renderers.chromium import find_browser

    path = find_browser()
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise SetupError(f"{path}: does not start ({error}); install another browser") from error
    return said.stdout.strip()


def _code() -> str:
    """Digest of our own sources: an edited checkout is another environment."""
    state = hashlib.sha256()
    root = Path(__file__).parent
    for folder in (root, root / "renderers", root / "prompts"):  # links: rglob doesn't follow them
        for file in sorted(p for p in folder.rglob("*") if p.suffix in (".py", ".js", ".toml", ".j2")):
            state.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return state.hexdigest()[:16]


def _fonts() -> str:
    from .renderers import fonts

    state = hashlib.sha256()
    for family in fonts.FAMILIES:
        for bold in (False, True):
            state.update(fonts.face(family, bold).read_bytes())
    return state.hexdigest()[:16]


def _prompts(folder: Path) -> str:
    state = hashlib.sha256()
    for file in sorted(folder.glob("*.j2")):
        state.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return state.hexdigest()[:16]


def _templates(root: Path) -> str:
    state = hashlib.sha256()
    for folder in sorted(p for p in root.glob("*") if (p / "template.toml").is_file()):
        state.update(f"{folder.name} {template_digest(folder)}\n".encode())
    return state.hexdigest()[:16]
