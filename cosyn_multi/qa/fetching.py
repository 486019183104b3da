"""Images that come as an address alone: fetched into the run's folder, and how each stands kept in its manifest."""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from cosyn_multi.gather.downloads import GOT, Downloads, Fetched, FetchOptions, Job, download
from cosyn_multi.gather.images import Found, Image, Limits, Unreadable, read_image

from .files import find, write

HASHES = ("image_sha256", "sha256")


class RunDownloads(Downloads):
    """Pictures lie where `qa` keeps all of its images."""

    def __init__(self, run: Path) -> None:
        super().__init__(run)
        self._run = run
        self._writing = threading.Lock()

    def has(self, sha256: str) -> bool:
        return find(self._run, sha256) is not None

    def keep(self, image: Image) -> None:
        with self._writing:
            write(self._run, image)


def fetched(
    run: Path, absent: Sequence[Found], options: FetchOptions, say: Callable[[str], None]
) -> Iterator[tuple[Found, Image | Unreadable]]:
    """Each with its picture, or why there is none; what is here already, or was given up, isn't asked for again.

    Raises: SetupError if the package that fetches isn't installed.
    """
    store = RunDownloads(run)
    try:
        download(store, [Job(url=f.address, sha256=_hash(f)) for f in absent], options, say)
        states = store.states()
    finally:
        store.close()
    for found in absent:
        yield found, _outcome(run, found, states.get(found.address), options.limits)


def _outcome(run: Path, found: Found, fetched: Fetched | None, limits: Limits) -> Image | Unreadable:
    if fetched is None or fetched.state != GOT:
        state, detail = (fetched.state, fetched.detail) if fetched else ("failed", "not tried")
        return Unreadable(found.where, state, f"{found.address}: {detail}")
    wanted = _hash(found)
    if wanted and wanted != fetched.sha256:
        return Unreadable(found.where, "other_picture", f"{found.address}: sha256 should be {wanted}")
    file = find(run, fetched.sha256)
    return (
        read_image(file, limits) if file else Unreadable(found.where, "missing", f"{found.address}: its file is gone")
    )


def _hash(found: Found) -> str:
    """The digest that a row gives for its picture, or ''."""
    given = (str(found.values.get(c) or "").strip().lower() for c in HASHES)
    return next((g for g in given if re.fullmatch("[0-9a-f]{64}", g)), "")
