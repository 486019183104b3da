"""The browser's cage: Chromium starts in namespaces of its own, so that no page, whatever hole it finds, has reach.

Playwright starts a program by its path and talks to it over two pipes that it inherits. That program is a launcher of ours,
kept in the user's cache, which turns into bubblewrap, and that into Chromium: no network but an own, empty one; no process
to be seen but its own; of the machine's files the system's libraries and our fonts, read-only; profile and temporary files
in memory. Chromium's own sandbox is on inside, also where we run as root. Where bubblewrap can't be used, `unshared` gives
up the network by a system call and the files by Landlock.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal, NamedTuple

from .chromium import cache_folder, fontconfig_cache, fontconfig_file
from .fonts import FAMILIES, folder

CageName = Literal["bubblewrap", "unshared"]
CAGES: Final[tuple[CageName, ...]] = ("bubblewrap", "unshared")
PID_FILE: Final = "COSYN_MULTI_PID_FILE"
MOST_MB: Final = 3072
"""Memory that each of the browser's processes may write to: a page that grows without end dies, not the machine."""
_TRY_S: Final = 20.0
_PROFILE: Final = "@profile@"
_SYSTEM: Final = ("/usr", "/opt", "/nix", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SETTINGS: Final = (
    "/etc/alternatives", "/etc/chromium", "/etc/chromium.d", "/etc/chromium-browser", "/etc/fonts", "/etc/ld.so.cache",
    "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/opt",
)  # fmt: skip
_SCRIPT: Final = """\
#!/bin/sh
# Starts a browser in its cage. Written by cosyn-multi, and again when it is gone.
profile=/tmp
for argument; do
  case "$argument" in --user-data-dir=*) profile=${{argument#*=}} ;; esac
done
[ -z "${pid_file}" ] || echo $$ >"${pid_file}"
unset {pid_file}
ulimit -c 0
ulimit -d {kilobytes}
exec {command} "$@"
"""


class Launch(NamedTuple):
    """How to start a browser. cage: what holds it, empty if nothing can; note: what is in the way of a better one."""

    program: Path
    cage: CageName | Literal[""]
    note: str = ""


class PidFile:
    """Where a launcher says which process it is, as this side counts them: inside, the browser counts from one."""

    def __init__(self) -> None:
        descriptor, name = tempfile.mkstemp(prefix="cosyn-multi-pid-")
        os.close(descriptor)
        self._path = Path(name)
        self.environment: dict[str, str | float | bool] = {PID_FILE: name}

    def take(self) -> int:
        """The process id, once; 0 if no launcher of ours was at work."""
        try:
            said = self._path.read_text().strip()
        except OSError:
            return 0
        self._path.unlink(missing_ok=True)
        return int(said) if said.isdecimal() else 0


@cache
def launch(browser: Path, without: frozenset[CageName] = frozenset()) -> Launch:
    """The best way to start this browser here. without: cages to leave out; for tests of the others."""
    notes: list[str] = []
    for name in CAGES if sys.platform == "linux" else ():
        trouble = "left out" if name in without else _trouble(name, browser)
        if not trouble:
            return Launch(_launcher(name, browser), name, "; ".join(notes))
        notes.append(f"{name}: {trouble}")
    return Launch(browser, "", "; ".join(notes) or "only Linux has what the browser's cage is made of")


def _trouble(name: CageName, browser: Path) -> str:
    """Why a cage can't be used here, or nothing. Tried with the real command line."""
    if Path("/snap") in browser.parents or browser.resolve().name == "snap":
        return "a browser from a snap can't be caged; install another, or run `playwright install chromium`"
    if name == "bubblewrap" and not _bubblewrap():
        return "not installed; install the package bubblewrap"
    command = [part.replace(_PROFILE, "/tmp") for part in _command(name, browser)]
    try:
        done = subprocess.run([*command, shutil.which("true") or "/bin/true"], capture_output=True, timeout=_TRY_S)
    except (OSError, subprocess.SubprocessError) as error:
        return f"can't be used: {error}"
    said = done.stderr.decode(errors="replace").strip() or "no word"
    return "" if done.returncode == 0 else f"can't be used, allow user namespaces: {said[-200:]}"


def _launcher(name: CageName, browser: Path) -> Path:
    """The launcher for this browser, named after what it says, so that it is never out of date."""
    command = shlex.join([*_command(name, browser), str(browser)]).replace(_PROFILE, '"$profile"')
    text = _SCRIPT.format(pid_file=PID_FILE, kilobytes=MOST_MB << 10, command=command)
    file = cache_folder("browser") / f"{name}-{sha256(text.encode()).hexdigest()[:12]}"
    if not os.access(file, os.X_OK):
        draft = file.with_suffix(f".{os.getpid()}")
        draft.write_text(text)
        draft.chmod(0o755)
        draft.replace(file)
    return file


def _command(name: CageName, browser: Path) -> list[str]:
    """What comes before the browser's own command line."""
    return _namespaces(browser) if name == "bubblewrap" else _unshared(browser)


def _bubblewrap() -> str:
    return shutil.which("bwrap") or ""


def _namespaces(browser: Path) -> list[str]:
    args = [
        *("--unshare-user", "--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
        *("--uid", "65534", "--gid", "65534", "--cap-drop", "ALL", "--die-with-parent"),
        *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),
    ]
    for path in _shown(browser):
        link = path.is_symlink() and path.parent == Path("/")  # /lib is usr/lib on most systems
        args += ["--symlink", str(path.readlink()), str(path)] if link else ["--ro-bind", str(path), str(path)]
    made = fontconfig_cache()
    args += ["--ro-bind" if any(made.iterdir()) else "--bind", str(made), str(made)]
    args += ["--tmpfs", _PROFILE, "--remount-ro", "/", "--chdir", "/"]
    for variable, value in {"HOME": "/tmp", "TMPDIR": "/tmp", "PATH": os.defpath}.items():
        args += ["--setenv", variable, value]
    return [_bubblewrap(), *args, "--"]


def _unshared(browser: Path) -> list[str]:
    interpreter = Path(getattr(sys, "_base_executable", "") or sys.executable).resolve()
    program = Path(__file__).resolve().parent / "unshared.py"
    shown = [str(path) for path in _shown(browser)]
    return [str(interpreter), "-I", "-S", str(program), _PROFILE, str(fontconfig_cache()), *shown, "--"]


def _shown(browser: Path) -> Sequence[Path]:
    """What a browser sees of the machine's files, read-only; outer folders before inner ones."""
    return sorted({path for path in _wanted(browser) if path.exists()}, key=lambda path: (len(path.parts), path))


def _wanted(browser: Path) -> Iterator[Path]:
    yield from map(Path, (*_SYSTEM, *_SETTINGS))
    yield from (browser.parent, browser.resolve().parent, fontconfig_file())
    yield from (folder(family) for family in FAMILIES)
