"""jsonl: a line per row, image files beside it. The plainest form, with all that a question is known by."""

from pathlib import Path
from typing import Final

from .base import ImageFiles, Talk
from .lines import Lines

FILES: Final = "{side}.jsonl"
ABOUT: Final = """Each line of `{side}.jsonl` is a set: `images` are paths relative to this folder, in the order "image 1" to "image n";
`qa_pairs` its questions."""
TOLD: Final = ("kind", "answer_type", "unit", "difficulty")


class Writer:
    def __init__(self, folder: Path, side: str) -> None:
        self._images = ImageFiles(folder)
        self._lines = Lines(folder / f"{side}.jsonl")

    def add(self, talk: Talk) -> None:
        pairs = [
            {
                "question": turn.question, "answer": turn.said(talk.style), "explanation": turn.explanation,
                **{name: turn.facts[name] for name in TOLD},
            }
            for turn in talk.turns
        ]  # fmt: skip
        self._lines.add({"id": talk.id, "images": list(self._images.paths(talk)), "qa_pairs": pairs})

    def close(self) -> None:
        self._lines.close()
