"""Images from files, folders, bytes and rows: each is decoded once before anyone relies on it."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from PIL import Image as Pillow
from PIL import UnidentifiedImageError
from pydantic import Field

from cosyn_multi.errors import ConfigError
from cosyn_multi.model import Frozen

from .rows import ENDINGS, Row, read_rows

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")
COLUMNS: Final = ("image", "bytes", "image_path", "path", "file_name")
"""Columns of a row that may hold its picture: bytes, {bytes, path}, or a path beside the file of the row."""
ADDRESSES: Final = ("image_url", "url", *COLUMNS)
"""Columns of a row that may hold the address of its picture."""
WEB: Final = ("http://", "https://")
NOWHERE: Final = f"no picture in any of the columns {', '.join(COLUMNS)}, and no address in image_url or url"


class Limits(Frozen):
    """What an image may be, so that a hostile or broken one costs little."""

    pixels: int = Field(80_000_000, ge=1, description="Most pixels, width times height.")
    bytes: int = Field(40_000_000, ge=1, description="Most bytes of the file.")


class Image(NamedTuple):
    """A picture that decodes. `sha256`: of its bytes as they are; `format`: as Pillow calls it."""

    data: bytes
    sha256: str
    width: int
    height: int
    format: str


class Unreadable(NamedTuple):
    """No picture, and why. reason: missing, not_here, empty, too_large, no_image, too_many_pixels, broken, bad_row."""

    where: str
    reason: str
    detail: str = ""

    @property
    def line(self) -> str:
        return f"{self.where}: {self.reason}" + (f": {self.detail}" if self.detail else "")


class Found(NamedTuple):
    """One picture of a source, with the rest of its row. `address`: where it can be fetched, or ''.

    reason `not_here`: there is the address alone.
    """

    where: str
    image: Image | Unreadable
    values: dict[str, Any]
    address: str = ""


def decode(data: bytes, where: str, limits: Limits | None = None) -> Image | Unreadable:
    """Bytes as an image, wholly decoded."""
    limits = limits or Limits()
    if not data:
        return Unreadable(where, "empty", "0 bytes")
    if len(data) > limits.bytes:
        return Unreadable(where, "too_large", f"{len(data):,} bytes, {limits.bytes:,} allowed")
    try:
        with Pillow.open(io.BytesIO(data), formats=FORMATS) as opened:
            width, height = opened.size
            if width * height > limits.pixels:
                return Unreadable(where, "too_many_pixels", f"{width} x {height}, {limits.pixels:,} allowed")
            opened.load()
            return Image(data, hashlib.sha256(data).hexdigest(), width, height, opened.format or "")
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
        return Unreadable(where, "too_many_pixels", str(error))
    except UnidentifiedImageError:
        return Unreadable(where, "no_image", f"begins with {data[:16]!r}")
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, MemoryError) as error:  # Pillow's readers' own
        return Unreadable(where, "broken", str(error) or type(error).__name__)


def read_image(path: Path, limits: Limits | None = None) -> Image | Unreadable:
    """A file as an image; a file over the limit isn't read."""
    limits = limits or Limits()
    try:
        size = path.stat().st_size
        if size > limits.bytes:
            return Unreadable(str(path), "too_large", f"{size:,} bytes, {limits.bytes:,} allowed")
        return decode(path.read_bytes(), str(path), limits)
    except OSError as error:
        return Unreadable(str(path), "missing", error.strerror or str(error))
    except ValueError as error:  # a null byte in its name
        return Unreadable(repr(str(path)), "missing", str(error))


def find_images(sources: Sequence[Path | str], limits: Limits | None = None) -> Iterator[Found]:
    """Every picture of the sources, in order: image files, addresses, folders of files, rows with a picture (see COLUMNS).

    Nothing is fetched. Raises: ConfigError for a source that isn't there; as `read_rows`. A picture that can't be read is
    told, not raised.
    """
    for source in sources:
        path = Path(source)
        if address := _web(source):
            yield Found(address, _not_here(address), {"image_url": address}, address)
        elif path.suffix.lower() in SUFFIXES:
            if not path.is_file():
                raise ConfigError(f"{source}: no such file")
            yield Found(str(source), read_image(path, limits), {"path": str(source)})
        elif path.is_dir() and (files := _pictures(path)):
            for file in files:
                yield Found(str(file), read_image(file, limits), {"path": str(file)})
        else:
            yield from _from_rows(source, limits)


def image_of(row: Row, beside: Path, limits: Limits | None = None) -> Image | Unreadable | None:
    """The picture in a row; None if it holds none (but perhaps an address). Paths are relative to the folder `beside`."""
    for column in COLUMNS:
        held = row.values.get(column)
        if isinstance(held, dict):
            held = held.get("bytes") or held.get("path")
        if isinstance(held, bytes):
            return decode(held, f"{row.where}: {column}", limits)
        if isinstance(held, str) and held and not _web(held):
            return read_image(beside / held, limits)
    return None


def _from_rows(source: Path | str, limits: Limits | None) -> Iterator[Found]:
    path = Path(source)
    beside = path.parent if path.suffix in ENDINGS else path if path.is_dir() else Path()
    for row in read_rows(source):
        rest = {k: v for k, v in row.values.items() if k not in ("image", "bytes")}
        image = Unreadable(row.where, "bad_row", row.fault) if row.fault else image_of(row, beside, limits)
        if image is None:
            image = _not_here(row.where) if address_of(row) else Unreadable(row.where, "missing", NOWHERE)
        yield Found(row.where, image, rest, address_of(row))


def address_of(row: Row) -> str:
    """The first web address among a row's columns of such (see ADDRESSES), or ''."""
    for column in ADDRESSES:
        held = row.values.get(column)
        if address := _web(held.get("path") if isinstance(held, dict) else held):
            return address
    return ""


def _web(held: object) -> str:
    """An address as it was given, without white space around it; '' for anything else."""
    address = held.strip() if isinstance(held, str) else ""
    return address if address.lower().startswith(WEB) and address.isprintable() else ""


def _not_here(where: str) -> Unreadable:
    return Unreadable(where, "not_here", "an address without the picture")


def _pictures(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and not p.name.startswith("."))
