"""What a format is made of: it takes conversations one by one and writes them as its trainers read them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from cosyn_multi.exports.choice import Style, Turn
from cosyn_multi.shards.rows import Row


@dataclass(frozen=True)
class Talk:
    """Images first, then one question, or several one after the other."""

    id: str
    set_id: str
    images: tuple[bytes, ...]
    """PNG, in the order "image 1" to "image n"."""
    turns: tuple[Turn, ...]
    row: Row
    style: Style

    @property
    def spoken(self) -> tuple[tuple[str, str], ...]:
        """(question, answer) of each turn."""
        return tuple((t.question, t.said(self.style)) for t in self.turns)


class Writer(Protocol):
    """Writes one side into a folder."""

    def add(self, talk: Talk) -> None: ...

    def close(self) -> None:
        """Finish the files. Called once, after the last talk."""
        ...


def file_safe(name: str) -> str:
    """A name of letters, digits, '-' and '_' alone; different names stay different. Dots would split a WebDataset key."""
    plain = (
        c if c.isascii() and (c.isalnum() or c in "-_") else "".join(f"={b:02x}" for b in c.encode()) for c in name
    )
    return "".join(plain)


def line(value: Any) -> str:
    """One line of JSON."""
    return json.dumps(value, ensure_ascii=False)


class ImageFiles:
    """Image files beside the texts: a folder for each thousand sets, so that none grows too large to list."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: tuple[str, tuple[str, ...]] = ("", ())
        self._sets = 0

    def paths(self, talk: Talk) -> tuple[str, ...]:
        """The images' paths, relative to the folder. Written once for all talks of a set, which follow each other."""
        if self._written[0] != talk.set_id:
            name = f"images/{self._sets // 1000:05d}/{file_safe(talk.set_id)}"
            (self._folder / name).parent.mkdir(parents=True, exist_ok=True)
            paths = tuple(f"{name}-{n}.png" for n in range(1, len(talk.images) + 1))
            for path, png in zip(paths, talk.images, strict=True):
                (self._folder / path).write_bytes(png)
            self._written = (talk.set_id, paths)
            self._sets += 1
        return self._written[1]
