"""A folder appears whole or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cosyn_multi.errors import RunError


@contextmanager
def building(out: Path) -> Iterator[Path]:
    """A new folder beside `out`; renamed to it when the block ends well, removed when it doesn't.

    Raises: RunError if `out` is there and holds anything, or the disk is full or can't be written.
    """
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
