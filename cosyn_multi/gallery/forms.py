"""Small forms: reading what one sends, and where it leads to."""

from urllib.parse import parse_qsl, quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cosyn_multi.errors import ConfigError

from .guard import LARGEST_BODY

Form = dict[str, str]


async def form_of(request: Request) -> Form:
    """The fields of a small form. Raises: ConfigError if more comes than such a form has."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise ConfigError("too much was sent")
    try:
        fields = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=30)
    except ValueError as error:
        raise ConfigError("the form can't be read") from error
    return {name: value.replace("\0", "") for name, value in fields}


def to_name(request: Request) -> Response:
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/name?next={quote(back, safe='')}", 303)


def local(path: str) -> str:
    """A path of this gallery's, or '/': no other host can be meant by it."""
    parts = urlsplit(path)
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if plain and not parts.netloc and not parts.scheme else "/"


def number(request: Request, name: str, default: int, least: int = -1) -> int:
    """A whole number among a request's parameters. Raises: ConfigError."""
    given = request.query_params.get(name, "")
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or len(given) > 12:
        raise ConfigError(f"{name}={given[:40]}: write a whole number")
    return max(int(given), least)
