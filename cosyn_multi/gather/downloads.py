"""What a run knows of the addresses of its pictures: a manifest, `images.sqlite`, with the state of each that was tried."""

import sqlite3
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import Field

from cosyn_multi.errors import SetupError
from cosyn_multi.model import Frozen

from .images import Image, Limits
from .reasons import told

GOT: Final = "ok"
MANIFEST: Final = "images.sqlite"
TOLD_EVERY: Final = 200
TABLES: Final = """
CREATE TABLE IF NOT EXISTS addresses (
    url TEXT PRIMARY KEY, state TEXT NOT NULL, sha256 TEXT, bytes INTEGER, width INTEGER, height INTEGER, detail TEXT NOT NULL,
    attempts INTEGER NOT NULL, at_s REAL NOT NULL
) STRICT
"""


class FetchOptions(Frozen):
    """How pictures are fetched."""

    at_once: int = Field(16, ge=1, le=256, description="Most downloads in flight.")
    per_host: int = Field(4, ge=1, le=64, description="Most downloads in flight from one host.")
    tries: int = Field(4, ge=1, le=10, description="Tries per address and run.")
    timeout_s: float = Field(20, gt=0, description="Longest silence while connecting or reading, in seconds.")
    total_s: float = Field(120, gt=0, description="Longest download in all, in seconds.")
    redirects: int = Field(5, ge=0, le=20)
    backoff_s: float = Field(
        1.0, ge=0, description="First wait after a failure; doubles, and holds for the whole host."
    )
    allow_private: bool = Field(False, description="Also fetch from loopback, private and link-local addresses.")
    limits: Limits = Limits()


class Job(Frozen):
    """An address, and the hash that its picture should have, if known."""

    url: str
    sha256: str = ""


class Fetched(NamedTuple):
    """What became of an address. state: ok; dead, refused, no_image, too_large, other_picture: for good; failed: may pass."""

    url: str
    state: str
    sha256: str = ""
    bytes: int = 0
    """Of a picture; of one with too many bytes: how many it has at least; else 0."""
    width: int = 0
    height: int = 0
    detail: str = ""
    attempts: int = 1


class Downloads(ABC):
    """A run's manifest. One process writes; where a picture goes is the pipeline's say."""

    def __init__(self, run: Path) -> None:
        self._file = run / MANIFEST
        self._db: sqlite3.Connection | None = None

    @abstractmethod
    def has(self, sha256: str) -> bool:
        """Whether the picture of this hash is here, whole."""

    @abstractmethod
    def keep(self, image: Image) -> None:
        """Keep a picture that came in, whole or not at all. Threads may bring the same one at once."""

    @property
    def db(self) -> sqlite3.Connection:
        if self._db is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self._file, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute(TABLES)
        return self._db

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def note(self, fetched: Fetched) -> None:
        """Keep what became of an address; the last word counts."""
        self.db.execute(
            "INSERT OR REPLACE INTO addresses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                fetched.url, fetched.state, fetched.sha256, fetched.bytes, fetched.width, fetched.height,
                fetched.detail, fetched.attempts, time.time(),
            ),
        )  # fmt: skip

    def states(self) -> dict[str, Fetched]:
        """Address -> what became of it; empty if nothing was fetched."""
        if not self._file.is_file():
            return {}
        columns = "url, state, sha256, bytes, width, height, detail, attempts"
        return {row[0]: Fetched(*row) for row in self.db.execute(f"SELECT {columns} FROM addresses ORDER BY url")}


def download(store: Downloads, jobs: Iterable[Job], options: FetchOptions, say: Callable[[str], None]) -> Counter[str]:
    """Fetch what isn't here and wasn't given up, and tell how it goes; how every address stands now.

    Raises: SetupError if the package that fetches isn't installed.
    """
    try:
        from .fetch import fetch
    except ImportError as error:
        message = f"{error.name}: not installed; it comes with the extra: pip install 'cosyn-multi[points]'"
        raise SetupError(message) from error

    def note(done: int, of: int) -> None:
        if done % TOLD_EVERY == 0 or done == of:
            say(f"fetch: {done:,} of {of:,}")

    standing = fetch(store, jobs, options, note)
    say(f"fetch: {sum(standing.values()):,} addresses ({told(standing) or 'none to fetch'})")
    if standing["failed"]:
        say(f"fetch: {standing['failed']:,} failed in ways that may pass; the same command tries them again")
    return standing
