"""Scratch folders of this machine: where sets wait whose run lies elsewhere."""

import hashlib
import os
import tempfile
from pathlib import Path

from cosyn_multi.errors import SetupError


def scratch(*parts: str) -> Path:
    """The path of the folder for what `parts` name (a run's place, its recipe, its environment): the same parts, the same folder.

    It lies in the system's folder for temporary files (TMPDIR moves that), readable by its user alone.
    Raises: SetupError if that folder can't be had, or is somebody else's.
    """
    root = Path(tempfile.gettempdir()) / f"cosyn-multi-{os.getuid()}"
    try:
        root.mkdir(mode=0o700, exist_ok=True)
        found = root.lstat()
        ours = root.is_dir() and not root.is_symlink() and found.st_uid == os.getuid() and not found.st_mode & 0o077
    except OSError as error:
        raise SetupError(f"{root}: can't be used: {error.strerror}; set TMPDIR to another folder") from error
    if not ours:
        raise SetupError(f"{root}: is not a folder of yours alone; remove it, or set TMPDIR to another folder")
    return root / hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
