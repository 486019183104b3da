"""What installed packages add: collections of templates, renderers and embedders, by entry point. Asking runs no code of theirs.

[project.entry-points."cosyn_multi.templates"]
receipts = "acme_receipts"                        # the package's folder holds template folders; or acme_receipts.slips

[project.entry-points."cosyn_multi.renderers"]
typewriter = "acme_receipts.typewriter:Typewriter"   # made as Typewriter(browser, cage); see renderers/base.py

[project.entry-points."cosyn_multi.embedders"]
clip = "acme_clip:text_embedder"                  # called without arguments; see gather/embed.py
"""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple


class Collection(NamedTuple):
    """A folder of templates that a package brings. `folder` is None if the package has none where it says."""

    name: str
    origin: str
    folder: Path | None


@cache
def collections() -> tuple[Collection, ...]:
    """Every packaged collection, in order of their names."""
    found = sorted(entry_points(group="cosyn_multi.templates"), key=lambda e: (e.name, e.value))
    return tuple(Collection(e.name, _origin(e), _folder(e.value)) for e in found)


@cache
def renderers() -> dict[str, str]:
    """Name -> 'package NAME VERSION' of every renderer that a package brings."""
    return {e.name: _origin(e) for e in sorted(entry_points(group="cosyn_multi.renderers"), key=lambda e: e.name)}


@cache
def embedders() -> dict[str, EntryPoint]:
    """Name -> entry point of every embedder of texts that a package brings."""
    return {e.name: e for e in sorted(entry_points(group="cosyn_multi.embedders"), key=lambda e: e.name)}


def _origin(point: EntryPoint) -> str:
    return f"package {point.dist.name} {point.dist.version}" if point.dist else f"package {point.value}"


def _folder(value: str) -> Path | None:
    """The folder of a dotted name: the top package is located, not imported, and the rest are folders in it."""
    top, *rest = value.split(".")
    spec = find_spec(top)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place).joinpath(*rest)
        if folder.is_dir():
            return folder
    return None
