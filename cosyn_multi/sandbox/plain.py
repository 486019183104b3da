"""The plain runner: the file main.py of the scratch folder, its `main(data)`, JSON in and out."""

import importlib
import json
from pathlib import Path
from typing import Any, Final

LIBRARIES: Final = (
    "numpy", "pandas", "matplotlib.pyplot", "matplotlib.backends.backend_agg", "plotly.express", "reportlab.platypus",
    "PIL.PngImagePlugin",
)  # fmt: skip


def warm_up() -> None:
    """Import what such code draws with."""
    for name in LIBRARIES:
        importlib.import_module(name)


def call(scratch: Path, data: bytes) -> bytes:
    """Run main.py and give back what its `main` gives for the decoded data, as JSON.

    Raises: whatever the code raises; TypeError for what JSON can't hold.
    """
    file = scratch / "main.py"
    space: dict[str, Any] = {"__name__": "main", "__file__": str(file)}
    exec(compile(file.read_text(encoding="utf-8"), str(file), "exec"), space)
    return json.dumps(space["main"](json.loads(data) if data else None)).encode()
