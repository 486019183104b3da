"""Where an application listens, under which link, and until when."""

import secrets
import socket
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from cosyn_multi.errors import SetupError

from .guard import LOOPBACK


def token_for(host: str) -> str:
    """What visitors need: nothing where this machine alone can connect."""
    return "" if host in LOOPBACK else secrets.token_urlsafe(24)


def run_until_ended(app: ASGIApp, listener: socket.socket) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, lifespan="off", proxy_headers=False, timeout_graceful_shutdown=2
    )
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SetupError(
            f"{host}, port {port}: can't be listened on: {said}; choose another --port or --host"
        ) from error
    return listener


def link_of(host: str, port: int, token: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/" + (f"?token={token}" if token else "")
