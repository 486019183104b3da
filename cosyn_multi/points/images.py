"""Pictures of a points run: files named by their sha256, and a manifest of every address that was tried."""

import sqlite3
import threading
import time
from pathlib import Path
from typing import Final, NamedTuple

from cosyn_multi.shards.atomic import write_bytes

GOT: Final = "ok"
TABLES: Final = """
CREATE TABLE IF NOT EXISTS addresses (
    url TEXT PRIMARY KEY, state TEXT NOT NULL, sha256 TEXT, bytes INTEGER, width INTEGER, height INTEGER, detail TEXT NOT NULL,
    attempts INTEGER NOT NULL, at_s REAL NOT NULL
) STRICT
"""


class Fetched(NamedTuple):
    """What became of an address. state: ok; dead, refused, no_image, too_large, other_picture: for good; failed: may pass."""

    url: str
    state: str
    sha256: str = ""
    bytes: int = 0
    width: int = 0
    height: int = 0
    detail: str = ""
    attempts: int = 1


class ImageStore:
    """Files and manifest. One process writes, from any thread; a picture is there whole or not at all."""

    def __init__(self, run: Path) -> None:
        self._folder = run / "images"
        self._file = run / "images.sqlite"
        self._db: sqlite3.Connection | None = None
        self._putting = threading.Lock()

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

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def put(self, sha256: str, data: bytes) -> None:
        """Keep a picture under the hash of its bytes. Threads may bring the same one at once."""
        with self._putting:
            if not self.path(sha256).is_file():
                write_bytes(self.path(sha256), data)

    def get(self, sha256: str) -> bytes | None:
        """A picture's bytes, if it is here."""
        path = self.path(sha256)
        return path.read_bytes() if sha256 and path.is_file() else None

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
