"""Prints a page: the gallery's frame with pages of our own in it."""

from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse

from cosyn_multi.gallery.frame import HERE as GALLERY
from cosyn_multi.gallery.frame import pages
from cosyn_multi.gallery.names import reviewer_of
from cosyn_multi.qa.drops import REASONS
from cosyn_multi.qa.sets import SKIPS
from cosyn_multi.qa.store import Store

HERE: Final = Path(__file__).parent.parent / "pages"
KEYS: Final = (
    ("n", "the next set that wants a question"), ("q", "to the question"), ("a", "to the answer"), ("d", "have an answer drafted"),
    ("t", "take the draft"), ("m", "say something to the draft"), ("1 to 5", "one image alone, and back"), ("0", "all images"),
    ("+ -", "larger, smaller"), ("f", "fit"), ("x", "skip this set"), ("Ctrl+Enter", "in the question: have it drafted; in the answer: submit"),
    ("Esc", "leave a text field"), ("l", "second look"), ("h", "all sets"), ("?", "these keys"),
)  # fmt: skip


class Printer:
    """Texts of people and models are never HTML: everything is escaped."""

    def __init__(self, store: Store, model: str) -> None:
        self.store, self.model = store, model
        self._pages = pages(HERE, GALLERY / "pages", GALLERY.parent)
        self._pages.globals |= {"skips": SKIPS, "reasons": REASONS, "known_keys": KEYS, "model": model}

    def page(self, request: Request, name: str, here: str = "", status: int = 200, **told: Any) -> HTMLResponse:
        common = {
            "request": request, "reviewer": reviewer_of(request), "here": here, "run": self.store.run.resolve().name,
        }  # fmt: skip
        text = self._pages.get_template(f"{name}.html").render({**common, "status": status, **told})
        return HTMLResponse(text, status_code=status)
