"""Under which name somebody works: asked once, kept in a cookie for all pages of this machine."""

from typing import Any, Final, Protocol
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cosyn_multi.errors import UserError
from cosyn_multi.reviews.store import reviewer_name

from .forms import form_of, local

NAME_COOKIE: Final = "cosyn-multi-reviewer"
A_YEAR_S: Final = 365 * 24 * 3600


class Prints(Protocol):
    def page(self, request: Request, name: str, here: str = "", status: int = 200, **told: Any) -> Response: ...


def reviewer_of(request: Request) -> str:
    """The name given on the name page, or ''."""
    return unquote(request.cookies.get(NAME_COOKIE, ""))


def name_routes(printer: Prints) -> list[Route]:
    """The page that asks for a name, and what takes it."""

    def ask_name(request: Request) -> Response:
        return printer.page(request, "name", next=local(request.query_params.get("next", "/")), fault="")

    async def take_name(request: Request) -> Response:
        form = await form_of(request)
        onward = local(form.get("next", "/"))
        try:
            name = reviewer_name(form.get("name", ""))
        except UserError as error:
            return printer.page(request, "name", status=422, next=onward, fault=str(error))
        answer = RedirectResponse(onward, 303)
        answer.set_cookie(NAME_COOKIE, quote(name), max_age=A_YEAR_S, samesite="strict", httponly=True)
        return answer

    return [Route("/name", ask_name), Route("/name", take_name, methods=["POST"])]
