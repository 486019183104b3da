"""One set as its page shows it: pictures with points, labels in their three forms, samples, similarity; and the numbers."""

import io
import json
from itertools import combinations
from typing import Any, Final

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from cosyn_multi.gallery.content import Told
from cosyn_multi.gallery.thumbnails import THUMBNAIL
from cosyn_multi.points.sampler import PointSampler, Sample

from .shelf import Listing, PointsShelf, Row

SERVED: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
"""Formats that go to the browser as they are; others are sent as PNG."""
BROKEN: Final = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)
UNKNOWN_SIZE: Final = (640, 640)
"""A square stands for a picture that isn't here: its shape isn't known."""
SAMPLES: Final = 6
BINS: Final = ((0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 10), (11, 20), (21, 40), (41, 60), (61, None))
"""Points per image, first and last."""
SHARES: Final = 10
_DOT_PX: Final = 5


def pictures_of(shelf: PointsShelf, position: int, row: Row) -> list[Told]:
    """Each image with its size and label, or with what is missing of it."""
    return [
        {"number": n, "what": label, **_size(shelf.picture(position, n - 1))}
        for n, label in enumerate(row["labels"], 1)
    ]


def _size(data: bytes | None) -> Told:
    absent = "No picture here: points are drawn on a square."
    if data is not None:
        try:
            with Image.open(io.BytesIO(data)) as picture:
                turned = picture.getexif().get(0x0112, 1) >= 5  # the browser turns it, and so its points
                width, height = reversed(picture.size) if turned else picture.size
                return {"width": width, "height": height, "absent": ""}
        except BROKEN:
            absent = "The picture can't be decoded: points are drawn on a square."
    return {"width": UNKNOWN_SIZE[0], "height": UNKNOWN_SIZE[1], "absent": absent}


def images_of(row: Row) -> list[Told]:
    """What was said of each image: its labels, its count, where it came from."""
    columns = ("labels", "normalized_labels", "label_accepted", "counts", "image_urls", "collection_method")
    names = ("label", "normalized", "accepted", "count", "url", "method")
    return [
        dict(zip(names, values, strict=True), number=n)
        for n, values in enumerate(zip(*(row[c] for c in columns), strict=True), 1)
    ]


def pairs_of(row: Row) -> list[tuple[int, int, float]]:
    """Similarity of every pair of images."""
    pairs = combinations(range(1, len(row["labels"]) + 1), 2)
    return [(a, b, s) for (a, b), s in zip(pairs, row["similarity"] or (), strict=False)]


def about(row: Row) -> list[tuple[str, str]]:
    """What the provenance says, but for lists of keys."""
    told = json.loads(row["provenance"] or "{}")
    left = "; ".join(f"{m['label']} ({m['why'].replace('_', ' ')})" for m in told.pop("left", []))
    plain = [(k.replace("_", " ").capitalize(), str(v)) for k, v in told.items() if not isinstance(v, list | dict)]
    return [*plain, *([("Left the set", left)] if left else [])]


def samples_of(row: Row, seed: int, epoch: int) -> list[tuple[int, Sample]]:
    """What training would see of a set in some epochs, from this one on."""
    return [(e, PointSampler([row], seed, e)[0]) for e in range(epoch, epoch + SAMPLES)]


def lights(row: Row, samples: list[tuple[int, Sample]]) -> dict[str, Any]:
    """Which points are drawn for the whole set, and for each sample."""
    seen = {"1": range(len(row["points"])), **{f"epoch{e}": s.images for e, s in samples}}
    return {k: {"evidence": [], "keys": [], "points": _points(row, images)} for k, images in seen.items()}


def _points(row: Row, images: Any) -> list[tuple[int, float, float]]:
    """Image, x and y in thousandths, as the script that draws them wants them."""
    return [(i + 1, p["x"] * 10, p["y"] * 10) for i in images for p in row["points"][i]]


def served(data: bytes) -> tuple[bytes, str]:
    """A picture as a browser takes it, with its media type. Raises: one of BROKEN."""
    with Image.open(io.BytesIO(data)) as picture:
        if picture.format in SERVED:
            return data, SERVED[picture.format]
        out = io.BytesIO()
        ImageOps.exif_transpose(picture).convert("RGB").save(out, "PNG")
    return out.getvalue(), SERVED["PNG"]


def small(data: bytes | None, points: list[dict[str, float]]) -> bytes:
    """A WebP for the grid with the points on it; on a grey square if the picture isn't here or is broken."""
    try:
        with Image.open(io.BytesIO(data or b"")) as picture:
            drawn = ImageOps.exif_transpose(picture).convert("RGB")
        drawn.thumbnail(THUMBNAIL, Image.Resampling.LANCZOS, reducing_gap=2.0)
    except BROKEN:
        drawn = Image.new("RGB", (THUMBNAIL[0], THUMBNAIL[0]), "#8a8f98")
        ImageDraw.Draw(drawn).text((8, 6), "no picture here", fill="white", font_size=22)
    pen = ImageDraw.Draw(drawn)
    for point in points:
        x, y = point["x"] / 100 * drawn.width, point["y"] / 100 * drawn.height
        for radius, colour, width in ((_DOT_PX + 2, "white", 2), (_DOT_PX, "#a3006d", 3)):
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour, width=width)
    out = io.BytesIO()
    drawn.save(out, "WEBP", quality=82, method=2)
    return out.getvalue()


def histograms(listing: Listing) -> list[Told]:
    """Set sizes, points per image, similarities of pairs: each as bars."""
    sizes = [(str(n), int((listing.sizes == n).sum())) for n in range(2, max(5, int(listing.sizes.max(initial=2))) + 1)]
    counts = [(_bin(a, b), _between(listing.counts, a, b)) for a, b in BINS]
    tenths = np.clip((listing.similarity * SHARES + 1e-9).astype(int), 0, SHARES - 1)
    alike = [
        (f"{n / SHARES:.1f} to {(n + 1) / SHARES:.1f}", int((tenths == n).sum()))
        for n in range(int(tenths.min(initial=SHARES - 1)), SHARES)
    ]
    return [
        _bars("Images per set", "images", sizes, listing.sizes),
        _bars("Points per image", "points", counts, listing.counts),
        _bars("Similarity of two labels of a set", "similarity", alike, listing.similarity),
    ]


def _bars(title: str, unit: str, bars: list[tuple[str, int]], values: Any) -> Told:
    most = max((n for _, n in bars), default=0) or 1
    mean = f"{values.mean():.2f}" if len(values) else ""
    return {
        "title": title,
        "unit": unit,
        "mean": mean,
        "bars": [(name, n, round(100 * n / most, 2)) for name, n in bars],
    }


def _bin(first: int, last: int | None) -> str:
    return f"{first} or more" if last is None else str(first) if first == last else f"{first} to {last}"


def _between(counts: Any, first: int, last: int | None) -> int:
    return int(((counts >= first) & (counts <= (last if last is not None else counts.max(initial=first)))).sum())
