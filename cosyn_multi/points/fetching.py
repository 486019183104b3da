"""`points fetch`: the pictures of a run's sets, then the sets once more without the dead ones."""

from cosyn_multi.gather.downloads import FetchOptions, Job, download

from .assemble import AssembleOptions, assemble
from .cluster import Say
from .folder import PointsFolder
from .images import ImageStore


def fetch_run(folder: PointsFolder, options: FetchOptions, written: AssembleOptions, say: Say) -> None:
    """Fetch what is missing, assemble again. Raises: RunError without the steps before."""
    annotations = folder.annotations()
    members = {k for record in folder.read_lines(folder.require("cluster")) for k in record["members"]}
    store = ImageStore(folder.path)
    tried = store.states()
    # a picture that came with a row needs no address
    due = [a for k in sorted(members) if (a := annotations[k]).url and (a.url in tried or not store.has(a.sha256))]
    standing = download(store, [Job(url=a.url, sha256=a.sha256) for a in due], options, say)
    store.close()
    folder.count("fetch", dict(sorted(standing.items())))
    assemble(folder, written, say)
