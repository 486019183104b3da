"""Serving a gallery until it is interrupted."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cosyn_multi.errors import ConfigError

from .app import gallery
from .library import Library
from .listening import link_of, listening, run_until_ended, token_for
from .pointing.app import points_gallery
from .pointing.shelf import PointsShelf, is_points_run

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
    if any(map(is_points_run, runs)):
        _serve_points(runs, port, host, say)
        return
    library = Library(runs)
    with listening(host, port) as listener:
        port = listener.getsockname()[1]
        token = token_for(host)
        app = gallery(library, port, token)
        say(
            f"{len(library):,} sets in {', '.join(s.name for s in library.shelves)}: {link_of(host, port, token)} (Ctrl-C ends it)"
        )
        try:
            run_until_ended(app, listener)
        finally:
            library.close()


def _serve_points(runs: Sequence[Path], port: int, host: str, say: Say) -> None:
    if len(runs) > 1:
        raise ConfigError("a points run has a gallery of its own: give its folder alone")
    shelf = PointsShelf(runs[0])
    try:
        with listening(host, port) as listener:
            port, token = listener.getsockname()[1], token_for(host)
            app = points_gallery(shelf, port, token)
            say(f"{len(shelf):,} sets of points in {shelf.name}: {link_of(host, port, token)} (Ctrl-C ends it)")
            run_until_ended(app, listener)
    finally:
        shelf.close()
