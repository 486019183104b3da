"""The cage as others see it: hand in a job, get what its runner gave, or a typed failure.

    with WarmCage() as cage:
        done = cage.run(Job(runner="cosyn_multi.sandbox.plain:call", files={"main.py": code}, data=b"{}"))

The warm parent of each module of runners is started with its first job, and again if it should be gone. Not thread-safe:
one cage per worker, used from the thread that made the first run.
"""

from collections.abc import Collection
from functools import cached_property
from typing import Self

from cosyn_multi.model.job import Done, Failure, Job

from .layers import LayerName, usable
from .parent import Parent


class WarmCage:
    """Implements `model.job.Cage`."""

    def __init__(self, without: Collection[LayerName] = ()) -> None:
        """Args: without: layers to leave out though they are there; for tests of the others."""
        self._without = frozenset(without)
        self._parents: dict[str, Parent] = {}

    @cached_property
    def layers(self) -> tuple[LayerName, ...]:
        """Raises: SetupError if the machine offers too few."""
        return usable(self._without)

    def run(self, job: Job) -> Done | Failure:
        """Run one job. Raises: SetupError if the machine can't build the cage."""
        module = job.runner.partition(":")[0]
        parent = self.warm(module)
        try:
            return parent.run(job)
        except BaseException:
            self.close()
            raise

    def warm(self, module: str) -> Parent:
        """The warm parent of a module of runners; started if it isn't there. Raises: SetupError."""
        if module in self._parents and not self._parents[module].free():
            self._parents.pop(module).close()
        if module not in self._parents:
            self._parents[module] = Parent(module, self.layers)
        return self._parents[module]

    def close(self) -> None:
        """End the warm parents; they come back with the next job."""
        while self._parents:
            self._parents.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
