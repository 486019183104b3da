"""openai: chat messages as OpenAI's vision fine-tuning takes them: the images in the first user turn, as data URLs."""

from base64 import b64encode
from pathlib import Path
from typing import Any, Final

from .base import Talk
from .lines import Lines

FILES: Final = "{side}.jsonl"
ABOUT: Final = """Each line of `{side}.jsonl` is `{{"messages": [...]}}`; the first user message holds the images as data URLs, then the question."""


class Writer:
    def __init__(self, folder: Path, side: str) -> None:
        self._lines = Lines(folder / f"{side}.jsonl")

    def add(self, talk: Talk) -> None:
        messages: list[dict[str, Any]] = []
        for place, (question, answer) in enumerate(talk.spoken):
            content: Any = [*map(_picture, talk.images), {"type": "text", "text": question}] if place == 0 else question
            messages += [{"role": "user", "content": content}, {"role": "assistant", "content": answer}]
        self._lines.add({"messages": messages})

    def close(self) -> None:
        self._lines.close()


def _picture(png: bytes) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{b64encode(png).decode()}"}}
