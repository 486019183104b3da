"""Pictures made small for the grid."""

import io
from typing import Final

from PIL import Image

THUMBNAIL: Final = (320, 400)
"""Most pixels across and down, for a screen with two pixels to one of CSS."""


def thumbnail(png: bytes, width: int, height: int) -> bytes:
    """A WebP of at most that size. Raises: OSError, SyntaxError or ValueError if the picture is broken."""
    with Image.open(io.BytesIO(png)) as picture:
        small = picture.convert("RGB")
    small.thumbnail((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=82, method=2)
    return out.getvalue()
