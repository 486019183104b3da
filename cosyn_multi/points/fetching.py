"""`points fetch`: the pictures of a run's sets, then the sets once more without the dead ones."""

from .annotations import Annotation
from .assemble import AssembleOptions, assemble
from .cluster import Say
from .fetch import FetchOptions, Job, fetch
from .folder import PointsFolder, told
from .images import ImageStore

TOLD_EVERY = 200


def fetch_run(folder: PointsFolder, options: FetchOptions, written: AssembleOptions, say: Say) -> None:
    """Fetch what is missing, assemble again. Raises: RunError without the steps before."""
    annotations = folder.annotations()
    members = {k for record in folder.read_lines(folder.require("cluster")) for k in record["members"]}
    store = ImageStore(folder.path)
    tried = store.states()
    due = [a for k in sorted(members) if (a := annotations[k]).url and (a.url in tried or not _brought(a, store))]
    jobs = [Job(url=a.url, sha256=a.sha256) for a in due]

    def note(done: int, of: int) -> None:
        if done % TOLD_EVERY == 0 or done == of:
            say(f"fetch: {done:,} of {of:,}")

    standing = fetch(store, jobs, options, note)
    store.close()
    folder.count("fetch", dict(sorted(standing.items())))
    say(f"fetch: {sum(standing.values()):,} addresses ({told(standing) or 'none to fetch'})")
    if standing["failed"]:
        say(f"fetch: {standing['failed']:,} failed in ways that may pass; the same command tries them again")
    assemble(folder, written, say)


def _brought(annotation: Annotation, store: ImageStore) -> bool:
    """Whether the picture came with a row: it needs no address."""
    return bool(annotation.sha256) and store.path(annotation.sha256).is_file()
