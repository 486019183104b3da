"""Serving the preview of one template until it is interrupted."""

import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from cosyn_multi.errors import SetupError

from .page import preview_app
from .redraw import Redrawer


def serve(name: str, workspace: Path | None, port: int, browser: bool, say: Callable[[str], None] = print) -> None:
    """Show six pictures of a template on a loopback page, drawn anew with each save, until Ctrl-C.

    Args: port: 0 takes a free one. browser: open the page. say: is told where it is.
    Raises: TemplateError if there is no such template; SetupError if the port is taken.
    """
    redrawer = Redrawer(name, workspace)
    with _listening(port) as listener:
        link = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        redrawer.start()
        say(f"{redrawer.folder}: watched, shown at {link} (Ctrl-C ends it)")
        if browser:
            webbrowser.open(link)
        config = uvicorn.Config(preview_app(redrawer), log_level="warning", lifespan="off", timeout_graceful_shutdown=2)
        try:
            uvicorn.Server(config).run(sockets=[listener])
        except KeyboardInterrupt:
            pass
        finally:
            redrawer.close()


def _listening(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise SetupError(f"port {port}: can't be listened on ({error}); choose another with --port, or 0") from error
    listener.listen()
    return listener
