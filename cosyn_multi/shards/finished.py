"""Whether a run is whole: what is joined or published must be."""

from cosyn_multi.errors import RunError

from .read import Run


def require_finished(run: Run) -> None:
    """Raises: RunError, one line, if a shard is missing or lacks files, or the run holds nothing."""
    covered, wanted = sum(r.sets for r in run.records), run.folder.sets()
    broken = [r.shard for r in run.records if not run.folder.complete(r)]
    if covered != wanted or broken:
        what = f"shard {broken[0]} lacks files or sets" if broken else f"{covered} of {wanted} sets are there"
        raise RunError(f"{run.folder.path}: isn't finished ({what}); run `generate` again first")
    if not len(run):
        raise RunError(f"{run.folder.path}: holds no sets")
