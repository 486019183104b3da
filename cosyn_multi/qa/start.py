"""`qa start` as a whole: images, captions from files, from a run of ours, from a model."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from cosyn_multi.errors import RunError, UserError
from cosyn_multi.gather.downloads import FetchOptions
from cosyn_multi.llm.office import LlmOptions, open_desk
from cosyn_multi.shards.folder import MAY_BE_THERE

from .captioning import write_captions
from .database import FILE
from .from_run import take_run
from .intake import Taken, take_captions, take_images
from .problems import Problem, keep_problems
from .store import Store


class Begun(NamedTuple):
    line: str
    """What is there now, for a person."""
    problems: list[Problem]


def start(
    run: Path, sources: Sequence[str], captions: Path | None, from_run: Path | None, options: LlmOptions | None,
    say: Callable[[str], None], fetching: FetchOptions | None = None,
) -> Begun:  # fmt: skip
    """Begin a run, or take more into one. options: the model that writes captions where there are none. fetching: how
    images that come as an address alone are fetched.

    Raises: ConfigError for a source that can't be read at all, RunError for a folder that is something else.
    """
    fresh = _is_fresh(run)
    problems: list[Problem] = []
    store = Store(run, make=True)
    try:
        new = 0
        for taken in _taken(store, sources, captions, from_run, fetching or FetchOptions(), say):
            new += taken.new
            problems += taken.problems
        waiting = 0
        if options is not None:
            open_desk(run, options).close()
            written = write_captions(store, options, say)
            waiting = written.waiting
            problems += written.problems
        images, missing = len(store.pictures.all()), len(store.pictures.uncaptioned())
        keep_problems(run, problems)
    except UserError:
        if fresh and not store.pictures.all():
            store.remove()
        raise
    finally:
        store.close()
    wait = f"; {waiting} captions wait for the model: run again later" if waiting else ""
    return Begun(f"{run}: {images} images ({new} new), {missing} without a caption{wait}", problems)


def _taken(
    store: Store, sources: Sequence[str], captions: Path | None, from_run: Path | None, fetching: FetchOptions,
    say: Callable[[str], None],
) -> Iterator[Taken]:  # fmt: skip
    if sources:
        yield take_images(store, sources, fetching, say)
    if from_run is not None:
        yield take_run(store, from_run)
    if captions is not None:
        yield take_captions(store, captions)


def _is_fresh(run: Path) -> bool:
    """Whether a run begins here. Raises: RunError if the folder is something else."""
    if run.exists() and not run.is_dir():
        raise RunError(f"{run}: is a file; choose a folder for --out")
    there = run.is_dir() and (run / FILE).is_file()
    if run.is_dir() and not there and any(not p.name.startswith((".", *MAY_BE_THERE)) for p in run.iterdir()):
        raise RunError(f"{run}: holds other files and no {FILE}; choose an empty or new folder for --out")
    return not there
