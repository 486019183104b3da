"""Captions by a model with eyes: each image made small enough to be sent, the answer kept in the ledger."""

import base64
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image as Pillow
from PIL import ImageOps

from cosyn_multi.errors import RunError
from cosyn_multi.llm.office import LlmOptions
from cosyn_multi.llm.request import Image, Request
from cosyn_multi.model import Reject

from .asking import ask_all
from .pictures import Caption, Picture
from .problems import Problem
from .prompts import Captioned, caption_request
from .store import Store

LONGEST_SIDE_PX: Final = 1568
MOST_PIXELS: Final = 1_150_000
"""Larger ones are scaled down by the providers anyway, at the sender's cost in time."""
MOST_PNG_BYTES: Final = 1_500_000
"""A picture that is larger as PNG is a photo: it goes as JPEG."""


class Written(NamedTuple):
    captions: int
    waiting: int
    problems: list[Problem]


def write_captions(store: Store, options: LlmOptions, say: Callable[[str], None]) -> Written:
    """Ask for a caption of each image that has none. Run again for what waits.

    Raises: as `ask_all`; what came in before is kept.
    """
    problems: list[Problem] = []
    captions = 0

    def take(picture: Picture, found: Captioned | Reject) -> None:
        nonlocal captions
        if isinstance(found, Reject) or not found.caption.strip():
            reason, detail = (found.reason, found.detail) if isinstance(found, Reject) else ("empty", "no text")
            problems.append(Problem(where=picture.file, reason=f"caption_{reason}", detail=detail))
            return
        captions += 1
        text = " ".join(found.caption.split())
        store.pictures.caption(Caption(sha256=picture.sha256, text=text, source=options.model))

    todo = [(p, partial(_request, store.run, p, options.model)) for p in store.pictures.uncaptioned()]
    asked = ask_all(store.run, options, todo, Captioned, take, say)
    return Written(captions, asked.waiting, problems)


def _request(run: Path, picture: Picture, model: str) -> Request:
    try:
        data = (run / picture.file).read_bytes()
    except OSError as error:
        raise RunError(
            f"{run / picture.file}: can't be read: {error.strerror}; run `qa start` with it again"
        ) from error
    return caption_request(model, sendable(data))


def sendable(data: bytes) -> Image:
    """A picture as a model gets it: upright, on white, at most LONGEST_SIDE_PX and MOST_PIXELS."""
    with Pillow.open(io.BytesIO(data)) as opened:
        picture = ImageOps.exif_transpose(opened)
        if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
            ground = Pillow.new("RGBA", picture.size, "white")
            picture = Pillow.alpha_composite(ground, picture.convert("RGBA"))
        picture = picture.convert("RGB")
    width, height = picture.size
    scale = min(1.0, LONGEST_SIDE_PX / max(width, height), (MOST_PIXELS / (width * height)) ** 0.5)
    if scale < 1:
        size = (max(1, int(width * scale + 1e-6)), max(1, int(height * scale + 1e-6)))
        picture = picture.resize(size, Pillow.Resampling.LANCZOS, reducing_gap=2.0)
    out, kind = io.BytesIO(), "image/png"
    picture.save(out, "PNG")
    if out.tell() > MOST_PNG_BYTES:
        out, kind = io.BytesIO(), "image/jpeg"
        picture.save(out, "JPEG", quality=90)
    return Image.model_validate({
        "media_type": kind, "data": base64.b64encode(out.getvalue()).decode(),
        "width": picture.width, "height": picture.height,
    })  # fmt: skip
