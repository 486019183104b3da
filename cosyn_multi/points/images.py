"""Pictures of a points run: files named by their sha256, beside the manifest of every address that was tried."""

import threading
from pathlib import Path

from cosyn_multi.gather.downloads import Downloads
from cosyn_multi.gather.images import Image
from cosyn_multi.shards.atomic import write_bytes


class ImageStore(Downloads):
    """Files and manifest. One process writes, from any thread; a picture is there whole or not at all."""

    def __init__(self, run: Path) -> None:
        super().__init__(run)
        self._folder = run / "images"
        self._putting = threading.Lock()

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        return bool(sha256) and self.path(sha256).is_file()

    def keep(self, image: Image) -> None:
        self.put(image.sha256, image.data)

    def put(self, sha256: str, data: bytes) -> None:
        """Keep a picture under the hash of its bytes. Threads may bring the same one at once."""
        with self._putting:
            if not self.has(sha256):
                write_bytes(self.path(sha256), data)

    def get(self, sha256: str) -> bytes | None:
        """A picture's bytes, if it is here."""
        return self.path(sha256).read_bytes() if self.has(sha256) else None
