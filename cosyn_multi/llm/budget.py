"""The budget: dollars that a run may cost. A request is admitted only if its worst case still fits.

What is counted against the limit: every answer at its price, every request in flight at its worst case, every request
in a batch at its worst case, and calls that broke off (a killed process, a cut connection) at their worst case, since
they may have been billed. So the limit holds, but for retries after cut connections: these are counted afterwards.
"""

import os
import sqlite3
import time

from pydantic import Field

from cosyn_multi.model import Frozen

from .errors import BudgetReached
from .ledger import Ledger
from .pace import HOST, Pace, alive


class Standing(Frozen):
    """Where the money is, in dollars."""

    spent: float = Field(description="Answers that came in.")
    lost: float = Field(description="Calls that broke off, at their worst: they may have been billed.")
    lost_calls: int
    in_flight: float
    in_batches: float

    @property
    def total(self) -> float:
        return self.spent + self.lost + self.in_flight + self.in_batches


class Budget:
    """Admits requests one by one, for all processes that share the ledger."""

    def __init__(self, ledger: Ledger, limit: float | None = None, most_at_once: int = 8) -> None:
        self.ledger, self.limit = ledger, limit
        self.pace = Pace(ledger, most_at_once)

    def begin(self) -> None:
        """Once per invocation, while no worker runs: calls still open belong to killed processes."""
        with self.ledger.writing() as db:
            db.execute("UPDATE calls SET lost = 1")
        self.pace.restart()

    def standing(self) -> Standing:
        return _standing(self.ledger.db)

    def admit(self, digest: str, worst: float) -> int | None:
        """Open a call, and return its number; None if it has to wait: for a slot, a pause, or others to be settled.

        Raises: BudgetReached if it wouldn't fit even when all others are settled.
        """
        with self.ledger.writing() as db:
            if db.execute("SELECT 1 FROM answers WHERE digest = ?", (digest,)).fetchone():
                return None  # another process was quicker: its answer is there at the next look
            rows = db.execute("SELECT digest, host, pid, at_s FROM calls WHERE NOT lost").fetchall()
            live = [row[0] for row in rows if alive(row[1], row[2], row[3])]
            if digest in live or not self.pace.allows(db, len(live)) or not self._fits(db, worst, bool(live)):
                return None
            values = (digest, HOST, os.getpid(), worst, time.time())
            return db.execute(
                "INSERT INTO calls (digest, host, pid, worst, at_s) VALUES (?, ?, ?, ?, ?)", values
            ).lastrowid

    def _fits(self, db: sqlite3.Connection, worst: float, others: bool) -> bool:
        if self.limit is None:
            return True
        standing = _standing(db)
        if standing.total + worst <= self.limit:
            return True
        if others and standing.total - standing.in_flight + worst <= self.limit:
            return False  # the worst case is rarely the bill: wait for what is in flight
        raise reached(self.limit, standing, worst)

    def room(self) -> float | None:
        """Dollars left for a batch; None without a limit."""
        return None if self.limit is None else self.limit - self.standing().total

    def close(self, db: sqlite3.Connection, call: int, lost_attempts: int = 0) -> None:
        """Within a transaction: a call has ended. Attempts that may have been billed stay, at their worst."""
        if lost_attempts:
            db.execute("UPDATE calls SET lost = 1, worst = worst * ? WHERE id = ?", (lost_attempts, call))
        else:
            db.execute("DELETE FROM calls WHERE id = ?", (call,))


def reached(limit: float, standing: Standing, worst: float) -> BudgetReached:
    """The one line that ends a run at its budget."""
    parts = [f"{standing.spent:.2f} spent"]
    parts += [f"{standing.in_batches:.2f} held for batches"] if standing.in_batches else []
    parts += [f"{standing.lost:.2f} for calls that broke off"] if standing.lost else []
    return BudgetReached(
        f"--budget {limit:g}: reached: {', '.join(parts)}, and the next request could cost {worst:.2f} (dollars). "
        "All answers are kept; raise --budget, and the same command goes on"
    )


def _standing(db: sqlite3.Connection) -> Standing:
    spent = db.execute("SELECT dollars FROM spent").fetchone()[0]
    lost, lost_calls = db.execute("SELECT total(worst), count(*) FROM calls WHERE lost").fetchone()
    flying = db.execute("SELECT total(worst) FROM calls WHERE NOT lost").fetchone()[0]
    batched = db.execute("SELECT total(worst) FROM batch_items WHERE outcome IS NULL").fetchone()[0]
    return Standing(spent=spent, lost=lost, lost_calls=lost_calls, in_flight=flying, in_batches=batched)
