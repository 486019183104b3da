"""The page as an ASGI application: which address is answered by what."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from cosyn_multi.gallery.faults import handlers
from cosyn_multi.gallery.frame import HERE as GALLERY
from cosyn_multi.gallery.guard import Guard
from cosyn_multi.gallery.names import name_routes
from cosyn_multi.qa.drafting import Drafter
from cosyn_multi.qa.store import Store

from .looking import Looking
from .pictures import Showing
from .printer import HERE, Printer
from .writing import Writing


def annotation(store: Store, drafter: Drafter | None, double: float, port: int, token: str = "") -> Starlette:
    """The application over a run.

    Args: drafter: None if no model drafts answers. token: as the gallery's.
    """
    printer = Printer(store, drafter.model if drafter else "")
    writing, looking = Writing(store, printer, drafter, double), Looking(store, printer)
    showing, one = Showing(store), "/{run}/{set_id}/{number:int}"

    return Starlette(
        routes=[
            Route("/", looking.sets),
            Route("/write", writing.next),
            Route("/set/{set_id}", writing.set),
            Route("/hold", writing.take_over, methods=["POST"]),
            Route("/keep", writing.keep, methods=["POST"]),
            Route("/ask", writing.ask, methods=["POST"]),
            Route("/take", writing.take, methods=["POST"]),
            Route("/submit", writing.submit, methods=["POST"]),
            Route("/skip", writing.skip, methods=["POST"]),
            Route("/talk/{question:int}", writing.talk),
            Route("/questions", looking.questions),
            Route("/judge", looking.judge, methods=["POST"]),
            Route("/second", looking.second),
            Route("/second", looking.answer, methods=["POST"]),
            Route("/progress", looking.progress),
            Route(f"/picture{one}", showing.picture),
            Route(f"/thumbnail{one}", showing.small),
            *name_routes(printer),
            Mount("/static/qa", StaticFiles(directory=HERE / "static")),
            Mount("/static", StaticFiles(directory=GALLERY / "static")),
        ],
        middleware=[Middleware(Guard, token=token, port=port)],
        exception_handlers=handlers(printer),
    )
