"""A path of a store, with the methods of `pathlib.Path` that runs need."""

import errno
import io
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from .patience import patiently

AT_ONCE: Final = 64
"""So many files are asked for at a time; they are small ones."""
BUCKETED: Final = ("s3", "s3a", "gs", "gcs")
BUFFER_BYTES: Final = 1 << 20
"""Read at least so much at a time: a call to a store costs as much time as a megabyte."""


@dataclass(frozen=True)
class Stat:
    st_size: int


@dataclass(frozen=True)
class RemotePath:
    """A filesystem of fsspec, and a key in it. Listings are never cached: other machines write, too."""

    fs: Any
    protocol: str
    key: str

    def __str__(self) -> str:
        return f"{self.protocol}://{self.key}"

    def __truediv__(self, name: object) -> "RemotePath":
        return self._at(f"{self.key.rstrip('/')}/{name}")

    @property
    def name(self) -> str:
        return self.key.rstrip("/").rpartition("/")[2]

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix

    @property
    def parent(self) -> "RemotePath":
        return self._at(self.key.rstrip("/").rpartition("/")[0])

    def with_name(self, name: str) -> "RemotePath":
        return self.parent / name

    def relative_to(self, other: "RemotePath") -> PurePosixPath:
        return PurePosixPath(self.key).relative_to(other.key)

    def resolve(self) -> "RemotePath":
        return self

    def exists(self) -> bool:
        return self._type() != ""

    def is_file(self) -> bool:
        return self._type() == "file"

    def is_dir(self) -> bool:
        return self._type() == "directory"

    def stat(self) -> Stat:
        return Stat(int(patiently(lambda: self.fs.info(self.key))["size"]))

    def iterdir(self) -> Iterator["RemotePath"]:
        """What lies right below, by name; nothing, if there is no such folder."""
        for key, _ in self._listed():
            yield self._at(key)

    def glob(self, pattern: str) -> Iterator["RemotePath"]:
        """By name, below a folder that is spelled out: `*.json`, `manifest/*.json`, `data/**/*.parquet`.

        fsspec's own glob takes a listing that failed for an empty one.
        """
        folder, _, name = pattern.rpartition("/")
        deep = folder.endswith("**")
        folder = folder.removesuffix("**").rstrip("/")
        for path, kind in (self / folder if folder else self)._below(deep):
            if kind == "file" and fnmatchcase(path.name, name):
                yield path

    def rglob(self, pattern: str) -> Iterator["RemotePath"]:
        return self.glob(f"**/{pattern}")

    def _below(self, deep: bool) -> Iterator[tuple["RemotePath", str]]:
        for key, kind in self._listed():
            yield self._at(key), kind
            if deep and kind == "directory":
                yield from self._at(key)._below(deep)

    def _listed(self) -> list[tuple[str, str]]:
        try:
            found = patiently(lambda: self.fs.ls(self.key, detail=True))
        except (FileNotFoundError, NotADirectoryError):
            return []
        named = sorted((str(f["name"]).rstrip("/"), str(f["type"])) for f in found)
        return [(key, kind) for key, kind in named if key != self.key]  # some stores list a folder in itself

    def read_bytes(self) -> bytes:
        found: bytes = patiently(lambda: self.fs.cat_file(self.key))
        return found

    def read_text(self, encoding: str = "utf-8") -> str:
        return self.read_bytes().decode(encoding)

    def open(self, mode: str = "r", encoding: str | None = None, newline: str | None = None) -> IO[Any]:
        """Open for reading; what is written goes through `upload`."""
        if mode not in ("r", "rb"):
            raise ValueError(f"{self}: a store's file can't be opened to be written")
        raw = io.BufferedReader(RemoteFile(self), BUFFER_BYTES)
        return raw if mode == "rb" else io.TextIOWrapper(raw, encoding or "utf-8", newline=newline)

    def unlink(self, missing_ok: bool = False) -> None:
        try:
            patiently(lambda: self.fs.rm_file(self.key))
        except FileNotFoundError:
            if not missing_ok:
                raise

    def mkdir(self, parents: bool = False, exist_ok: bool = False) -> None:
        """Nothing is made, as a store's folders are there once they hold something; but a bucket must be there.

        Raises: FileNotFoundError if it isn't.
        """
        bucket = self.key.partition("/")[0]
        if self.protocol in BUCKETED and not self._at(bucket).exists():
            raise FileNotFoundError(errno.ENOENT, f"there is no bucket {bucket!r}")

    def _at(self, key: str) -> "RemotePath":
        return RemotePath(self.fs, self.protocol, key)

    def _type(self) -> str:
        try:
            return str(patiently(lambda: self.fs.info(self.key))["type"])
        except (FileNotFoundError, NotADirectoryError):
            return ""


class RemoteFile(io.RawIOBase):
    """A store's file for reading: each read is one ranged call, so one that fails can be made again."""

    def __init__(self, path: RemotePath) -> None:
        super().__init__()
        self._path = path
        self._size = path.stat().st_size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        wanted = memoryview(buffer).cast("B")
        end = min(self._at + len(wanted), self._size)
        if end <= self._at:
            return 0
        found = patiently(lambda: self._path.fs.cat_file(self._path.key, start=self._at, end=end))
        wanted[: len(found)] = found
        self._at += len(found)
        return len(found)


def read_all(paths: list[Path]) -> Iterator[bytes]:
    """The contents of small files, in order; a store is asked for many at a time. Raises: as `read_bytes`."""
    for start in range(0, len(paths), AT_ONCE):
        some = paths[start : start + AT_ONCE]
        remote: list[Any] = [p for p in some if isinstance(p, RemotePath)]
        found = remote[0].fs.cat([p.key for p in remote], on_error="return") if remote else {}
        for path in some:
            got = found.get(str(getattr(path, "key", "")))
            yield got if isinstance(got, bytes) else path.read_bytes()
