"""The language model of a run, seen from the process that leads it: is it there, what waits, what came in."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from .authors.llm.prompts import Prompts
from .config import Recipe, Runtime
from .engines.base import Event, Report
from .llm.base import Carrier
from .llm.desk import Desk
from .llm.office import open_carrier, open_desk
from .shards.pending import load_outcome
from .shards.read import Run
from .workshop import llm_options


class Asking:
    """One invocation's dealings with the model. Use it while no worker runs."""

    def __init__(self, recipe: Recipe, runtime: Runtime) -> None:
        """Raises: as `open_desk`."""
        options = llm_options(recipe, runtime)
        self.desk: Desk = open_desk(runtime.out, options)
        self.carrier: Carrier | None = open_carrier(runtime.out, options)
        self.replay = runtime.replay
        self.desk.budget.begin()
        self.desk.outage.restart()

    def visit(self, report: Report) -> int:
        """Bring in and send what a carrier has, and tell of it. Returns how many answers came in.

        Raises: as `Carrier.visit`.
        """
        if self.carrier is None:
            return 0
        tally = self.carrier.visit(self.desk.ledger, self.desk.budget)
        for line in (*([tally.line] if tally.total else []), *tally.notes):
            report(Event(said=f"{self.carrier.name}: {line}"))
        return tally.answered + tally.failed

    def close(self) -> None:
        self.desk.close()
        if self.carrier:
            self.carrier.close()


def yields_so_far(run: Run) -> dict[int, int]:
    """Verified questions of every set that is finished, in a shard or in work/; 0 for those that were dropped."""
    found = {i: 0 for r in run.records for i in range(r.first, r.first + r.sets) if i not in r.unmade}
    for file in run.files():
        for row in run.rows(file, ["id", "questions"]):
            found[int(row["id"].rpartition("-")[2])] = len(json.loads(row["questions"]))
    for work in run.folder.work.glob("set-*.json"):
        outcome = load_outcome(run.folder, int(work.stem.removeprefix("set-")), pictures=False)
        if outcome and not outcome.unmade:
            found[outcome.index] = len(outcome.image_set.questions) if outcome.image_set else 0
    return found


def check(recipe: Recipe, runtime: Runtime) -> None:
    """Whether the model can be asked at all: before anything is written. Raises: as `open_desk`."""
    options = llm_options(recipe, runtime)
    Prompts(runtime.prompts)
    with TemporaryDirectory() as folder:
        open_desk(Path(folder), options).close()
        carrier = open_carrier(Path(folder), options)
        if carrier:
            carrier.close()
