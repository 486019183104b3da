"""Serving a gallery until it is interrupted."""

import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from starlette.applications import Starlette

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
        if len(runs) > 1:
            raise ConfigError("a points run has a gallery of its own: give its folder alone")
        shelf = PointsShelf(runs[0])
        with closing(shelf):
            _show(partial(points_gallery, shelf), f"{len(shelf):,} sets of points in {shelf.name}", port, host, say)
        return
    library = Library(runs)
    with closing(library):
        names = ", ".join(s.name for s in library.shelves)
        _show(partial(gallery, library), f"{len(library):,} sets in {names}", port, host, say)


def _show(made: Callable[[int, str], Starlette], told: str, port: int, host: str, say: Say) -> None:
    """made: the application for a port and a token."""
    with listening(host, port) as listener:
        port, token = listener.getsockname()[1], token_for(host)
        app = made(port, token)
        say(f"{told}: {link_of(host, port, token)} (Ctrl-C ends it)")
        run_until_ended(app, listener)
