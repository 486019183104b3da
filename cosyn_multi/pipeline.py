"""`generate`: the main job, from options to a finished run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .assets import find_templates
from .config import Recipe, Runtime, make_recipe, make_runtime
from .engines.base import Event, ShardJob
from .engines.local import LocalEngine
from .environment import environment
from .errors import ConfigError, RunError, TemplateError
from .shards.finish import finish
from .shards.folder import RunFolder
from .shards.read import Run


def generate(
    out: Path | str,
    sets: int,
    *,
    workers: int = 0,
    templates: Path | None = None,
    report: Callable[[Event], None] = lambda event: None,
    **recipe: Any,
) -> Run:
    """Make a run of `sets` sets in folder `out`, or go on with the one that is there.

    Args: workers: processes; 0 means one per core. templates: a workspace of templates beside the built-in ones.
        report: is told of every set and shard. recipe: fields of `Recipe` (seed, scenarios, artifacts, images ...).
    Returns: the finished run, open for reading.
    Raises: UserError kin, one line each: bad options, another run in the folder, no browser, a full disk.
    """
    made = make_recipe(**recipe)
    runtime = make_runtime(out=Path(out), sets=sets, workers=workers, templates=templates)
    return run(made, runtime, report)


def run(recipe: Recipe, runtime: Runtime, report: Callable[[Event], None]) -> Run:
    """Make what is missing of a run."""
    folder = RunFolder(runtime.out)
    broken = broken_templates(runtime.templates)
    found = environment(runtime.templates)
    with folder.locked():
        folder.start(recipe, runtime.sets, found)
        for fault in broken:
            report(Event(warning=f"left out: {fault}"))
        jobs = missing_shards(folder, recipe, runtime.sets)
        if jobs:
            LocalEngine().run(jobs, recipe, runtime, report)
        finish(folder, recipe, found)
        _tidy(folder)
    _complain(folder)
    return Run(runtime.out)


def broken_templates(workspace: Path | None) -> list[TemplateError]:
    """What of a workspace can't be used. Raises: ConfigError if it isn't there."""
    if workspace is None:
        return []
    if not workspace.is_dir():
        raise ConfigError(f"--templates {workspace}: no such folder")
    return find_templates(workspace)[1]


def _complain(folder: RunFolder) -> None:
    """Raises: RunError if the machine failed to make some sets, or if none came out at all."""
    records = folder.records()
    unmade = [i for r in records for i in r.unmade]
    if unmade:
        named = ", ".join(map(str, unmade[:8])) + (", ..." if len(unmade) > 8 else "")
        raise RunError(
            f"{folder.path}: workers died or hung over {len(unmade)} sets ({named}); the same command tries them again"
        )
    if not any(r.yields["sets"] for r in records):
        raise RunError(f"{folder.path}: every set was dropped; {folder.path / 'rejects.jsonl'} says why")


def missing_shards(folder: RunFolder, recipe: Recipe, sets: int) -> list[ShardJob]:
    """The shards that are not closed yet, or that were closed shorter than they are now to be."""
    closed = {r.shard: r.sets for r in folder.records() if folder.complete(r)}
    size = recipe.shard_size
    jobs = [
        ShardJob(shard=k, first=k * size, count=min(size, sets - k * size)) for k in range((sets + size - 1) // size)
    ]
    return [j for j in jobs if closed.get(j.shard) != j.count]


def _tidy(folder: RunFolder) -> None:
    """Nothing may stay in work/ once every shard is closed: a crash between record and clearing leaves files there."""
    if folder.work.is_dir():
        for file in folder.work.iterdir():
            file.unlink()
        folder.work.rmdir()
