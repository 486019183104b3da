"""The Arrow schema of every shard file, written by hand and equal in all of them.

It begins with the columns of Molmo2-SynMultiImageQA, so that a loader written for it works unchanged. The metadata
tells `datasets` that `images` holds pictures.
"""

import json
from typing import Any, Final

import pyarrow as pa

STRING: Final[dict[str, Any]] = {"dtype": "string", "_type": "Value"}
METADATA: Final = ("figure_type", "persona", "topic", "scenario", "domain", "locale")
JSON_COLUMNS: Final = ("questions", "readings", "tables", "provenance")
IMAGE: Final = pa.struct([("bytes", pa.binary()), ("path", pa.string())])

FEATURES: Final[dict[str, Any]] = {
    "id": STRING,
    "images": [{"_type": "Image"}],
    "qa_pairs": {"question": [STRING], "explanation": [STRING], "answer": [STRING]},
    "metadata": {"num_images": {"dtype": "int64", "_type": "Value"}, **dict.fromkeys(METADATA, STRING)},
    "data": [STRING],
    "code": [STRING],
    **dict.fromkeys(JSON_COLUMNS, STRING),
}

SCHEMA: Final = pa.schema(
    [
        ("id", pa.string()),
        ("images", pa.list_(IMAGE)),
        ("qa_pairs", pa.struct([(name, pa.list_(pa.string())) for name in ("question", "explanation", "answer")])),
        ("metadata", pa.struct([("num_images", pa.int64()), *((name, pa.string()) for name in METADATA)])),
        ("data", pa.list_(pa.string())),
        ("code", pa.list_(pa.string())),
        *((name, pa.string()) for name in JSON_COLUMNS),
    ],
    metadata={"huggingface": json.dumps({"info": {"features": FEATURES}})},
)
