"""webdataset: tar files in which one key holds all images of a row and its questions."""

import io
import tarfile
from pathlib import Path
from typing import Final

from .base import Talk, file_safe, line

FILES: Final = "{side}-*.tar"
TAR_BYTES: Final = 256 * 2**20
"""A tar is closed before it exceeds this."""
MOST_IMAGES: Final = 5
ABOUT: Final = """Each key holds `1.png` to `n.png` and `json` (`id`, `images`: how many, `qa_pairs`). With the webdataset library:

```python
import webdataset as wds
rows = wds.WebDataset("{side}-000000.tar").decode("pil")   # row["1.png"], row["json"]["qa_pairs"]
```"""
FEATURES: Final = (
    "dataset_info:\n  features:\n"
    + "".join(f"  - name: {n}.png\n    dtype: image\n" for n in range(1, MOST_IMAGES + 1))
    + """  - name: json
    struct:
    - name: id
      dtype: string
    - name: images
      dtype: int64
    - name: qa_pairs
      list:
      - name: question
        dtype: string
      - name: answer
        dtype: string
      - name: kind
        dtype: string
  - name: __key__
    dtype: string
  - name: __url__
    dtype: string
"""
)
"""For `datasets`: rows have 2 to 5 images, and it would refuse files whose first rows differ in what they hold."""


class Writer:
    def __init__(self, folder: Path, side: str) -> None:
        self._folder, self._side = folder, side
        self._tar: tarfile.TarFile | None = None
        self._tars = 0
        self._bytes = 0

    def add(self, talk: Talk) -> None:
        pairs = [
            {"question": q, "answer": a, "kind": turn.facts["kind"]}
            for (q, a), turn in zip(talk.spoken, talk.turns, strict=True)
        ]
        told = line({"id": talk.id, "images": len(talk.images), "qa_pairs": pairs}).encode()
        files = [*((f"{n}.png", png) for n, png in enumerate(talk.images, 1)), ("json", told)]
        tar = self._with_room_for(sum(len(data) for _, data in files))
        for name, data in files:
            entry = tarfile.TarInfo(
                f"{file_safe(talk.id)}.{name}"
            )  # its time stays 0: the same run gives the same bytes
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))

    def _with_room_for(self, size: int) -> tarfile.TarFile:
        if self._tar is None or self._bytes + size > TAR_BYTES:
            self.close()
            name = self._folder / f"{self._side}-{self._tars:06d}.tar"
            self._tar = tarfile.TarFile(name, "w", format=tarfile.USTAR_FORMAT)
            self._tars, self._bytes = self._tars + 1, 0
        self._bytes += size
        return self._tar

    def close(self) -> None:
        if self._tar:
            self._tar.close()
            self._tar = None
