"""The gallery as an ASGI application: which address is answered by what."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from .browsing import Browsing
from .drawn import Drawn
from .faults import handlers
from .frame import HERE
from .guard import Guard
from .judging import Judging
from .library import Library
from .names import name_routes
from .printer import Printer


def gallery(library: Library, port: int, token: str = "") -> Starlette:
    """The application over a library.

    Args: token: what visitors need; empty only where nobody but this machine can connect.
    """
    printer = Printer(library)
    browsing, judging, drawn = Browsing(library, printer), Judging(library, printer), Drawn(library, printer)
    one = "/{run}/{set_id}"
    return Starlette(
        routes=[
            Route("/", browsing.grid),
            Route(f"/set{one}", browsing.set),
            Route(f"/picture{one}/{{number:int}}", browsing.picture),
            Route(f"/thumbnail{one}/{{number:int}}", browsing.thumbnail),
            Route("/rejects", browsing.rejects),
            Route("/summary", browsing.summary),
            Route("/templates", drawn.templates),
            Route("/drawn/{name}", drawn.picture),
            Route("/indexed", browsing.indexed),
            Route("/blind", judging.blind),
            Route("/answer", judging.answer, methods=["POST"]),
            Route("/verdict", judging.verdict, methods=["POST"]),
            *name_routes(printer),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(Guard, token=token, port=port)],
        exception_handlers=handlers(printer),
    )
