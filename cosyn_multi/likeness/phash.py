"""A picture's perceptual hash: 256 bits that stay nearly the same when it is resized, recompressed or slightly retouched.

The signs of a picture's 16 x 16 lowest frequencies against their median; the same bits as `phash(image, hash_size=16)`
of the ImageHash package, without SciPy. Source: Zauner 2010, "Implementation and Benchmarking of Perceptual Image Hash
Functions", section 3.2.
"""

import io
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

SIDE: Final = 64
LOW: Final = 16
BITS: Final = LOW * LOW
WORDS: Final = BITS // 64

Hash = npt.NDArray[np.uint64]
"""One hash: WORDS words; several: a row each."""

_COSINES: Final = np.cos(np.pi / (2 * SIDE) * np.outer(np.arange(LOW), 2 * np.arange(SIDE) + 1))


def phash(picture: bytes) -> Hash:
    """The hash of an encoded picture. Raises: OSError, SyntaxError or ValueError if it can't be decoded."""
    with Image.open(io.BytesIO(picture)) as opened:
        grey = _on_white(opened).convert("L").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    low = _COSINES @ np.asarray(grey, dtype=np.float64) @ _COSINES.T
    return np.packbits(low > np.median(low)).view(np.uint64)


@contextmanager
def hashing() -> Iterator[Callable[[Sequence[bytes]], list[Hash | None]]]:
    """Yields a function that hashes several pictures on all cores: in order, None for one that can't be decoded."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:  # Pillow decodes and scales without the interpreter's lock
        yield lambda pictures: list(pool.map(_or_none, pictures))


def distance(one: Hash, others: Hash) -> npt.NDArray[np.int64]:
    """In how many bits each of the others (a row each) differs from one."""
    differing: npt.NDArray[np.int64] = np.bitwise_count(others ^ one).sum(axis=-1, dtype=np.int64)
    return differing


def _or_none(picture: bytes) -> Hash | None:
    try:
        return phash(picture)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None


def _on_white(picture: Image.Image) -> Image.Image:
    """A picture as it looks on a page: what is transparent is white."""
    if not picture.has_transparency_data:
        return picture
    page = Image.new("RGBA", picture.size, "white")
    page.alpha_composite(picture.convert("RGBA"))
    return page
