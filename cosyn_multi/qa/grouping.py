"""`qa group`: sets of 2 to 5 images whose captions are near each other."""

from typing import Final, NamedTuple

from cosyn_multi.errors import RunError
from cosyn_multi.gather.embed import Embedder
from cosyn_multi.gather.sets import Item, Shape, form_sets
from cosyn_multi.gather.similarity import Similarity

from .store import Store

SIZES: Final = {2: 0.52, 3: 0.30, 4: 0.14, 5: 0.04}
"""Shares of set sizes; the mean is 2.7."""
FLOOR: Final = 0.45
MOST_SETS: Final = 3
"""Sets that one image is in at most."""


class Formed(NamedTuple):
    sets: int
    added: int
    stayed: int
    """Earlier sets that don't come about any more, but that somebody worked on."""
    alone: int
    uncaptioned: int
    mean: float


def group(store: Store, embedder: Embedder, shape: Shape, seed: int) -> Formed:
    """Form the sets anew: the same images, captions and seed give the same, and work that was done stays.

    Raises: RunError if there are no two images with a caption; SetupError if a package is missing.
    """
    captions = store.pictures.captions()
    missing = len(store.pictures.uncaptioned())
    if len(captions) < 2:
        raise RunError(
            f"{store.run}: {len(captions)} images with a caption, {missing} without; sets need two at least: give captions "
            "with `qa start --captions`, or have them written with --caption-with llm"
        )
    items = [Item(key=c.sha256, image=c.sha256, text=c.text) for c in captions.values()]
    similarity = Similarity.of({c.text for c in captions.values()}, [(embedder, 1.0)])
    formed = form_sets(items, similarity, shape, seed)
    rows = [(f"s{made.id}"[:17], [items[m].image for m in made.members], made.similarities) for made in formed.sets]
    added, stayed = store.sets.replace(rows)
    mean = sum(len(digests) for _, digests, _ in rows) / len(rows) if rows else 0.0
    return Formed(len(rows), added, stayed, len(formed.alone), missing, mean)


def shape_of(sizes: dict[int, float] | None, per_image: int, floor: float) -> Shape:
    return Shape(sizes=sizes or SIZES, per_item=per_image, per_image=per_image, floor=floor)
