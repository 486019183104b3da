"""A hand: what works on one core of some node of a Ray cluster. It makes whole shards as the local engine does with
one worker, which stays warm from shard to shard."""

import shutil
import socket
from typing import Any

from pydantic import Field

from cosyn_multi.config import Recipe, Runtime
from cosyn_multi.environment import environment, environment_digest
from cosyn_multi.errors import UserError
from cosyn_multi.model import Frozen
from cosyn_multi.shards.folder import RunFolder, ShardRecord
from cosyn_multi.storage import is_remote, scratch, spelled

from .base import Event, ShardJob
from .local import LocalEngine


class Delivery(Frozen):
    """What a hand gives back."""

    node: str = ""
    refused: str = Field("", description="Why it can't work, in one line: the run ends.")
    events: tuple[Event, ...] = ()
    record: ShardRecord | None = None
    files: dict[str, bytes] = Field({}, description="Name -> content, of a run that doesn't lie in a store.")


class Hand:
    """Args: environment: that of the run; one that differs here would make other bytes. board: the actor that is told of
    each set."""

    def __init__(self, recipe: Recipe, runtime: Runtime, environment: dict[str, str], board: Any) -> None:
        self._recipe, self._environment, self._board = recipe, environment, board
        self._engine = LocalEngine(warm=True)
        here = scratch("ray", spelled(runtime.out), recipe.digest, environment_digest(environment))
        self._scratch = here
        self._remote = is_remote(runtime.out)
        here_alone = {"workers": 1, "engine": "local", "ray_address": None, "work": here / "work"}
        out = runtime.out if self._remote else here / "run"
        self._runtime = runtime.model_copy(update={**here_alone, "out": out})

    def greet(self) -> Delivery:
        """Whether this node can do the work."""
        try:
            found = environment(self._runtime.templates)
        except UserError as error:
            return self._refuse(str(error))
        other = [
            f"{k}: {found.get(k, 'none')} there, {self._environment.get(k, 'none')} here"
            for k in sorted({*found, *self._environment})
            if found.get(k) != self._environment.get(k)
        ]
        if other:
            return self._refuse(f"its bytes would not be the same ({'; '.join(other)}); install the same there")
        return Delivery(node=socket.gethostname())

    def make(self, job: ShardJob) -> Delivery:
        """Make a shard. Into a store it goes from here; else its files are handed over, and none stay."""
        events: list[Event] = []

        def report(event: Event) -> None:
            events.append(event)
            if event.made is not None:
                self._board.note.remote(event)

        folder = RunFolder(self._runtime.out, self._runtime.work)
        try:
            self._engine.run([job], self._recipe, self._runtime, report)
            record = folder.record(job.shard)
        except UserError as error:
            return self._refuse(str(error))
        assert record is not None, "the local engine closes what it makes"
        named = [] if self._remote else [f.path for f in (*record.files, record.rejects)]
        files = {name: (folder.path / name).read_bytes() for name in named}
        if not self._remote:
            for path in (folder.record_file(job.shard), *(folder.path / name for name in named)):
                path.unlink()
        return Delivery(node=socket.gethostname(), events=tuple(events), record=record, files=files)

    def close(self) -> None:
        """Nothing is left to do for this run."""
        self._engine.close()
        shutil.rmtree(self._scratch, ignore_errors=True)  # another hand of this machine may be at it, too

    def _refuse(self, why: str) -> Delivery:
        return Delivery(node=socket.gethostname(), refused=why)
