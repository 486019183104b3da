"""sharegpt: as LLaMA-Factory and others read it: `conversations` and `images`, with the entry for its dataset_info.json."""

import json
from typing import Any, Final

from . import llava
from .base import Talk

FILES: Final = "{side}.json"
ABOUT: Final = """For LLaMA-Factory, make this folder its `dataset_dir` and `media_dir`: `dataset_info.json` names each side as `cosyn_multi_{side}`.
The first turn of a row begins with one `<image>` for each of its `images`."""


class Writer(llava.Writer):
    def row(self, talk: Talk, paths: list[str]) -> dict[str, Any]:
        return {"id": talk.id, "conversations": llava.conversation(talk), "images": paths}


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
