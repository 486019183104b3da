"""Export formats: a module each, with its columns, its files, what to say of it, and a writer for one side."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from . import jsonl, llava, molmo2, openai, sharegpt, webdataset
from .base import Talk, Writer

__all__ = ["FORMATS", "Format", "Talk", "Writer"]


def _nothing(sides: tuple[str, ...]) -> dict[str, str]:
    return {}


@dataclass(frozen=True)
class Format:
    writer: Callable[[Path, str], Writer]
    """Folder and side -> what writes them."""
    files: str
    """The files of a side, as a glob in which {side} stands for its name."""
    about: str
    """How to load it, for the folder's README."""
    columns: tuple[str, ...] = ()
    """Columns of a run that it needs beside those that every format needs."""
    loose: bool = False
    """Whether each picture is a file of its own."""
    features: str = ""
    """YAML that `datasets` needs to be told."""
    extras: Callable[[tuple[str, ...]], dict[str, str]] = field(default=_nothing)
    """Sides -> further files, name -> text."""


FORMATS: Final[dict[str, Format]] = {
    "molmo2": Format(molmo2.Writer, molmo2.FILES, molmo2.ABOUT, columns=molmo2.COLUMNS),
    "llava": Format(llava.Writer, llava.FILES, llava.ABOUT, loose=True),
    "sharegpt": Format(sharegpt.Writer, sharegpt.FILES, sharegpt.ABOUT, loose=True, extras=sharegpt.extras),
    "openai": Format(openai.Writer, openai.FILES, openai.ABOUT),
    "webdataset": Format(webdataset.Writer, webdataset.FILES, webdataset.ABOUT, features=webdataset.FEATURES),
    "jsonl": Format(jsonl.Writer, jsonl.FILES, jsonl.ABOUT, loose=True),
}
