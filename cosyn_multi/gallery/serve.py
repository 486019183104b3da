"""Serving a gallery until it is interrupted."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from .app import gallery
from .library import Library
from .listening import link_of, listening, run_until_ended, token_for

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
