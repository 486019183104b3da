"""`generate`: the main job, from options to a finished run."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .assets import find_prompts, find_templates, find_workspace, usable_templates
from .config import Recipe, Runtime, make_recipe, make_runtime
from .engines.base import Engine, Event, ShardJob
from .engines.local import LocalEngine
from .environment import environment, environment_digest
from .errors import ConfigError, PlannedStop, RunError, TemplateError, UserError
from .sandbox import WARNING, usable
from .shards.finish import finish
from .shards.folder import RunFolder
from .shards.read import Run
from .storage import is_remote, scratch, spelled

ASKING = ("llm", "base_url", "budget", "prices", "patience_s", "replay")
"""Fields of `Runtime` that say how a model is asked."""


def generate(
    out: Path | str,
    sets: int,
    *,
    workers: int = 0,
    engine: str = "local",
    ray_address: str | None = None,
    templates: Path | None = None,
    unsafe_no_sandbox: bool = False,
    report: Callable[[Event], None] = lambda event: None,
    **recipe: Any,
) -> Run:
    """Make a run of `sets` sets in folder `out`, or a store's (s3://bucket/run), or go on with the one that is there.

    Args: workers: processes; 0 means one per core. engine: local, or ray: on the cluster at ray_address (auto, or
        host:port), or one that is started on this machine. templates: a workspace of templates beside the built-in ones; by
        default `templates` of the current folder, if it holds any. unsafe_no_sandbox: run code that nobody reviewed
        without a cage. report: is told of every set and shard.
        recipe: fields of `Recipe` (seed, scenarios, artifacts, images, author, model ...), and of how a model is asked
        (llm, base_url, budget, prices, patience_s, replay).
    Returns: the run, open for reading: finished, waiting for answers of a model, or stopped at its budget.
    Raises: UserError kin, one line each: bad options, another run in the folder, no browser, a full disk.
    """
    asked = {name: recipe.pop(name) for name in ASKING if name in recipe}
    made = make_recipe(**recipe)
    workspace = find_workspace(templates)
    runtime = make_runtime(
        out=Path(out), sets=sets, workers=workers, engine=engine, ray_address=ray_address, templates=workspace,
        unsafe_no_sandbox=unsafe_no_sandbox, set_timeout_s=set_timeout_s(made), **asked,
    )  # fmt: skip
    return run(made, runtime, report)


def run(recipe: Recipe, runtime: Runtime, report: Callable[[Event], None]) -> Run:
    """Make what is missing of a run."""
    broken: list[UserError] = [*broken_templates(runtime.templates)]
    if recipe.author == "llm":
        own, strange = find_prompts()
        runtime, broken = runtime.model_copy(update={"prompts": own}), [*broken, *strange]
    found = environment(runtime.templates, runtime.prompts)
    runtime = _placed(recipe, runtime, found)
    folder = RunFolder(runtime.out, runtime.work)
    unsafe = _uncaged(recipe, runtime)
    if recipe.author == "llm":
        from .asking import check

        check(recipe, runtime)
    with folder.locked(), _engine(folder, recipe, runtime, found) as engine:
        folder.start(recipe, runtime.sets, found)
        if unsafe:
            folder.record_uncaged()
            report(Event(warning=WARNING, alarm=True))
        for fault in broken:
            report(Event(warning=f"left out: {fault}"))
        if runtime.prompts:
            report(Event(said=f"prompts: your own from {runtime.prompts}, else the built-in ones"))
        stopped = _make_shards(folder, recipe, runtime, engine, report)
        finish(folder, recipe, found, _cost_usd(recipe, runtime))
        open_sets = _open_sets(folder, recipe, runtime.sets)
        if not open_sets:
            _tidy(folder)
    _complain(folder, open_sets)
    if stopped or open_sets:
        if finished := len(list(folder.work.glob("set-*.json"))):
            report(Event(said=f"{finished} finished sets are kept in {folder.work} until their shard is complete"))
        report(Event(said=stopped or _waits(runtime, open_sets)))
    return Run(runtime.out)


def _placed(recipe: Recipe, runtime: Runtime, found: dict[str, str]) -> Runtime:
    """With a place for unfinished work on this machine, where the run goes to a store.

    Raises: ConfigError if its author can't write there; SetupError if this machine has no such place.
    """
    if recipe.author == "llm" and runtime.engine != "local":
        raise ConfigError(
            f"--engine {runtime.engine}: paid answers are kept in a file of one machine; make a run of the llm author "
            "with --engine local"
        )
    if not is_remote(runtime.out):
        return runtime
    if recipe.author == "llm":
        raise ConfigError(
            f"--out {spelled(runtime.out)}: paid answers are kept in a file of the run's folder, which must lie on this "
            "machine; choose a folder, and copy the finished run"
        )
    work = scratch(spelled(runtime.out), recipe.digest, environment_digest(found))
    return runtime.model_copy(update={"work": work})


@contextmanager
def _engine(folder: RunFolder, recipe: Recipe, runtime: Runtime, found: dict[str, str]) -> Iterator[Engine]:
    """The engine that was asked for, at hand before anything is written. Raises: as `RayEngine`."""
    engine: Engine = LocalEngine()
    if runtime.engine == "ray" and missing_shards(folder, recipe, runtime.sets):
        from .engines.ray import RayEngine

        engine = RayEngine(runtime, found)
    try:
        yield engine
    finally:
        engine.close()


def _make_shards(
    folder: RunFolder, recipe: Recipe, runtime: Runtime, engine: Engine, report: Callable[[Event], None]
) -> str:
    """Make every missing shard; with a model that answers by a carrier, as far as its answers go.

    Returns: the line of a planned stop, "" if there was none.
    """
    jobs = missing_shards(folder, recipe, runtime.sets)
    if recipe.author != "llm":
        if jobs:
            engine.run(jobs, recipe, runtime, report)
        return ""
    from .asking import Asking

    asking = Asking(recipe, runtime)
    try:
        asking.visit(report)
        while jobs:
            engine.run(jobs, recipe, runtime, report)
            jobs = missing_shards(folder, recipe, runtime.sets)
            if not jobs or not asking.visit(report):
                break
    except PlannedStop as stop:
        return str(stop)
    finally:
        asking.close()
    return ""


def _cost_usd(recipe: Recipe, runtime: Runtime) -> float:
    """What the run's answers cost so far."""
    if recipe.author != "llm":
        return 0.0
    from .llm.report import report

    return float(report(runtime.out)["totals"]["dollars"])


