"""A folder appears whole or not at all."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cosyn_multi.errors import RunError
from cosyn_multi.storage import RemotePath, upload

LAST = ("run.toml", "README.md")
"""What makes a folder of a store a run, or a dataset: it comes once all the rest is there."""


@contextmanager
def building(out: Path) -> Iterator[Path]:
    """A new folder of this machine: beside `out` and renamed to it when the block ends well, removed when it doesn't; for
    a store among the temporary files (TMPDIR), brought there at the end.

    Raises: RunError if `out` is there and holds anything, or the disk is full, or disk or store can't be written.
    """
    if isinstance(out, RemotePath):
        with _bringing(out) as temporary:
            yield temporary
        return
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RunError(f"--out {out}: is there already; choose a new folder")
    temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        temporary.mkdir(parents=True)
        yield temporary
        temporary.replace(out)
    except OSError as error:
        raise RunError(
            f"--out {out}: can't be written: {error.strerror or error}; free or choose another disk"
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def _bringing(out: RemotePath) -> Iterator[Path]:
    try:
        out.mkdir()
        if out.is_file() or any(out.iterdir()):
            raise RunError(f"--out {out}: is there already; choose a new folder")
        with tempfile.TemporaryDirectory(prefix="cosyn-multi-") as folder:
            yield Path(folder)
            _bring(Path(folder), out)
    except OSError as error:
        raise RunError(
            f"--out {out}: can't be written: {error.strerror or error}; try again, or choose another place"
        ) from error


def _bring(folder: Path, out: RemotePath) -> None:
    """Upload all files, those of LAST at the end; if one can't be, those that were are removed."""
    names = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    brought: list[RemotePath] = []
    try:
        for name in sorted(names, key=lambda n: (n in LAST, n)):
            upload(folder / name, out / name)
            brought.append(out / name)
    except BaseException:
        for path in brought:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        raise
