"""`merge`: several runs become one, which passes `verify` and reads like any other.

    open and refuse -> decide over the whole -> write shard by shard -> sum up

A shard of the whole is made from each shard of the runs, in the order given; a set's index counts on from run to run. Ids
stay as they are where they are unique. Of each set, provenance stays; of each run, its recipe and environment.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cosyn_multi.config import Recipe, dump_config
from cosyn_multi.shards.building import building
from cosyn_multi.shards.finish import finish
from cosyn_multi.shards.folder import RunFolder
from cosyn_multi.shards.read import Run, open_run
from cosyn_multi.storage import place

from .sources import Source, sources_of
from .whole import Whole
from .write import ShardWriter

__all__ = ["merge"]


def merge(
    paths: Sequence[Path | str], out: Path | str, report: Callable[[int, int], None] = lambda done, of: None
) -> Run:
    """Join finished runs into the new folder `out`; each may lie in a store (s3://bucket/run). report: is told how many shards are written, and of how many.

    Raises: RunError, one line, if they can't be joined, a file is broken, or `out` is there; nothing is left behind then.
    """
    sources, target = sources_of(paths), place(out)
    recipe = _recipe(sources)
    with building(target) as path:
        folder = RunFolder(path)
        folder.manifest.mkdir()
        whole = Whole(recipe.seed)
        whole.decide(sources)
        shards = sum(len(s.records) for s in sources)
        for source in sources:
            writer = ShardWriter(folder, source, whole)
            for number in range(len(source.records)):
                report(writer.write(number).shard + 1, shards)
        _sum_up(folder, sources, recipe, target.resolve().name)
    return open_run(out)


def _recipe(sources: Sequence[Source]) -> Recipe:
    """What all recipes have in common; the default where they differ. Of models, all the names."""
    recipes = [s.recipe for s in sources]
    alike = {
        name: getattr(recipes[0], name)
        for name in Recipe.model_fields
        if len({getattr(r, name) for r in recipes}) == 1
    }  # fmt: skip
    models = sorted({r.model for r in recipes if r.model})
    return Recipe(**{**alike, "model": ", ".join(models) if alike.get("author") == "llm" else ""})


def _sum_up(folder: RunFolder, sources: Sequence[Source], recipe: Recipe, name: str) -> None:
    environments = [_json(s.run.folder.environment_file) for s in sources]
    common = {k: v for k, v in environments[0].items() if all(e.get(k) == v for e in environments)}
    told = [
        {
            "name": s.name,
            "sets": s.sets,
            "first_set": s.first_set,
            "recipe": s.recipe.model_dump(mode="json"),
            "environment": e,
        }
        for s, e in zip(sources, environments, strict=True)
    ]
    head = f"# Merged from {', '.join(s.name for s in sources)}: manifest/merged.json tells of each. It can't grow.\n"
    folder.config.write_text(head + dump_config(recipe, sum(s.sets for s in sources)), encoding="utf-8")
    folder.environment_file.write_text(json.dumps(common, indent=1) + "\n", encoding="utf-8")
    folder.merged_file.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    if any(s.run.folder.uncaged for s in sources):
        folder.record_uncaged()
    cost = sum(_json(s.run.folder.path / "manifest.json").get("cost_usd", 0.0) for s in sources)
    finish(folder, recipe, common, cost, name=name)


def _json(file: Path) -> Any:
    """What a file of a finished run holds; nothing if it is gone: `verify` says so where that matters."""
    try:
        return json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
