"""Drawing a template anew with each save: a thread that watches its folder and keeps what came out for the page."""

import os
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from cosyn_multi.assets import find_template, load_template
from cosyn_multi.errors import UserError
from cosyn_multi.model import Template
from cosyn_multi.renderers.studio import Studio
from cosyn_multi.sandbox import WarmCage

from .preview import SIX
from .proofs import Proof, proofs
from .worlds import Worlds

EVERY_S: Final = 0.2


@dataclass(frozen=True)
class Sheet:
    """What the page shows. `version` grows with every change; `error` stands in place of proofs."""

    version: int = 0
    template: Template | None = None
    drawing: bool = True
    error: str = ""
    proofs: tuple[Proof, ...] = ()


class Redrawer(threading.Thread):
    """Watches one template. Studio and cage are made, used and closed in this thread: neither may change threads."""

    def __init__(self, name: str, workspace: Path | None) -> None:
        """Raises: TemplateError if there is no such template."""
        super().__init__(name=f"redraw {name}", daemon=True)
        inside = workspace / name if workspace else None
        self.folder = inside if inside and inside.is_dir() else find_template(name, workspace).folder
        self.sheet = Sheet()
        self._ended = threading.Event()

    def close(self) -> None:
        """End the thread, after the picture in hand."""
        self._ended.set()
        self.join(30)

    def run(self) -> None:
        studio = Studio(WarmCage())
        seen: dict[str, tuple[int, int]] = {}
        try:
            while not self._ended.is_set():
                now = stamps(self.folder)
                if now != seen:
                    seen = now
                    self._redraw(studio, seen)
                self._ended.wait(EVERY_S)
        finally:
            studio.close()

    def _redraw(self, studio: Studio, seen: dict[str, tuple[int, int]]) -> None:
        try:
            self._show(drawing=True, error="")
            # as unreviewed code, also where it is not: the cage takes the files as they are now
            template = load_template(self.folder).model_copy(update={"builtin": False})
            worlds = Worlds(template)
            if not worlds.suited:
                raise UserError(f"{template.name}/template.toml: {worlds.why_none()}")
            done: tuple[Proof, ...] = ()
            for proof in proofs(template, worlds, studio, SIX):
                done = (*done, proof)
                self._show(template=template, proofs=done)
                if self._ended.is_set() or stamps(self.folder) != seen:
                    return
            self._show(drawing=False)
        except UserError as error:
            self._show(drawing=False, error=str(error), proofs=())
        except Exception as error:  # a bug of ours must not leave a page that silently shows an old picture
            traceback.print_exc()
            self._show(drawing=False, error=f"{type(error).__name__}: {error} (ours: see the terminal)", proofs=())

    def _show(self, **changes: object) -> None:
        self.sheet = replace(self.sheet, version=time.monotonic_ns(), **changes)  # type: ignore[arg-type]


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Path -> time of change and size, of all files of a folder."""
    return dict(_stamps(folder))


def _stamps(folder: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    for root, folders, files in os.walk(folder):
        folders[:] = [f for f in folders if f != "__pycache__"]
        for name in files:
            path = Path(root, name)
            try:
                state = path.stat()
            except OSError:  # an editor's temporary file, gone again
                continue
            yield str(path), (state.st_mtime_ns, state.st_size)
