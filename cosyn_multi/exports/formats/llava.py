"""llava: the JSON of LLaVA and its kin (LLaVA-NeXT-Interleave for several images): one `<image>` per image, first of all."""

from pathlib import Path
from typing import Any, Final

from .base import ImageFiles, Talk
from .lines import Lines

FILES: Final = "{side}.json"
ABOUT: Final = """`{side}.json` is the `--data_path` of a LLaVA trainer, this folder its `--image_folder`. `image` lists the pictures of a row;
its first turn begins with as many `<image>`."""


class Writer:
    def __init__(self, folder: Path, side: str) -> None:
        self._images = ImageFiles(folder)
        self._lines = Lines(folder / f"{side}.json", array=True)

    def add(self, talk: Talk) -> None:
        self._lines.add(self.row(talk, list(self._images.paths(talk))))

    def row(self, talk: Talk, paths: list[str]) -> dict[str, Any]:
        return {"id": talk.id, "image": paths, "conversations": conversation(talk)}

    def close(self) -> None:
        self._lines.close()


def conversation(talk: Talk) -> list[dict[str, str]]:
    """Turns of 'human' and 'gpt'; the first begins with a line `<image>` for each image."""
    turns = []
    for place, (question, answer) in enumerate(talk.spoken):
        before = "<image>\n" * len(talk.images) if place == 0 else ""
        turns += [{"from": "human", "value": before + question}, {"from": "gpt", "value": answer}]
    return turns
