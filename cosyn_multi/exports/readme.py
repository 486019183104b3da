"""The README of an exported folder: how to load it, and the header that `datasets` reads for its sides."""

import json
from typing import TYPE_CHECKING

from cosyn_multi import __version__

from .formats import Format

if TYPE_CHECKING:
    from .export import Exported

TEXT = """---
license: cc-by-4.0
configs:
- config_name: default
  data_files:
{files}{features}---

# {name}

{count} in the form `{format}`, exported by cosyn-multi {version}. {about}

```python
from datasets import load_dataset
rows = load_dataset({quoted}, split="{first}")
```
"""


def readme(name: str, format_name: str, form: Format, done: "Exported") -> str:
    """The text. Sides without a row are left out: a loader would stumble over them."""
    sides = [side for side, rows in done.rows.items() if rows]
    counted = "; ".join(f"{side}: {done.rows[side]} rows, {done.questions[side]} questions" for side in sides)
    return TEXT.format(
        name=name, quoted=json.dumps(name), format=format_name, version=__version__, count=counted, first=sides[0],
        files="".join(f"  - split: {side}\n    path: {json.dumps(form.files.format(side=side))}\n" for side in sides),
        about=form.about.format(side=sides[0]), features=form.features,
    )  # fmt: skip
