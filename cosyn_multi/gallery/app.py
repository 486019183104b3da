"""The gallery as an ASGI application: which address is answered by what."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from cosyn_multi.errors import RunError, UserError

from .browsing import Browsing
from .drawn import Drawn
from .guard import Guard
from .judging import Judging
from .library import Library
from .printer import HERE, Printer


def gallery(library: Library, port: int, token: str = "") -> Starlette:
    """The application over a library.

    Args: token: what visitors need; empty only where nobody but this machine can connect.
    """
    printer = Printer(library)
    browsing, judging, drawn = Browsing(library, printer), Judging(library, printer), Drawn(library, printer)
    one = "/{run}/{set_id}"

    def mistaken(request: Request, error: Exception) -> Response:
        missing = isinstance(error, RunError)
        return printer.page(
            request,
            "error",
            status=404 if missing else 422,
            title="Not found" if missing else "That can't be done",
            detail=str(error),
        )

    def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return printer.page(
            request, "error", status=status, title="Not found" if status == 404 else "Refused", detail=str(error)
        )

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
            Route("/name", judging.ask_name),
            Route("/name", judging.take_name, methods=["POST"]),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(Guard, token=token, port=port)],
        exception_handlers={UserError: mistaken, HTTPException: refused},
    )
