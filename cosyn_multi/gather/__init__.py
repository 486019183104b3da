"""What `points` and `qa` share: texts as vectors, soft sets of 2 to 5 images, images and rows from wherever they lie."""

from .embed import Embedder, embedder, sentence_embedder, word_embedder
from .images import Image, Unreadable, decode
from .rows import Row, read_rows
from .sets import Formed, Gathered, Item, Shape, form_sets
from .similarity import Similarity

__all__ = [
    "Embedder",
    "Formed",
    "Gathered",
    "Image",
    "Item",
    "Row",
    "Shape",
    "Similarity",
    "Unreadable",
    "decode",
    "embedder",
    "form_sets",
    "read_rows",
    "sentence_embedder",
    "word_embedder",
]
