"""Serving a gallery until it is interrupted."""

import secrets
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import uvicorn

from cosyn_multi.errors import SetupError

from .app import gallery
from .guard import LOOPBACK
from .library import Library

PORT: Final = 8765
SWITCH_S: Final = 0.0005
"""Threads take turns this often: while a run is being indexed, a page would wait 5 ms for each file it opens."""
Say = Callable[[str], None]


def serve(runs: Sequence[Path], *, port: int = PORT, host: str = "127.0.0.1", say: Say = print) -> None:
    """Show runs on a page until Ctrl-C or SIGTERM.

    Args: port: 0 takes a free one. host: beyond loopback a token is made, and `say` gets the link that holds it.
    Raises: RunError for a folder that is no run; SetupError if the port or the address can't be had.
    """
    sys.setswitchinterval(SWITCH_S)
    library = Library(runs)
    with _listening(host, port) as listener:
        port = listener.getsockname()[1]
        token = "" if host in LOOPBACK else secrets.token_urlsafe(24)
        app = gallery(library, port, token)
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                lifespan="off",
                proxy_headers=False,
                timeout_graceful_shutdown=2,
            )
        )
        say(
            f"{len(library):,} sets in {', '.join(s.name for s in library.shelves)}: {_link(host, port, token)} (Ctrl-C ends it)"
        )
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:
            pass
        finally:
            library.close()


def _listening(host: str, port: int) -> socket.socket:
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


def _link(host: str, port: int, token: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/" + (f"?token={token}" if token else "")
