"""What stands before every page: who may ask, what a request may change, and what a browser may do with the answer."""

import hmac
from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
LARGEST_BODY: Final = 64 * 2**10
HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


class Guard:
    """ASGI middleware.

    Args: token: what a visitor must bring once, in the link's `token`, and then as a cookie; empty on loopback, where
        instead the Host header must be a loopback name, so that no other site's name can be made to point here.
    """

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self.app = app
        self.token = token
        self.cookie = f"cosyn-multi-token-{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        request = Request(scope)
        answer = self._admitted(request) or self._refused(request)
        await (answer or self.app)(scope, receive, guarded)

    def _admitted(self, request: Request) -> RedirectResponse | None:
        """With the right token in the link: the same page without it, and the cookie."""
        given = request.query_params.get("token", "")
        if request.method != "GET" or not self.token or not _equal(given, self.token):
            return None
        rest = urlencode([(k, v) for k, v in parse_qsl(request.url.query) if k != "token"])
        path = "/" + request.scope["path"].lstrip("/")
        answer = RedirectResponse(f"{path}?{rest}" if rest else path, status_code=303)
        answer.set_cookie(self.cookie, self.token, httponly=True, samesite="strict")
        return answer

    def _refused(self, request: Request) -> PlainTextResponse | None:
        host = request.headers.get("host", "")
        if self.token:
            if not _equal(_cookie(request, self.cookie), self.token):
                return PlainTextResponse("Open the link with the token that the gallery printed.", 401)
        elif _hostname(host) not in LOOPBACK:
            return PlainTextResponse("This gallery answers to localhost alone.", 421)
        if request.method in ("GET", "HEAD"):
            return None
        if request.method != "POST":
            return PlainTextResponse("Only GET and POST.", 405)
        origin, site = request.headers.get("origin", ""), request.headers.get("sec-fetch-site", "same-origin")
        if not host or origin not in (f"http://{host}", f"https://{host}") or site != "same-origin":
            return PlainTextResponse("Changes are taken from the gallery's own pages alone.", 403)
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            return PlainTextResponse("Too much was sent.", 413)
        return None


def _equal(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), token.encode())


def _hostname(host: str) -> str:
    """A Host header's name without the port; '' if it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _cookie(request: Request, name: str) -> str:
    """The value of a cookie, read strictly: a broken Cookie header has none."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(request.headers.get("cookie", ""))
    except ValueError:
        return ""
    return jar[name].value if name in jar else ""
