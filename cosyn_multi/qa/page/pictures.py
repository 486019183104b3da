"""The images of a set, as the pages show them."""

import io
from typing import Any, Final

from PIL import Image as Pillow
from starlette.requests import Request
from starlette.responses import Response

from cosyn_multi.errors import RunError
from cosyn_multi.gallery.thumbnails import thumbnail
from cosyn_multi.qa.sets import Group
from cosyn_multi.qa.store import Store

SHOWN_AS_THEY_ARE: Final = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}
SMALL: Final = (320, 400)
FOR_EVER: Final = {"cache-control": "private, max-age=31536000, immutable"}
"""A set's images never change: its id is made from them."""


def told(group: Group) -> list[dict[str, Any]]:
    return [
        {"number": n, "what": "", "width": m.width, "height": m.height} for n, m in enumerate(group.members, 1)
    ]  # fmt: skip


class Showing:
    def __init__(self, store: Store) -> None:
        self.store = store

    def picture(self, request: Request) -> Response:
        """The bytes as they are, but for forms that browsers don't show."""
        file, data = self._data(request)
        media = SHOWN_AS_THEY_ARE.get(file.rpartition(".")[2])
        if media is None:
            data, media = _as_png(data), "image/png"
        return Response(data, media_type=media, headers=FOR_EVER)

    def small(self, request: Request) -> Response:
        return Response(thumbnail(self._data(request)[1], *SMALL), media_type="image/webp", headers=FOR_EVER)

    def _data(self, request: Request) -> tuple[str, bytes]:
        group = self.store.sets.get(request.path_params["set_id"])
        wanted = request.path_params["number"]
        if not 1 <= wanted <= len(group.members):
            raise RunError(f"the set has {len(group.members)} images, image {wanted} was asked for")
        file = group.members[wanted - 1].file
        try:
            return file, (self.store.run / file).read_bytes()
        except OSError as error:
            raise RunError(f"{file}: can't be read: {error.strerror}; run `qa start` with it again") from error


def _as_png(data: bytes) -> bytes:
    out = io.BytesIO()
    with Pillow.open(io.BytesIO(data)) as opened:
        opened.convert("RGB").save(out, "PNG")
    return out.getvalue()
