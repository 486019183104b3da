"""The page of templates: what each draws, with a picture from the runs in sight."""

from starlette.requests import Request
from starlette.responses import Response

from cosyn_multi.assets import find_templates
from cosyn_multi.errors import RunError
from cosyn_multi.model import Template

from .content import Told
from .library import Library, Shelf
from .printer import Printer
from .thumbnails import THUMBNAIL, thumbnail


class Drawn:
    """Handlers of GET requests; each runs in a thread of its own."""

    def __init__(self, library: Library, printer: Printer) -> None:
        self.library = library
        self.printer = printer

    def templates(self, request: Request) -> Response:
        """All that this machine has and all that the runs drew with, by kind of image and name."""
        known, _ = find_templates()
        drawn = self.library.counts("template")
        told = [_told(name, known.get(name), drawn[name]) for name in sorted({*known, *drawn})]
        order = sorted(told, key=lambda t: (t["artifact"] or "~", not t["sets"], t["name"]))
        return self.printer.page(request, "templates", "templates", templates=order)

    def picture(self, request: Request) -> Response:
        """A small picture of the first image of the runs that a template drew. Raises: RunError if there is none."""
        name = request.path_params["name"]
        for position in self.library.drawn_with(name)[:1]:
            shelf, own = self.library.at(int(position))
            return Response(thumbnail(_drawn_by(shelf, own, name), *THUMBNAIL), media_type="image/webp")
        raise RunError(f"{name[:60]!r}: no image of these runs is drawn with this template")


def _told(name: str, template: Template | None, sets: int) -> Told:
    facts = template.model_dump(include={"artifact", "renderer", "about"}) if template else {"artifact": ""}
    return {"name": name, "sets": sets, **facts}


def _drawn_by(shelf: Shelf, position: int, name: str) -> bytes:
    pictures = shelf.lazy.set(position).pictures
    return next(p.rendering.png for p in pictures if p.template == name)
