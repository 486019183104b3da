"""`cosyn-multi preview`: the look before a full run. Its options are those of `generate`, taken from there."""

import inspect
import os
import re
import shutil
import signal
import sys
import tempfile
import webbrowser
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from . import generate

SETS: Final = 6
NOT_TAKEN: Final = ("out", "engine", "ray_address")
MEMORY: Final = Path("/dev/shm")
LEAST_FREE: Final = 256 << 20
"""Bytes that must be free in memory-backed scratch; six sets take about three million."""

Port = Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0 takes a free one.")]
Opens = Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in your browser.")]


def command(port: Port = 8765, browser: Opens = True, **options: Any) -> None:
    """Make a few sets in memory-backed scratch and open the gallery on them; what a full run would be like.

    Options are those of `generate`, without --out. Ctrl-C ends it, and the sets are gone.
    """
    from cosyn_multi.gallery.serve import serve

    def say(line: str) -> None:
        print(line, flush=True)
        link = re.search(r"http://\S+", line)
        if browser and link:
            webbrowser.open(link[0])

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the scratch is cleared then too
    with tempfile.TemporaryDirectory(prefix="cosyn-multi-preview-", dir=scratch()) as folder:
        run = Path(folder) / "preview"
        generate.command(out=run, **options)
        serve([run], port=port, say=say)


def scratch() -> Path | None:
    """Memory-backed scratch where there is enough; None for the system's usual place."""
    usable = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= LEAST_FREE
    return MEMORY if usable else None


def _options() -> list[inspect.Parameter]:
    """Our two options and those of `generate`, so that the two commands can't drift apart."""
    own = [p for p in inspect.signature(command).parameters.values() if p.name != "options"]
    taken = [
        p.replace(default=SETS) if p.name == "n" else p
        for p in inspect.signature(generate.command).parameters.values()
        if p.name not in NOT_TAKEN
    ]
    return [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in (*own, *taken)]


command.__signature__ = inspect.Signature(_options())  # type: ignore[attr-defined]
command.__annotations__ = {p.name: p.annotation for p in _options()} | {"return": None}
