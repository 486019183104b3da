"""The Arrow schema of assembled sets: the columns of Molmo2-MultiImagePoint first, then ours; lists are one per image.

image_urls, image_sha256s   empty texts where unknown
points                      percent of width and height; counts: how many
labels, collection_method   as the annotator wrote them
id, normalized_labels, canonical_label
label_accepted              whether a model says that the label names the canonical one; null where none was asked
similarity                  of every pair of images, in the order (1,2), (1,3), ... (2,3), ...
provenance                  JSON: seed, who named it, keys of the annotations, images that left and why
images                      only with embedded pictures; `datasets` reads them as such
"""

import json
from typing import Any, Final

import pyarrow as pa

from cosyn_multi.shards.schema import IMAGE, STRING

from .folder import POINT

FLOAT: Final = {"dtype": "float64", "_type": "Value"}
FEATURES: Final[dict[str, Any]] = {
    "image_urls": [STRING],
    "image_sha256s": [STRING],
    "points": [[{"x": FLOAT, "y": FLOAT}]],
    "counts": [{"dtype": "int64", "_type": "Value"}],
    "labels": [STRING],
    "collection_method": [STRING],
    "id": STRING,
    "normalized_labels": [STRING],
    "canonical_label": STRING,
    "label_accepted": [{"dtype": "bool", "_type": "Value"}],
    "similarity": [FLOAT],
    "provenance": STRING,
}
_TEXTS: Final = pa.list_(pa.string())
_FIELDS: Final = [
    ("image_urls", _TEXTS), ("image_sha256s", _TEXTS), ("points", pa.list_(pa.list_(POINT))),
    ("counts", pa.list_(pa.int64())), ("labels", _TEXTS), ("collection_method", _TEXTS), ("id", pa.string()),
    ("normalized_labels", _TEXTS), ("canonical_label", pa.string()), ("label_accepted", pa.list_(pa.bool_())),
    ("similarity", pa.list_(pa.float64())), ("provenance", pa.string()),
]  # fmt: skip


def schema(embedded: bool) -> pa.Schema:
    """The schema, with or without the column of pictures."""
    fields = [*_FIELDS, ("images", pa.list_(IMAGE))] if embedded else _FIELDS
    features = FEATURES | ({"images": [{"_type": "Image"}]} if embedded else {})
    return pa.schema(fields, metadata={"huggingface": json.dumps({"info": {"features": features}})})
