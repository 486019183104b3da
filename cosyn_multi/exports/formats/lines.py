"""Rows of JSON in one file: a line each, or an array with a row on each line; never more than a row in memory."""

from pathlib import Path
from typing import Any

from .base import line


class Lines:
    """Writes JSON Lines, or with `array` one JSON array."""

    def __init__(self, file: Path, array: bool = False) -> None:
        self._file = file.open("w", encoding="utf-8", newline="\n")
        self._array = array
        self._first = True

    def add(self, row: dict[str, Any]) -> None:
        if self._array:
            self._file.write(("[\n" if self._first else ",\n") + line(row))
        else:
            self._file.write(line(row) + "\n")
        self._first = False

    def close(self) -> None:
        if self._array:
            self._file.write("[]\n" if self._first else "\n]\n")
        self._file.close()
