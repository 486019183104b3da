"""No cage at all: what `--unsafe-no-sandbox` puts in its place. A job's code runs in this very process."""

import tempfile
import time
from pathlib import Path
from typing import Final

from cosyn_multi.model.job import Done, Failure, Job

from .child import find, reason_of, whereabouts

WARNING: Final = (
    "--unsafe-no-sandbox: code that nobody reviewed runs in this process, with your files, your keys and your network. "
    "The run's manifest says so."
)


class NoCage:
    """Implements `model.job.Cage` and holds nothing: limits are not kept, a job that never ends is never ended."""

    layers: tuple[str, ...] = ()

    def run(self, job: Job) -> Done | Failure:
        """Run one job here. What its code raises is a Failure, as in a cage."""
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="cosyn-multi-unsafe-") as folder:
            scratch = Path(folder)
            for name, content in job.files.items():
                file = scratch / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            try:
                return Done(result=find(job.runner)(scratch, job.data), seconds=time.monotonic() - start)
            except (Exception, SystemExit) as error:  # untrusted code may raise anything
                return Failure(reason=reason_of(error), detail=whereabouts(error, scratch))

    def close(self) -> None:
        """Nothing is kept."""
