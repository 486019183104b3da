"""`qa start`: images and their captions come in."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from PIL import ExifTags
from PIL import Image as Pillow

from cosyn_multi.errors import ConfigError
from cosyn_multi.gather.downloads import FetchOptions
from cosyn_multi.gather.images import Found, Image, Unreadable, find_images
from cosyn_multi.gather.rows import Row, read_rows

from .fetching import fetched
from .files import write
from .pictures import Caption, Picture
from .problems import Problem
from .store import Store

NAMES: Final = ("image", "image_url", "url", "image_sha256", "sha256", "path", "image_path", "file_name")
"""Columns by which a row may name its image."""
CAPTIONS: Final = ("caption", "text")
LONGEST_CAPTION: Final = 20_000


class Taken(NamedTuple):
    """What came in."""

    seen: int
    new: int
    captions: int
    problems: list[Problem]


def take_images(
    store: Store, sources: Sequence[Path | str], fetching: FetchOptions, say: Callable[[str], None]
) -> Taken:
    """Images as they lie, then those that must be fetched.

    Raises: ConfigError for a source that isn't there or can't be read at all; SetupError as `fetched`.
    """
    taking = _Taking(store)
    absent = []
    for found in find_images(sources):
        if isinstance(found.image, Unreadable) and found.image.reason == "not_here":
            absent.append(found)
        else:
            taking.take(found, found.image)
    if absent:
        for found, image in fetched(store.run, absent, fetching, say):
            taking.take(found, image)
    return Taken(taking.seen, taking.new, taking.captions, taking.problems)


class _Taking:
    """Takes in one picture after the other; counts, and tells what is there twice."""

    def __init__(self, store: Store) -> None:
        self.seen = self.new = self.captions = 0
        self.problems: list[Problem] = []
        self._store = store
        self._first: dict[str, str] = {}

    def take(self, found: Found, image: Image | Unreadable) -> None:
        if isinstance(image, Unreadable):
            self.problems.append(Problem(where=image.where, reason=image.reason, detail=image.detail))
            return
        self.seen += 1
        if (before := self._first.setdefault(image.sha256, found.where)) != found.where:
            detail = f"the same picture as {before}"
            self.problems.append(Problem(where=found.where, reason="duplicate", detail=detail))
        self.new += keep(self._store, image, found.address, _names(found))
        if text := _text(found.values):
            self.captions += 1
            caption = Caption(sha256=image.sha256, text=text, source="file")
            _caption(self._store, caption, found.where, self.problems)


def keep(store: Store, image: Image, address: str, names: Iterable[str]) -> bool:
    """Keep a picture's bytes and what it is called; whether it is new."""
    file = write(store.run, image)
    width, height = upright(image)
    picture = Picture(sha256=image.sha256, address=address, file=file, width=width, height=height)
    return store.pictures.keep(picture, names)


def upright(image: Image) -> tuple[int, int]:
    """Width and height as browsers show it: a camera's mark may turn it on its side."""
    with Pillow.open(io.BytesIO(image.data)) as opened:
        turned = opened.getexif().get(ExifTags.Base.Orientation, 1) >= 5
    return (image.height, image.width) if turned else (image.width, image.height)


def take_captions(store: Store, source: Path) -> Taken:
    """Captions by rows of an image's name (a path as it was given, a file's name, an address, a digest) and a text.

    Raises: ConfigError for a file that isn't there, or has no such columns.
    """
    problems: list[Problem] = []
    seen = kept = 0
    for row in _checked(read_rows(source), source):
        if row.fault:
            problems.append(Problem(where=row.where, reason="bad_row", detail=row.fault))
            continue
        seen += 1
        digests = _meant(store, row, problems)
        text = _text(row.values)
        if digests and not text:
            problems.append(Problem(where=row.where, reason="no_caption", detail="the text is empty"))
        for digest in digests if text else ():
            kept += 1
            _caption(store, Caption(sha256=digest, text=text, source="file"), row.where, problems)
    return Taken(seen, 0, kept, problems)


def _checked(rows: Iterator[Row], source: Path) -> Iterator[Row]:
    """The rows, if the first that can be read has the columns needed."""
    known = False
    for row in rows:
        if not row.fault and not known:
            for wanted, what in ((CAPTIONS, "the text"), (NAMES, "the image")):
                if not set(wanted) & set(row.values):
                    has = ", ".join(sorted(row.values)) or "none"
                    raise ConfigError(
                        f"{source}: no column for {what}; one of {', '.join(wanted)} is needed, it has {has}"
                    )
            known = True
        yield row


def _meant(store: Store, row: Row, problems: list[Problem]) -> list[str]:
    """Digests of the image that a row names."""
    given = [str(row.values[n]) for n in NAMES if isinstance(row.values.get(n), str) and row.values[n]]
    for name in given:
        found = store.pictures.named(name) or store.pictures.named(Path(name).name)
        if len(found) > 1:
            problems.append(
                Problem(where=row.where, reason="ambiguous", detail=f"{len(found)} images are called {name}")
            )
            return []
        if found:
            return found
    reason, detail = ("unknown_image", f"no image is called {given[0]}") if given else ("no_image", "no image is named")
    problems.append(Problem(where=row.where, reason=reason, detail=detail))
    return []


def _caption(store: Store, caption: Caption, where: str, problems: list[Problem]) -> None:
    if len(caption.text) > LONGEST_CAPTION:
        problems.append(
            Problem(where=where, reason="long_caption", detail=f"{len(caption.text):,} characters; cut off")
        )
        caption = caption.model_copy(update={"text": caption.text[:LONGEST_CAPTION]})
    replaced = store.pictures.caption(caption)
    if replaced is not None:
        problems.append(Problem(where=where, reason="second_caption", detail=f"in place of: {replaced[:80]}"))


def _text(values: dict[str, object]) -> str:
    found = next((values[c] for c in CAPTIONS if isinstance(values.get(c), str)), "")
    return " ".join(str(found).split())


def _names(found: Found) -> set[str]:
    given = {str(found.values[n]) for n in NAMES if isinstance(found.values.get(n), str)} | {found.address}
    return {n for g in given for n in (g, Path(g).name) if n}
