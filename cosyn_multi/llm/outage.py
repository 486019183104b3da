"""An outage: the provider answers nobody. Short ones are waited out, by all processes of a run together.

The SDK tries again for seconds; this is for minutes. What is asked meanwhile is asked again after a pause that grows, and
when the provider has been silent for longer than the run's patience, the run ends, with all answers kept.
"""

import sqlite3
import time

from .errors import ProviderError
from .ledger import Ledger

SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 60.0


class Outage:
    """Since when nobody was answered, shared through the ledger."""

    def __init__(self, ledger: Ledger, patience_s: float = 300.0) -> None:
        self.ledger, self.patience_s = ledger, patience_s

    def restart(self) -> None:
        """At the start of an invocation: nothing is known yet."""
        with self.ledger.writing() as db:
            db.execute("UPDATE outage SET since_s = NULL, answered = 0")

    def over(self, db: sqlite3.Connection) -> None:
        """Within a transaction: the provider answered."""
        db.execute("UPDATE outage SET since_s = NULL, answered = 1 WHERE since_s IS NOT NULL OR NOT answered")

    def failed(self) -> tuple[float, bool]:
        """A request failed for good. Returns: seconds since the first that did, with no answer since; whether it is that one."""
        now = time.time()
        with self.ledger.writing() as db:
            first = db.execute("UPDATE outage SET since_s = ? WHERE since_s IS NULL", (now,)).rowcount == 1
            since: float = db.execute("SELECT since_s FROM outage").fetchone()[0]
        return max(0.0, now - since), first

    def pause_s(self, error: ProviderError, silent_s: float) -> float | None:
        """How long to wait before asking again; None if the run should end.

        Nothing is waited for where nobody was ever reached: then an address is wrong, or there is no network.
        """
        reached = self.ledger.db.execute("SELECT answered FROM outage").fetchone()[0]
        if error.kind == "connection" and not reached:
            return None
        pause = max(error.retry_after_s or 0.0, min(max(silent_s / 2, SHORTEST_PAUSE_S), LONGEST_PAUSE_S))
        return pause if silent_s + pause <= self.patience_s else None
