"""What sums up a run: manifest.json, rejects.jsonl, the dataset card. Made from the shards and their records
alone, so that it can be made again at any time."""

import json
from collections import Counter

from cosyn_multi import __version__
from cosyn_multi.config import Recipe
from cosyn_multi.environment import environment_digest
from cosyn_multi.storage import read_all

from .atomic import replacing, write_text
from .card import write_card
from .folder import RunFolder, ShardRecord


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
    write_card(folder, recipe, totals, name or folder.path.resolve().name)
    return dict(totals)


def _join_rejects(folder: RunFolder, records: list[ShardRecord]) -> None:
    with replacing(folder.path / "rejects.jsonl") as temporary, temporary.open("wb") as joined:
        for rejects in read_all([folder.path / r.rejects.path for r in records]):
            joined.write(rejects)
