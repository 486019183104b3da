"""Point annotations as they come in: PixMo-Points columns, one image with one label a row.

What is wrong with a row is told and counted, never mended in silence; the row goes to the rejects with its reason.
"""

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from cosyn_multi.errors import ConfigError
from cosyn_multi.gather.images import COLUMNS as IMAGE_COLUMNS
from cosyn_multi.gather.images import Unreadable, image_of
from cosyn_multi.gather.rows import ENDINGS, Row, read_rows

COLUMNS: Final = ("image_url", "image_sha256", "points", "count", "label", "collection_method")
NEEDED: Final = ("points", "label")
SLACK: Final = 0.5
"""Percent beyond the picture's edge up to which a point is moved onto it; further out, the row is refused."""
LONGEST_LABEL: Final = 300
RESERVED: Final = "Answer:"
"""Trainers split on it, so that no text of ours may hold it."""
Point = tuple[float, float]


class Annotation(NamedTuple):
    """One image with one label. `image`: what tells the picture apart, its sha256 where known, else its address."""

    key: str
    image: str
    url: str
    sha256: str
    label: str
    points: tuple[Point, ...]
    method: str
    data: bytes | None = None
    """The picture's bytes, if the row brought them."""


class Refused(NamedTuple):
    """A row that is left out. reason: bad_row, no_image, unreadable_image, empty_label, long_label, reserved_text,
    bad_points, point_outside, count_differs, twice."""

    where: str
    reason: str
    detail: str
    row: dict[str, Any]


def read_annotations(sources: Sequence[Path | str]) -> Iterator[Annotation | Refused]:
    """Annotations of all sources in order, each one once.

    Raises: ConfigError for a source that isn't there or lacks a column.
    """
    seen: set[str] = set()
    for source in sources:
        path = Path(source)
        beside = path.parent if path.suffix in ENDINGS else path if path.is_dir() else Path()
        for number, row in enumerate(read_rows(source, (*COLUMNS, *IMAGE_COLUMNS))):
            if number == 0 and not row.fault:
                _check_columns(str(source), row)
            found = _annotation(row, beside)
            if isinstance(found, Annotation):
                if found.key in seen:
                    found = _refused(row, "twice", "this image, label and points came before")
                else:
                    seen.add(found.key)
            yield found


def _check_columns(source: str, row: Row) -> None:
    held = row.values
    missing = [c for c in NEEDED if c not in held]
    if not any(c in held for c in ("image_url", "image_sha256", *IMAGE_COLUMNS)):
        missing.append("image_url (or image)")
    if missing:
        raise ConfigError(f"{source}: no column {', '.join(missing)}; it has {', '.join(held) or 'none of them'}")


def _annotation(row: Row, beside: Path) -> Annotation | Refused:
    if row.fault:
        return _refused(row, "bad_row", row.fault)
    label = row.values.get("label")
    if fault := _label_fault(label):
        return _refused(row, *fault)
    points = _points(row.values.get("points"))
    if isinstance(points, str):
        return _refused(row, "point_outside" if points.startswith("point") else "bad_points", points)
    count = row.values.get("count")
    if count is not None and count != len(points):
        return _refused(row, "count_differs", f"count says {count}, there are {len(points)} points")
    return _with_image(row, beside, " ".join(str(label).split()), points)


def _with_image(row: Row, beside: Path, label: str, points: tuple[Point, ...]) -> Annotation | Refused:
    url, sha256 = (str(row.values.get(c) or "").strip() for c in ("image_url", "image_sha256"))
    image = image_of(row, beside)
    if isinstance(image, Unreadable):
        return _refused(row, "unreadable_image", f"{image.reason}: {image.detail}")
    if image and sha256 and image.sha256 != sha256.lower():
        return _refused(row, "unreadable_image", f"the picture's sha256 is {image.sha256}, not {sha256}")
    sha256 = image.sha256 if image else sha256.lower()
    identity = sha256 or url
    if not identity:
        return _refused(row, "no_image", "neither an address nor a sha256 nor a picture")
    key = hashlib.blake2b(json.dumps([identity, label, points]).encode(), digest_size=12).hexdigest()
    method = str(row.values.get("collection_method") or "")
    return Annotation(key, identity, url, sha256, label, points, method, image.data if image else None)


def _label_fault(label: Any) -> tuple[str, str] | None:
    if not isinstance(label, str) or not any(c.isalnum() for c in label):
        return "empty_label", f"label {label!r} names nothing"
    if len(label) > LONGEST_LABEL:
        return "long_label", f"{len(label)} characters, {LONGEST_LABEL} allowed"
    if RESERVED in label:
        return "reserved_text", f"holds {RESERVED!r}, on which trainers split"
    return None


def _points(held: Any) -> tuple[Point, ...] | str:
    """Points in percent of width and height, or what is wrong with them."""
    if held is None:
        return ()
    if not isinstance(held, list):
        return f"{held!r} is no list of points"
    made = []
    for point in held:
        try:
            x, y = float(point["x"]), float(point["y"])
        except (TypeError, KeyError, ValueError):
            return f"{point!r} has no numbers x and y"
        if not (math.isfinite(x) and math.isfinite(y)):
            return f"{point!r} is not finite"
        if not (-SLACK <= x <= 100 + SLACK and -SLACK <= y <= 100 + SLACK):
            return f"point ({x:g}, {y:g}) lies outside 0-100 percent"
        made.append((min(max(x, 0.0), 100.0), min(max(y, 0.0), 100.0)))
    return tuple(made)


def _refused(row: Row, reason: str, detail: str) -> Refused:
    return Refused(row.where, reason, detail, {k: v for k, v in row.values.items() if k not in ("image", "bytes")})
