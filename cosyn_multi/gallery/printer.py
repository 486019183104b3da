"""Prints a page: the Jinja environment, and what every page gets."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse

from cosyn_multi.reviews import VERDICTS

from .frame import HERE, pages
from .library import Library
from .looking import Looking
from .names import reviewer_of

VERDICT_KEYS: Final = {"right": "r", "wrong": "w", "unreadable": "u", "not_needed": "x", "ugly": "g"}


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
