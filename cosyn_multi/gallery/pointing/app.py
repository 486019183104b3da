"""The pages of a points run as an ASGI application: which address is answered by what."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from cosyn_multi.gallery.faults import handlers
from cosyn_multi.gallery.frame import HERE as GALLERY
from cosyn_multi.gallery.guard import Guard
from cosyn_multi.gallery.names import name_routes

from .pages import PointsPages
from .shelf import PointsShelf


def points_gallery(shelf: PointsShelf, port: int, token: str = "") -> Starlette:
    """The application over a points run. token: as the gallery's."""
    pages = PointsPages(shelf)
    return Starlette(
        routes=[
            Route("/", pages.grid),
            Route("/set/{set_id}", pages.set),
            Route("/picture/{run}/{set_id}/{number:int}", pages.picture),
            Route("/thumbnail/{run}/{set_id}/{number:int}", pages.thumbnail),
            Route("/numbers", pages.numbers),
            Route("/verdict", pages.verdict, methods=["POST"]),
            *name_routes(pages),
            Mount("/static", StaticFiles(directory=GALLERY / "static")),
        ],
        middleware=[Middleware(Guard, token=token, port=port)],
        exception_handlers=handlers(pages),
    )
