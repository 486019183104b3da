"""Prints a page: the Jinja environment, and what every page gets."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from cosyn_multi.reviews import VERDICTS

from .library import Library
from .looking import Looking
from .names import reviewer_of

HERE: Final = Path(__file__).parent
VERDICT_KEYS: Final = {"right": "r", "wrong": "w", "unreadable": "u", "not_needed": "x", "ugly": "g"}


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


class Printer:
    """Texts of a run are never HTML: everything is escaped, and nothing is marked safe."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._pages = pages(HERE / "pages")
        self._pages.globals |= {"verdicts": VERDICTS, "verdict_keys": VERDICT_KEYS}

    def page(self, request: Request, name: str, here: str = "", status: int = 200, **told: Any) -> HTMLResponse:
        common = {
            "request": request,
            "library": self.library,
            "shelves": self.library.shelves,
            "reviewer": reviewer_of(request),
            "looking": Looking(),
            "here": here,
        }
        return HTMLResponse(
            self._pages.get_template(f"{name}.html").render({**common, "status": status, **told}), status_code=status
        )
