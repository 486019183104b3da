"""The border: what a user wrote becomes a path of this machine or of a store, once."""

import re
from pathlib import Path
from typing import IO, Any, Final, cast

from cosyn_multi.errors import ConfigError, SetupError, unknown

from .remote import RemotePath

_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+]+):/+(.*)", re.DOTALL)
"""One slash is enough: `Path("s3://bucket/run")` has lost the other."""


def is_remote(given: Path | str | RemotePath) -> bool:
    """Whether this names a place in a store."""
    found = _URL.fullmatch(str(given))
    return found is not None and found[1] not in ("file", "local")


def spelled(given: Path | str | RemotePath) -> str:
    """A place as its user writes it: with both slashes."""
    return _URL.sub(r"\1://\2", str(given)) if is_remote(given) else str(given)


def place(given: Path | str) -> Path:
    """A local path as it is; a store's as a `RemotePath`.

    That has the methods of `Path` that runs need, and none that lead astray (`os` and `open` refuse it): so both are
    called a Path from here on, and the local case stays what it was.

    Raises: ConfigError for a kind of store that isn't known; SetupError if its library is missing or refuses to start.
    """
    if isinstance(given, RemotePath):
        return cast(Path, given)
    found = _URL.fullmatch(str(given))
    if found is None:
        return Path(given)
    if not is_remote(given):
        return Path("/" + found[2])
    url = str(given) if "://" in str(given) else spelled(given)
    fs, key = _filesystem(found[1].lower(), url)
    return cast(Path, RemotePath(fs, found[1].lower(), key.rstrip("/")))


def source(path: Path) -> Path | IO[bytes]:
    """What Arrow reads a file from: the path itself, or a store's file, opened."""
    return path.open("rb") if isinstance(path, RemotePath) else path


def _filesystem(protocol: str, url: str) -> tuple[Any, str]:
    """Its filesystem, which is made once per process, and the key."""
    try:
        import fsspec
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise SetupError(f"{url}: needs fsspec; pip install 'cosyn-multi[s3]'") from error
    try:
        fsspec.get_filesystem_class(protocol)
        fs, key = url_to_fs(url, use_listings_cache=False)
        return fs, str(key)
    except ValueError as error:
        raise ConfigError(f"{url}: {unknown('kind of store', protocol, ('s3', 'gs', 'hf', 'file'))}") from error
    except ImportError as error:
        mend = "pip install 'cosyn-multi[s3]'" if protocol in ("s3", "s3a") else str(error).strip().rstrip(".")
        raise SetupError(f"{url}: a library is missing: {mend}") from error
