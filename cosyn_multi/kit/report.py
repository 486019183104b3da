"""The report of a check: one HTML page with the worst pictures, their readings laid over them, and what is wrong."""

import base64
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .proofs import Proof
from .tally import Tally

PAGES = Path(__file__).parent / "pages"


class Mark(NamedTuple):
    """One box to be drawn over a picture."""

    x: float
    y: float
    width: float
    height: float
    ref: str
    shown: str
    fault: str


def marks(proof: Proof) -> Iterator[Mark]:
    """The boxes of all readings, in image pixels."""
    for reading, fault in proof.readings:
        for box in reading.boxes:
            yield Mark(box.x0, box.y0, box.width, box.height, reading.ref, reading.shown or str(reading.value), fault)


def write_report(tally: Tally, folder: Path) -> Path:
    """Write index.html, with all pictures inside. Raises: OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "index.html"
    page.write_text(pages().get_template("report.html").render(tally=tally, marks=marks, data=_data), encoding="utf-8")
    return page


@cache
def pages() -> Environment:
    return Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def _data(proof: Proof) -> str:
    png = proof.rendering.png if proof.rendering else b""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