def _open_sets(folder: RunFolder, recipe: Recipe, sets: int) -> int:
    """How many sets wait for answers: those of shards that were not closed."""
    recorded = {r.shard for r in folder.records()}
    return sum(
        not folder.work_file(i).is_file()
        for job in missing_shards(folder, recipe, sets)
        if job.shard not in recorded
        for i in job.indices
    )


def _waits(runtime: Runtime, open_sets: int) -> str:
    if runtime.replay:
        return f"{open_sets} sets need answers that the ledger does not have"
    return f"{open_sets} sets wait for answers; the same command goes on once they are there"


def set_timeout_s(recipe: Recipe) -> float:
    """How long a set may take where its user doesn't say: answers of a model are slow, and paid."""
    return 3600 if recipe.author == "llm" else 180


def _uncaged(recipe: Recipe, runtime: Runtime) -> bool:
    """Whether code that nobody reviewed will run without a cage. Raises: SetupError if it needs one that can't be built."""
    if recipe.author != "llm" and all(t.builtin for t in usable_templates(recipe.artifacts, runtime.templates)):
        return False
    if not runtime.unsafe_no_sandbox:
        usable()
    return runtime.unsafe_no_sandbox


def broken_templates(workspace: Path | None) -> list[TemplateError]:
    """What of a workspace and of packaged collections can't be used. Raises: ConfigError if the workspace isn't there."""
    folder = find_workspace(workspace) if workspace else None
    return find_templates(*[folder] if folder else [])[1]


def _complain(folder: RunFolder, open_sets: int) -> None:
    """Raises: RunError if the machine failed to make some sets, or if none came out at all."""
    records = folder.records()
    unmade = [i for r in records for i in r.unmade]
    if unmade:
        named = ", ".join(map(str, unmade[:8])) + (", ..." if len(unmade) > 8 else "")
        raise RunError(
            f"{folder.path}: {len(unmade)} sets could not be made ({named}){_why(folder, unmade[0])}; "
            "the same command tries them again"
        )
    if not open_sets and not any(r.yields["sets"] for r in records):
        raise RunError(f"{folder.path}: every set was dropped; {folder.path / 'rejects.jsonl'} says why")


def _why(folder: RunFolder, index: int) -> str:
    """What stopped a set that was left unmade, as its reject tells."""
    told = (r.detail for r in Run(folder.path).rejects() if r.set_index == index and r.stage == "set")
    return f", the first because {why}" if (why := next(told, "")) else ""


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
        shutil.rmtree(folder.work)
