"""What sums up a run: manifest.json, rejects.jsonl, the dataset card. Made from the shards' records alone, so that it
can be made again at any time."""

import json
from collections import Counter

from cosyn_multi import __version__
from cosyn_multi.config import Recipe
from cosyn_multi.environment import environment_digest
from cosyn_multi.storage import read_all

from .atomic import replacing, write_text
from .folder import RunFolder, ShardRecord

CARD = """---
pretty_name: {quoted}
license: cc-by-4.0
language:
- en
task_categories:
- visual-question-answering
tags:
- synthetic
- multi-image
size_categories:
- {size}
{configs}---

# {name}

{sets} sets of 2 to 5 related charts, tables and documents ({images} images) with {questions} questions, nearly all of which
need more than one image. Every answer is computed from what is drawn: `cosyn-multi verify` derives all of them again from
these files alone. Made by cosyn-multi {version} from recipe `{recipe}`.

`images` holds embedded PNG bytes in the order "image 1" to "image n" (2 to 5 per row). `qa_pairs` holds aligned lists of
questions, explanations and answers; a list answer joins its members with "; ", a set that can't tell answers "Not
answerable". `questions` (JSON) has each question's kind, answer type, unit, choices, program, evidence and verdicts;
`readings` (JSON) every word and every value read, with boxes; `tables` (JSON) the world and what each image shows of it.

```python
from datasets import load_dataset
rows = load_dataset({quoted}, "{first}", split="train")
```
"""


def finish(
    folder: RunFolder, recipe: Recipe, environment: dict[str, str], cost_usd: float = 0.0, name: str = ""
) -> dict[str, int]:
    """Write the summary files. Returns the run's counters.

    Args: cost_usd: what a language model's answers cost. name: the run's, if it isn't that of its folder.
    """
    records = folder.records()
    totals: Counter[str] = Counter()
    for record in records:
        totals.update(record.yields)
    manifest = {
        "recipe": recipe.model_dump(mode="json"),
        "recipe_digest": recipe.digest,
        "environment": environment,
        "environment_digest": environment_digest(environment),
        "version": __version__,
        "unsafe_no_sandbox": folder.uncaged,
        "totals": dict(sorted(totals.items())),
        "cost_usd": round(cost_usd, 4),
        "shards": [r.model_dump(mode="json") for r in records],
    }
    write_text(folder.path / "manifest.json", json.dumps(manifest, indent=1) + "\n")
    _join_rejects(folder, records)
    write_text(folder.path / "README.md", card(name or folder.path.resolve().name, recipe, records, totals))
    return dict(totals)


def card(name: str, recipe: Recipe, records: list[ShardRecord], totals: Counter[str]) -> str:
    """The dataset card with the configs that `datasets` reads."""
    found = sorted({f.path.split("/")[1] for r in records for f in r.files})
    configs = "".join(
        f"- config_name: {config}\n  data_files:\n  - split: train\n    path: data/{config}/train-*.parquet\n"
        for config in found
    )
    infos = "".join(_info(config, records) for config in found)
    size = next(
        s
        for most, s in (
            (10**3, "n<1K"),
            (10**4, "1K<n<10K"),
            (10**5, "10K<n<100K"),
            (10**6, "100K<n<1M"),
            (10**12, "n>1M"),
        )
        if totals["sets"] < most
    )
    return CARD.format(
        name=name, quoted=json.dumps(name), size=size, configs=f"configs:\n{configs}dataset_info:\n{infos}" if configs else "", sets=totals["sets"],
        images=totals["images"], questions=totals["questions"], version=__version__, recipe=recipe.digest,
        first=found[0] if found else "mixed",
    )  # fmt: skip


def _info(config: str, records: list[ShardRecord]) -> str:
    """How much a config holds. `datasets` names its cache of a local folder by the folder's last name and this header
    alone: without figures, a run made anew under an old name would load as the old one."""
    files = [f for r in records for f in r.files if f.path.split("/")[1] == config]
    size = sum(f.bytes for f in files)
    return (
        f"- config_name: {config}\n  download_size: {size}\n  splits:\n"
        f"  - name: train\n    num_bytes: {size}\n    num_examples: {sum(f.rows for f in files)}\n"
    )


def _join_rejects(folder: RunFolder, records: list[ShardRecord]) -> None:
    with replacing(folder.path / "rejects.jsonl") as temporary, temporary.open("wb") as joined:
        for rejects in read_all([folder.path / r.rejects.path for r in records]):
            joined.write(rejects)
