"""What goes wrong with a request, as a page."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cosyn_multi.errors import RunError, UserError

from .names import Prints


def handlers(printer: Prints) -> Mapping[Any, Any]:
    """Exception handlers of an application."""

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

    return {UserError: mistaken, HTTPException: refused}
