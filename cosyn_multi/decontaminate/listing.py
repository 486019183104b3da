"""contaminated.jsonl in a run's folder: what was found, and for which state of the run."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from cosyn_multi.errors import RunError
from cosyn_multi.shards.atomic import write_text
from cosyn_multi.shards.read import Run

from .compare import Likeness

FILE: Final = "contaminated.jsonl"


def write_listing(run: Run, told: dict[str, Any], found: Iterable[Likeness]) -> Path:
    """A first line with `told` (what it was compared with, and how), then a line per likeness."""
    lines = [json.dumps({**told, "run": _state(run)}), *(f.model_dump_json(exclude_defaults=True) for f in found)]
    path = run.folder.path / FILE
    write_text(path, "".join(line + "\n" for line in lines))
    return path


def contaminated(run: Run) -> frozenset[str]:
    """Ids of the sets that are listed. Raises: RunError, one line, if there is no list or the run has changed since."""
    path = run.folder.path / FILE
    again = f"run `cosyn-multi decontaminate {run.folder.path} --against ...`"
    try:
        first, *others = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        state, found = first["run"], frozenset(str(other["set"]) for other in others)
    except FileNotFoundError as error:
        raise RunError(f"{path}: not there; {again} first") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path}: can't be read; {again} again") from error
    if state != _state(run):
        raise RunError(f"{path}: was made before the run changed; {again} again")
    return found


def _state(run: Run) -> str:
    """A digest of the run's files, as they are recorded."""
    return hashlib.sha256("\n".join(f.sha256 for f in run.files()).encode()).hexdigest()[:24]
