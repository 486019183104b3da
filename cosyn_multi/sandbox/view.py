"""What of the machine's files the cage shows, read-only: the interpreter, packages, our code, shared libraries, zones."""

import functools
import site
import sys
import sysconfig
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parent.parent
DEVICES: Final = (Path("/dev/null"), Path("/dev/urandom"))
_SHARED: Final = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo", "/etc/ld.so.cache")


def interpreter() -> Path:
    """The real interpreter, not a virtual environment's link to it: what the link means lies outside the cage."""
    return Path(getattr(sys, "_base_executable", "") or sys.executable).resolve()


def packages() -> tuple[Path, ...]:
    """Folders of installed packages, in the order in which they are searched. Not the folder that a project lies in."""
    names = {Path(p).name for p in (*site.getsitepackages(), "site-packages", "dist-packages")}
    return tuple(p for p in map(Path, dict.fromkeys(sys.path)) if p.name in names and p.is_dir())


@functools.cache
def readable() -> tuple[Path, ...]:
    """All that is shown; outer folders before inner ones."""
    paths = sysconfig.get_paths()
    library = sysconfig.get_config_var("LIBDIR") or ""
    ours = {PACKAGE, *(p.resolve() for p in PACKAGE.iterdir() if p.is_symlink())}
    wanted = {Path(p) for p in (paths["stdlib"], paths["platstdlib"], library, *_SHARED) if p}
    found = {p for p in (*wanted, *packages(), *ours, interpreter()) if p.exists()}
    return tuple(sorted(found, key=lambda p: (len(p.parts), p)))
