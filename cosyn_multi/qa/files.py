"""The bytes of a run's images: each lies under its digest in the run's folder, so that the run is whole by itself."""

from pathlib import Path
from typing import Final

from cosyn_multi.gather.images import Image
from cosyn_multi.shards.atomic import write_bytes

ENDINGS: Final = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "BMP": "bmp", "TIFF": "tif"}


def file_of(image: Image) -> str:
    """Where an image lies, relative to the run's folder."""
    return f"images/{image.sha256}.{ENDINGS.get(image.format, 'img')}"


def write(run: Path, image: Image) -> str:
    """Keep an image's bytes, if they aren't here yet; where they lie. Whole or not at all."""
    file = file_of(image)
    if not (run / file).is_file():
        write_bytes(run / file, image.data)
    return file


def find(run: Path, sha256: str) -> Path | None:
    """The file of a digest, if it is here."""
    places = (run / "images" / f"{sha256}.{ending}" for ending in (*ENDINGS.values(), "img"))
    return next((place for place in places if place.is_file()), None)
