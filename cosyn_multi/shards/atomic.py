"""Files appear whole or not at all: written beside their place under a temporary name, flushed to disk, renamed.

What goes to a store is written to a temporary folder of this machine, then uploaded; there, too, it appears whole.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cosyn_multi.errors import RunError
from cosyn_multi.storage import RemotePath, upload


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`; renamed to it when the block ends well, removed when it doesn't.

    Raises: RunError when the disk is full, or the folder or store can't be written.
    """
    if isinstance(path, RemotePath):
        with _uploading(path) as temporary:
            yield temporary
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise RunError(f"{path}: can't be written: {error.strerror or error}; free or choose another disk") from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _uploading(path: RemotePath) -> Iterator[Path]:
    try:
        with tempfile.TemporaryDirectory(prefix="cosyn-multi-") as folder:
            temporary = Path(folder) / path.name
            yield temporary
            upload(temporary, path)
    except OSError as error:
        raise RunError(
            f"{path}: can't be written: {error.strerror or error}; the same command goes on later"
        ) from error


def write_bytes(path: Path, data: bytes) -> None:
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    write_bytes(path, text.encode("utf-8"))
