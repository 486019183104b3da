"""What an engine is: it gets every missing shard made, somewhere, and reports."""

from collections.abc import Callable
from typing import Protocol

from pydantic import Field

from cosyn_multi.config import Recipe, Runtime
from cosyn_multi.model import Frozen, Made


class ShardJob(Frozen):
    """A shard that is missing."""

    shard: int
    first: int
    count: int

    @property
    def indices(self) -> range:
        return range(self.first, self.first + self.count)


class Event(Frozen):
    """Something that happened."""

    made: Made | None = None
    kept: int = Field(0, description="Sets found finished in work/ when the run went on.")
    closed: int | None = Field(None, description="The shard that was closed.")
    warning: str = ""
    said: str = Field("", description="A line for a person: what a carrier of questions to a model did.")
    alarm: bool = Field(False, description="The warning is about safety: shown in red.")


Report = Callable[[Event], None]


class Engine(Protocol):
    """Runs jobs; the order in which sets are made is its own affair. A shard with a set that waits stays open."""

    def run(self, jobs: list[ShardJob], recipe: Recipe, runtime: Runtime, report: Report) -> None: ...

    def close(self) -> None: ...
