"""Images and captions from a run of our own: what a view shows is known, so its caption is written without a model."""

import hashlib
from pathlib import Path
from typing import Final

from cosyn_multi.gather.images import Image
from cosyn_multi.model import Part, Picture, View, show
from cosyn_multi.shards.read import open_run

from .intake import Taken, keep
from .pictures import Caption
from .store import Store

MOST_ROWS: Final = 40


def take_run(store: Store, run: Path) -> Taken:
    """Every picture of a run with its caption. Raises: RunError if there is no run."""
    seen = new = 0
    for made in open_run(run):
        for picture in made.pictures:
            seen += 1
            image = _image(picture)
            new += keep(store, image, "", [f"{made.id}-{picture.view.image}", f"{made.id}-{picture.view.image}.png"])
            store.pictures.caption(Caption(sha256=image.sha256, text=caption_of(picture.view), source="run"))
    return Taken(seen, new, seen, [])


def _image(picture: Picture) -> Image:
    shown = picture.rendering
    return Image(shown.png, hashlib.sha256(shown.png).hexdigest(), shown.width, shown.height, "PNG")


def caption_of(view: View) -> str:
    """What an image of this view shows: its kind, titles, and its data as displayed."""
    kind = view.document or view.artifact
    about = "; ".join(dict.fromkeys(t for t in (view.title, view.subtitle, view.subject) if t))
    said = [f"{'An' if kind[0] in 'aeiou' else 'A'} {kind}: {about}."]
    if view.facts:
        said.append("; ".join(f"{name}: {value}" for name, value in _cells(view.facts, view.locale)[0]) + ".")
    for grid in view.grids:
        rows = [", ".join(f"{name} {value}" for name, value in row) for row in _cells(grid, view.locale)]
        more = f" and {len(grid.rows) - MOST_ROWS} more" if len(grid.rows) > MOST_ROWS else ""
        said.append(f"{grid.title or grid.row_noun.capitalize()}: {'; '.join(rows)}{more}.")
    return " ".join([*said, *view.notes])


def _cells(part: Part, locale: str) -> list[list[tuple[str, str]]]:
    return [
        [(c.header, show(v, c.format, locale)) for c, v in zip(part.columns, row, strict=True) if v is not None]
        for row in part.rows[:MOST_ROWS]
    ]
