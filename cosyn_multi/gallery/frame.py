"""The frame that every page stands in: where pages, scripts and styles lie, and the Jinja environment over them."""

from pathlib import Path
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE: Final = Path(__file__).parent


def pages(*folders: Path) -> Environment:
    """The Jinja environment over these folders; a page in an earlier one goes before its namesake."""
    made = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["words"] = lambda slug: str(slug).replace("_", " ")
    made.filters["urlencode"] = lambda text: quote(str(text), safe="")
    return made
