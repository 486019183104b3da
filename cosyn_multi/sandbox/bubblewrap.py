"""bubblewrap: the warm parent in namespaces of its own, seeing only what it is shown."""

import functools
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .view import DEVICES, interpreter, readable

SCRATCH: Final = Path("/scratch")
SCRATCH_MB: Final = 256
"""All the memory that files in the cage can take, whatever a job's own limit."""
_NOBODY: Final = "65534"


def command(inner: Sequence[str]) -> list[str]:
    """The command line that runs `inner` inside: own user, network, process, IPC and mount namespaces, no capability."""
    args = [
        *("--unshare-user", "--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
        *("--uid", _NOBODY, "--gid", _NOBODY, "--cap-drop", "ALL", "--die-with-parent"),
    ]
    for path in readable():
        if path.is_symlink() and path.parent == Path("/"):  # /lib is usr/lib on most systems
            args += ["--symlink", str(path.readlink()), str(path)]
        else:
            args += ["--ro-bind", str(path), str(path)]
    for device in DEVICES:
        args += ["--dev-bind", str(device), str(device)]
    size = ["--size", str(SCRATCH_MB << 20)] if "--size" in _help() else []
    return [program(), *args, *size, "--tmpfs", str(SCRATCH), "--remount-ro", "/", "--chdir", "/", "--", *inner]


def program() -> str:
    """Where bubblewrap is; empty if it isn't."""
    return shutil.which("bwrap", path=os.defpath + ":/usr/local/bin") or shutil.which("bwrap") or ""


@functools.cache
def trouble() -> str:
    """Why it can't be used here, or empty. Tried with the real command line."""
    if not program():
        return "bubblewrap is not installed"
    try:
        tried = subprocess.run(
            command([str(interpreter()), "-S", "-c", "pass"]), capture_output=True, text=True, timeout=30, env={}
        )
    except (OSError, subprocess.SubprocessError) as error:
        return f"bubblewrap doesn't start: {error}"
    return "" if tried.returncode == 0 else f"bubblewrap can't be used: {(tried.stderr.strip() or 'no word')[-200:]}"


@functools.cache
def _help() -> str:
    return subprocess.run([program(), "--help"], capture_output=True, text=True, timeout=30).stdout
