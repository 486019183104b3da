"""Bringing a file into a store so that it appears whole or not at all."""

from pathlib import Path
from typing import Any, Final

from .patience import patiently
from .remote import RemotePath

WHOLE: Final = ("s3", "s3a", "gs", "gcs", "hf", "az", "abfs")
"""Stores in which an object shows when its upload is complete, and not before; the others get a temporary name first."""


def upload(local: Path, target: RemotePath) -> None:
    """Put a file there; what was there stays until the new one is complete.

    Raises: StoreError, or FileNotFoundError and its like, if it can't be done; then nothing new shows.
    """
    size = local.stat().st_size
    if target.protocol in WHOLE:
        patiently(lambda: _put(local, target, size))
        return
    patiently(lambda: target.fs.makedirs(target.parent.key, exist_ok=True))
    beside = target.with_name(f".{target.name}.tmp")
    patiently(lambda: _put(local, beside, size))
    patiently(lambda: _move(beside, target, size))


def _put(local: Path, target: RemotePath, size: int) -> None:
    target.fs.put_file(str(local), target.key)
    if (there := _size(target)) != size:
        raise OSError(f"{target}: {there} of {size} bytes arrived")


def _move(beside: RemotePath, target: RemotePath, size: int) -> None:
    """Rename; one that was done, though its answer got lost, counts."""
    try:
        target.fs.mv(beside.key, target.key)
    except FileNotFoundError:
        if _size(target) != size:
            raise


def _size(path: RemotePath) -> Any:
    return path.fs.info(path.key)["size"]
