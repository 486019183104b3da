"""sharegpt: as LLaMA-Factory and others read it: `conversations` and `images`, with the entry for its dataset_info.json."""

import json
from pathlib import Path
from typing import Final

from .base import ImageFiles, Talk
from .lines import Lines
from .llava import conversation

FILES: Final = "{side}.json"
ABOUT: Final = """For LLaMA-Factory, make this folder its `dataset_dir` and `media_dir`: `dataset_info.json` names each side as `cosyn_multi_{side}`.
The first turn of a row begins with one `<image>` for each of its `images`."""


class Writer:
    def __init__(self, folder: Path, side: str) -> None:
        self._images = ImageFiles(folder)
        self._lines = Lines(folder / f"{side}.json", array=True)

    def add(self, talk: Talk) -> None:
        paths = list(self._images.paths(talk))
        self._lines.add({"id": talk.id, "conversations": conversation(talk), "images": paths})

    def close(self) -> None:
        self._lines.close()


def extras(sides: tuple[str, ...]) -> dict[str, str]:
    """LLaMA-Factory's description of the files."""
    entries = {
        f"cosyn_multi_{side}": {
            "file_name": f"{side}.json",
            "formatting": "sharegpt",
            "columns": {"messages": "conversations", "images": "images"},
            "tags": {"role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt"},
        }
        for side in sides
    }
    return {"dataset_info.json": json.dumps(entries, indent=1) + "\n"}
